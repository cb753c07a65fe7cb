"""Writes errors to `error_logs` from a thread of its own, so that no request ever waits for it.

What happens a thousand times in a second is counted here and written once. When the database
cannot be reached, errors wait; beyond `MOST_WAITING` kinds the newest are dropped, and the log
line that each of them has besides is all that stays.
"""

import logging
import threading
from dataclasses import dataclass, replace
from typing import Any

from services import redact
from services.config import Config
from services.error_reports.kinds import fingerprint, frames_of
from services.errors import ProblemError
from services.supabase import as_service, rows

log = logging.getLogger(__name__)

MOST_WAITING = 200
PAUSE_SECONDS = 1.0
LONGEST_PAUSE = 10.0
MOST_MESSAGE = 1000


@dataclass(frozen=True, kw_only=True)
class Report:
    """One error that happened; `detail` is small and tells what may help."""

    source: str
    fingerprint: str
    message: str
    detail: dict[str, Any]
    release: str = ""
    org_id: str | None = None
    person_id: str | None = None
    times: int = 1


def report_of(error: BaseException, *, source: str, release: str, request_id: str = "") -> Report:
    """Describe an exception of ours, without the values that were at hand when it was raised."""
    name, frames = type(error).__qualname__, frames_of(error.__traceback__)
    detail = {"frames": frames[:20], "request_id": request_id}
    return Report(
        source=source,
        fingerprint=fingerprint(source, name, str(error), frames),
        message=f"{name}: {error}",
        detail=detail,
        release=release,
    )


class Recorder:
    """Takes reports at once and writes them soon."""

    def __init__(self, config: Config, *, pause: float = PAUSE_SECONDS) -> None:
        self._config = config
        self._pause = pause
        self._waiting: dict[tuple[str | None, str], Report] = {}
        self._lock = threading.Lock()
        self._writing = False

    def note(self, report: Report) -> None:
        """Take a report. Never raises and never waits: whoever calls has trouble enough."""
        key = (report.org_id, report.fingerprint)
        with self._lock:
            known = self._waiting.get(key)
            if known is None and len(self._waiting) >= MOST_WAITING:
                return
            times = report.times + (known.times if known else 0)
            self._waiting[key] = replace(report, times=times)
            if self._writing:
                return
            self._writing = True
        # Started when needed: a thread made before the server forks would not be there after it.
        threading.Thread(target=self._write_all, name="error-recorder", daemon=True).start()

    def _write_all(self) -> None:
        pause = self._pause
        while True:
            threading.Event().wait(pause)
            with self._lock:
                batch = list(self._waiting.values())
                if not batch:
                    self._writing = False
                    return
                self._waiting.clear()
            failed = [report for report in batch if not self._write(report)]
            pause = min(LONGEST_PAUSE, pause * 2) if failed else self._pause
            for report in failed:
                self._keep(report)

    def _keep(self, report: Report) -> None:
        with self._lock:
            key = (report.org_id, report.fingerprint)
            newer = self._waiting.get(key)
            if newer is not None:
                self._waiting[key] = replace(newer, times=newer.times + report.times)
            elif len(self._waiting) < MOST_WAITING:
                self._waiting[key] = report

    def _write(self, report: Report) -> bool:
        try:
            rows(as_service(self._config).rpc("record_error", arguments_of(report)))
        except ProblemError as problem:
            log.warning("an error could not be recorded: %s", problem.code)
            # What the database refuses it will refuse again.
            return problem.status < 500
        return True


def arguments_of(report: Report) -> dict[str, Any]:
    """Return what the database is given: bounded, and without secrets."""
    return {
        "org_id": report.org_id,
        "person_id": report.person_id,
        "fingerprint": report.fingerprint,
        "source": report.source,
        "message": _plain(redact.text(report.message))[:MOST_MESSAGE] or "Unknown error",
        "detail": redact.tree(report.detail),
        "release": _plain(report.release)[:100],
        "times": report.times,
    }


def _plain(text: str) -> str:
    """Without what the database refuses or a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text).strip()
