"""The deployment rows as a queue: claim, keep, finish. The database decides who has a job.

Every call may be repeated: a claim's `generation` fences off whoever had the job before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.deployments.failures import Canceled, LeaseLost, Unavailable
from services.errors import ProblemError
from services.supabase import ERRORS, Client, as_problem, rows

Result = TypeVar("Result")
LogLine = dict[str, str]


@dataclass(frozen=True)
class Job:
    """One claimed deployment."""

    id: str
    org_id: str
    site_id: str
    host: str
    target: str
    sequence: int
    generation: int
    attempts: int
    restored_from: str | None
    kind: str = "publish"
    message: str = ""
    external: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Job:
        return cls(
            id=row["id"],
            org_id=row["org_id"],
            site_id=row["site_id"],
            host=row["host"],
            target=row["target"],
            sequence=int(row["sequence"]),
            generation=int(row["generation"]),
            attempts=int(row["attempts"]),
            restored_from=row.get("restored_from"),
            kind=row.get("kind") or "publish",
            message=row.get("message") or "",
            external=dict(row.get("external") or {}),
        )


def claim(db: Client, worker: str, *, seconds: int) -> Job | None:
    """Take the next job, if there is one. Raises Unavailable."""
    found = ask(
        lambda: rows(db.rpc("claim_deployment", {"worker": worker, "lease_seconds": seconds}))
    )
    row = found[0] if found else None
    # A function that returns a row type answers with a row of nulls when there is none.
    return Job.from_row(row) if row and row.get("id") else None


def renew(
    db: Client,
    job: Job,
    *,
    seconds: int,
    status: str | None = None,
    progress: Mapping[str, Any] | None = None,
    log: Sequence[LogLine] = (),
) -> None:
    """Keep the lease and say how far the job is. Raises Canceled, LeaseLost or Unavailable."""
    body = {
        "deployment_id": job.id,
        "generation": job.generation,
        "lease_seconds": seconds,
        "status": status,
        "progress": dict(progress) if progress else None,
        "log": list(log),
    }
    answer = ask(lambda: _scalar(db.rpc("renew_deployment", body).execute().data))
    if answer == "canceled":
        raise Canceled
    if answer != "ok":
        raise LeaseLost(str(answer))


def finish(
    db: Client,
    job: Job,
    *,
    status: str,
    url: str | None = None,
    manifest: Mapping[str, str] | None = None,
    error: Mapping[str, str] | None = None,
    log: Sequence[LogLine] = (),
    live: Mapping[str, Any] | None = None,
    report: Sequence[str] | None = None,
) -> bool:
    """Write the end of a job; False when it was no longer this worker's. Raises Unavailable."""
    body = {
        "deployment_id": job.id,
        "generation": job.generation,
        "status": status,
        "url": url,
        "manifest": dict(manifest) if manifest is not None else None,
        "error": dict(error) if error else None,
        "log": list(log),
        "live": dict(live) if live is not None else None,
        "report": list(report) if report is not None else None,
    }
    return ask(lambda: _scalar(db.rpc("finish_deployment", body).execute().data)) is True


def note(
    db: Client, job: Job, external: Mapping[str, Any], project: Mapping[str, Any] | None = None
) -> None:
    """Write down what a job is known as at its host. Raises LeaseLost or Unavailable."""
    body = {
        "deployment_id": job.id,
        "generation": job.generation,
        "external": dict(external),
        "project": dict(project) if project is not None else None,
    }
    if ask(lambda: _scalar(db.rpc("note_deployment", body).execute().data)) != "ok":
        raise LeaseLost("the job had been taken over")


def note_forms(db: Client, job: Job, base_url: str, forms: Mapping[str, Any]) -> None:
    """Write down which forms the version brings that goes live. Raises LeaseLost or Unavailable."""
    body = {
        "deployment_id": job.id,
        "generation": job.generation,
        "base_url": base_url,
        "forms": dict(forms),
    }
    if ask(lambda: _scalar(db.rpc("note_published_forms", body).execute().data)) != "ok":
        raise LeaseLost("the job had been taken over")


def patiently(
    ask: Callable[[], Result], *, seconds: float, wait: Callable[[float], bool] | None = None
) -> Result:
    """Ask again, slower each time, while the database is away; give up after `seconds`.

    `wait` sleeps and returns True when the wait should end early (the process is stopping).
    """
    ends, pause = time.monotonic() + seconds, 0.2
    while True:
        try:
            return ask()
        except Unavailable:
            if time.monotonic() + pause > ends:
                raise
            if wait is None:
                time.sleep(pause)
            elif wait(pause):
                raise
            pause = min(pause * 2, 5.0)


def ask(call: Callable[[], Result]) -> Result:
    """Call the database. Raises Unavailable when it did not answer, or the problem it answered."""
    try:
        return call()
    except ERRORS as error:
        problem: ProblemError = as_problem(error)
    except ProblemError as raised:
        problem = raised
    if problem.status >= 500:
        raise Unavailable(problem.detail) from problem
    raise problem


def _scalar(data: Any) -> Any:
    if isinstance(data, list):
        data = data[0] if data else None
    if isinstance(data, dict) and len(data) == 1:
        return next(iter(data.values()))
    return data
