"""How a host can fail us, and what is shown of its own words.

VendorError
├── Refused      it answered that it will not; `status`, `code`, `message`, `data`
│   └── Limited  it will not yet; `seconds` is longer than a publish can wait
├── Silent       no usable answer; whether the request had an effect is not known
└── Garbled      an answer that makes no sense
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from services import redact

_TAGS = re.compile(r"<[^>]{0,500}>?")
_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|.?)")


class VendorError(Exception):
    """A host did not do what it was asked to."""


class Refused(VendorError):
    """The host answered with an error."""

    def __init__(self, status: int, code: str, message: str, data: Any = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.data = status, code, message, data


class Limited(Refused):
    """The host wants us to wait longer than is sensible."""

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__(status, "rate_limited", f"wait {seconds:.0f} s")
        self.seconds = seconds


class Silent(VendorError):
    """No usable answer: the request may have had its effect."""


class Garbled(VendorError):
    """The answer is not what the host's own description says."""


def plain(message: Any, token: str = "") -> str:
    """Make a host's words fit to be shown: one short line of text without secrets or markup."""
    text = message if isinstance(message, str) else ""
    text = _TAGS.sub(" ", _ANSI.sub("", text[:4000]))
    if token:
        text = text.replace(token, "[redacted]")
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in redact.text(text))
    return " ".join(text.split())[:240]
