"""One JSON object per line on standard error, whatever a stranger puts into a path or a name."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from services import redact


class JsonLines(logging.Formatter):
    """JSON escapes every line break and control character, so that no line can be forged."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact.text(record.getMessage()),
            **redact.tree(getattr(record, "fields", {})),
        }
        if record.exc_info:
            entry["traceback"] = redact.text(self.formatException(record.exc_info))
        return json.dumps(entry, default=str)


def start() -> None:
    """Send every logger's lines to standard error. A full disk must not stop the service."""
    logging.raiseExceptions = False
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    if not any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
    for chatty in ("httpx", "httpcore", "httpx2", "httpcore2", "openai", "hpack"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
