"""How a publish can fail.

PublishFailure      this publish cannot succeed; the person is told why and what to do
Unavailable         something we need did not answer; the same job is tried again
Stopped             the worker must let go of the job at once
  Canceled            a person canceled it, or a newer publish replaced it
  LeaseLost           another worker has it; nothing this one does may count
  ShuttingDown        the process was asked to end
"""

from __future__ import annotations


class PublishFailure(Exception):
    """A publish that cannot succeed as things are; `detail` is written for the person."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail

    def as_json(self) -> dict[str, str]:
        """Return what is kept in `deployments.error`."""
        return {"code": self.code, "detail": self.detail}


class Unavailable(Exception):
    """The database, the storage or the disk did not answer; trying again is right."""


class Stopped(Exception):
    """The job is no longer this worker's to do."""


class Canceled(Stopped):
    """A person canceled the publish, or a newer one replaced it."""


class LeaseLost(Stopped):
    """Another worker claimed the job; this one's generation is old."""


class ShuttingDown(Stopped):
    """The process was asked to end; the lease is given back."""
