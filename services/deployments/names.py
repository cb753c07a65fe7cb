"""What a published file may be called, the same on every host.

A name that one host reads as a setting (`_redirects`), hides (`.git`) or maps onto
another name (`About.html` and `about.html`) is refused here, before any byte is moved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from services.deployments.failures import PublishFailure

MAX_FILES = 20_000
MAX_NAME = 400

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\#?%*:|\"<>\u202a-\u202e\u2066-\u2069]")
# Files that hosts and servers obey instead of serving. Ours are added by a host, never by a page.
_RESERVED = {
    "_headers",
    "_redirects",
    "cname",
    "netlify.toml",
    "vercel.json",
}


def check_names(names: Iterable[str]) -> None:
    """Refuse the whole publish when one name could not be published everywhere alike."""
    seen: dict[str, str] = {}
    for name in names:
        reason = why_not(name)
        if reason:
            raise PublishFailure(
                "bad_file_name",
                f"The file {shown(name)} cannot be published: {reason}.",
            )
        folded = name.casefold()
        if folded in seen:
            raise PublishFailure(
                "bad_file_name",
                f"The files {shown(seen[folded])} and {shown(name)} "
                "have the same name but for capital letters.",
            )
        seen[folded] = name
        if len(seen) > MAX_FILES:
            raise PublishFailure("too_many_files", f"A site may have at most {MAX_FILES:,} files.")


def why_not(name: str) -> str | None:
    """Say why `name` cannot be a published file's name, or None when it can."""
    if not name or len(name.encode("utf-8", "replace")) > MAX_NAME:
        return f"a name has 1 to {MAX_NAME} bytes"
    if unicodedata.normalize("NFC", name) != name:
        return "its letters are not in the usual composed form"
    if _FORBIDDEN.search(name):
        return "it has a character that addresses and files do not share"
    parts = name.split("/")
    if any(not part or part != part.strip() or part.endswith(".") for part in parts):
        return "it has an empty part, or a part that begins or ends in a space or a dot"
    for part in parts:
        if part.startswith("."):
            return "names that begin with a dot are hidden on most hosts"
        if part.casefold() in _RESERVED:
            return "hosts read that name as a setting"
    return None


def shown(name: str) -> str:
    """Print a hostile name harmlessly: no control or direction characters, not too long."""
    clean = "".join(c if c.isprintable() else "?" for c in name)
    return f"“{clean[:120]}”"
