"""Records whatever is logged with a traceback: what no code foresaw, in Flask and in workers."""

import logging

from services.error_reports.recorder import Recorder, report_of


class ErrorRecords(logging.Handler):
    """Hands every logged exception to a Recorder."""

    def __init__(self, recorder: Recorder, *, source: str, release: str) -> None:
        super().__init__(logging.ERROR)
        self._recorder = recorder
        self._source = source
        self._release = release

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return
        request_id = str(getattr(record, "fields", {}).get("request_id", ""))
        self._recorder.note(
            report_of(error, source=self._source, release=self._release, request_id=request_id)
        )


def record_logged_errors(recorder: Recorder, *, source: str, release: str) -> None:
    """Record this process's logged exceptions from now on, and nobody else's."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, ErrorRecords)]:
        root.removeHandler(handler)
    root.addHandler(ErrorRecords(recorder, source=source, release=release))
