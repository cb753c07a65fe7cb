"""Which errors are the same error: a fingerprint over what stays when it happens again."""

import hashlib
import re
import traceback
from collections.abc import Sequence
from types import TracebackType

MOST_FRAMES = 8
_CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # ids
    r"|0x[0-9a-f]+|\b[0-9a-f]{16,}\b|\d+",
    re.IGNORECASE,
)
# The build names its files by their content: 'dashboard-AB12CD34.js' is 'dashboard.js' tomorrow.
_HASHED_NAME = re.compile(r"-[A-Z0-9]{8}(?=\.(?:js|css)\b)")
# Anybody may send such a line: it begins with no space, and no two parts may eat the same ones.
_FRAME_OF_A_BROWSER = re.compile(
    r"^(?:at\s+)?(?:(?P<name>[\w$.<>\[\]][\w$.<>\[\] ]{0,99}?)? ?[@(])?"
    r"(?:https?://[^/\s]{1,100})?(?P<file>/[^\s:?#)]{1,300})",
)


def fingerprint(source: str, name: str, message: str, frames: Sequence[str]) -> str:
    """Return 64 hexadecimal digits that are the same for every occurrence of one error.

    `frames` name a function and a file, innermost first, without line numbers: a release that
    moves code does not make a new error of an old one. Where there are none, the message decides,
    without the ids and numbers in it.
    """
    # An error is known by where it happened, else by what it says.
    known_by = list(frames[:MOST_FRAMES]) or [_CHANGING.sub("#", message)]
    return hashlib.sha256("\n".join([source, name, *known_by]).encode()).hexdigest()


def frames_of(trace: TracebackType | None) -> list[str]:
    """Return 'function file' for each frame of a traceback, innermost first."""
    found = traceback.extract_tb(trace)
    return [f"{frame.name} {_short(frame.filename)}" for frame in reversed(found)]


def frames_of_stack(stack: str) -> list[str]:
    """Return 'function file' for each line of a browser's stack, innermost first.

    Chromium writes `at name (url:1:2)`, Firefox and Safari `name@url:1:2`.
    """
    hits = (_FRAME_OF_A_BROWSER.match(line.strip()[:500]) for line in stack.splitlines()[:40])
    return [
        f"{(hit['name'] or '').strip()} {_HASHED_NAME.sub('', hit['file'])}" for hit in hits if hit
    ]


def _short(path: str) -> str:
    """From 'services' or the package on: where a machine keeps its files is not the error's."""
    for start in ("/site-packages/", "/services/"):
        if start in path:
            return start.strip("/").replace("site-packages", "") + "/" + path.split(start, 1)[1]
    return path.rsplit("/", 1)[-1]
