"""Looking at a host as a visitor does: does it serve what it says is live? (CASES 128)

One file that this publish changed is fetched from the host's own address and held against its
digest. A publish is not undone over it: people are told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from services import egress
from services.deployments.hosts.session import Session

# Only what belongs to the hosts themselves: a custom domain could lead anywhere.
_OWN = (".netlify.app", ".vercel.app", ".github.io")
_PAUSES = (0.0, 0.5, 1.5, 3.0)
_LARGEST = 1_000_000


def look(
    session: Session, base: str, files: Mapping[str, str], before: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what to tell people; nothing when visitors get what was sent."""
    path = _telling(session, files, before)
    host = urlsplit(base).hostname or ""
    if not path or not host.endswith(_OWN):
        return ()
    name = session.api.name
    for pause in _PAUSES:
        session.sleep(pause)
        try:
            answer = egress.get(_address(base, path), headers=_FRESH, max_bytes=_LARGEST + 1)
        except egress.NotSent:
            return (f"Unverified: {host} could not be reached from this server to look at it.",)
        except egress.EgressError:
            continue
        if 300 <= answer.status < 400:
            return ()  # It leads on to the site's own domain.
        if _is_new(answer, path, files[path], before.get(path)):
            return ()
    return (
        f"Unverified: {name} says that this publish is live, but {host} still serves other "
        "files. Look at it in a minute, and publish again if it stays so.",
    )


_FRESH = {"Cache-Control": "no-cache"}


def _telling(session: Session, files: Mapping[str, str], before: Mapping[str, str]) -> str:
    """Choose a file that this publish changed, best one that no host rewrites; '' if there is none.

    The smallest one, for it is fetched several times.
    """
    sizes = {
        path: session.place.blobs.size(digest)
        for path, digest in files.items()
        if before.get(path) != digest
    }
    small = [path for path, size in sizes.items() if 0 < size <= _LARGEST]
    return min(small, key=lambda path: (path.endswith(".html"), sizes[path], path), default="")


def _address(base: str, path: str) -> str:
    # Pages are folders; the query asks past caches that keep the page without one.
    shown = path.removesuffix("index.html") if f"/{path}".endswith("/index.html") else path
    return f"{base}{quote(shown)}?published"


def _is_new(answer: egress.Answer, path: str, new: str, old: str | None) -> bool:
    if answer.status != 200:
        return False
    digest = hashlib.sha256(answer.body).hexdigest()
    # A host may add to a page (a snippet, a badge); then only the page as it was says anything.
    return digest == new or (path.endswith(".html") and old is not None and digest != old)
