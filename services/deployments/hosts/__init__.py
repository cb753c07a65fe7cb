"""Where a site can be published. A host is one module with the verbs of `Host`: add a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from services.deployments.blobs import BlobStore
from services.deployments.queue import Job
from services.deployments.snapshot import SiteRow


@dataclass(frozen=True)
class Place:
    """What hosts need to know about this installation."""

    data_dir: Path
    app_url: str
    sites_url: str

    @property
    def blobs(self) -> BlobStore:
        return BlobStore(self.data_dir / "blobs")


@dataclass(frozen=True)
class Published:
    """Where the site is now, how the host knows it, and what the host could not do."""

    url: str
    live: Mapping[str, Any] = field(default_factory=dict)
    report: tuple[str, ...] = ()


class Host(Protocol):
    """A deploy host, as small as it can be."""

    def base(self, place: Place, job: Job, site: SiteRow) -> tuple[str, str]:
        """Return the address that pages name as theirs, and the path that 404.html hangs under."""

    def begin(self, place: Place, job: Job) -> None:
        """Shut out every earlier claim. Raises LeaseLost when a later one has begun."""

    def status(self, place: Place, job: Job) -> str | None:
        """Return the digest of the manifest that is live where this job publishes."""

    def is_live(self, place: Place, job: Job) -> str | None:
        """Return the digest of the manifest when this very job went live before its worker died."""

    def publish(self, place: Place, job: Job, site: SiteRow, files: Mapping[str, str]) -> Published:
        """Make these files the live version at once. Raises LeaseLost."""

    def unpublish(self, place: Place, job: Job, site: SiteRow) -> None:
        """Take the site down; nothing of it is deleted here. Raises LeaseLost."""


def local_host(name: str) -> Host | None:
    """Return the host of that name if it is one of this machine's."""
    from services.deployments.hosts import archive, local

    hosts: dict[str, Host] = {"archive": archive, "local": local}
    return hosts.get(name)
