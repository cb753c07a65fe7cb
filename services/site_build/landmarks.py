"""The main landmark of a page: what stands between its header and its footer."""

from __future__ import annotations

import re

# What may stand before the main content: navigation, and the slim line above it.
_BEFORE = re.compile(rb"\s*<(header|nav)[ >]|\s*<(aside|div) [^>]*data-rb-block=\"announcement\"")
_TAG = {tag: re.compile(b"<(/?)" + tag + b"[ >]") for tag in (b"header", b"nav", b"aside", b"div")}
_FOOTER = re.compile(rb"<(/?)footer[ >]")


def with_main(body: bytes) -> bytes:
    """Put a page's content into one <main>, unless a person has done so. `body` is canonical."""
    if b"<main" in body:
        return body
    start = 0
    while found := _BEFORE.match(body, start):
        start = _end(body, found.end() - 1, found.group(1) or found.group(2))
    end = _footer(body, start)
    if not body[start:end].strip():
        return body
    return b"".join([body[:start], b"<main>", body[start:end], b"</main>", body[end:]])


def _end(body: bytes, inside: int, tag: bytes) -> int:
    """Return where the element ends whose opening tag holds the place `inside`."""
    depth = 1
    for found in _TAG[tag].finditer(body, inside):
        depth += -1 if found.group(1) else 1
        if not depth:
            return found.end()
    return len(body)


def _footer(body: bytes, start: int) -> int:
    """Return where the footer that ends the page begins; the end of the page when it has none."""
    if not body.rstrip().endswith(b"</footer>"):
        return len(body)
    depth = 0
    for found in reversed(list(_FOOTER.finditer(body, start))):
        depth += 1 if found.group(1) else -1
        if not depth:
            return found.start()
    return len(body)
