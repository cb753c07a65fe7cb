"""Which addresses are allowed, and how a site's own links become document-relative.

Pages are published as folders (`/about` is `about/index.html`), so a link written as
`/contact` becomes `../contact/` on the page `/about`: it works at any address, in any folder.
"""

from __future__ import annotations

import re
from functools import lru_cache

from services.site_build.errors import BuildError

# The URL parser of browsers strips these from both ends, and the second set everywhere.
_ENDS = "".join(map(chr, range(0x21)))
_INNER = re.compile(r"[\t\n\r]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PAGE_PATH = re.compile(r"/|(?:/[a-z0-9]+(?:-+[a-z0-9]+)*)+")
_LINK_PATH = re.compile(r"/[A-Za-z0-9/-]*")
_DATA_IMAGE = re.compile(r"data:image/([a-z]+);base64,[A-Za-z0-9+/=]+")
# Windows cannot unpack a folder of these names; `assets` is the build's own.
_RESERVED = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(10)
}


def page_file(path: str) -> str:
    """Return the file of a page: `/` is `index.html`, `/about` is `about/index.html`.

    Raises BuildError for a path that the database should have refused.
    """
    segments = path.split("/")[1:]
    if not _PAGE_PATH.fullmatch(path) or len(path) > 300 or _RESERVED & set(segments):
        raise BuildError(f"A page cannot have the address {path[:80]!r}.")
    if segments[0] == "assets":
        raise BuildError(
            "A page cannot have an address below /assets: the build keeps its own files there."
        )
    return "index.html" if path == "/" else f"{path[1:]}/index.html"


def to_root(path: str) -> str:
    """Return the way from a page to the root of its site: `` for `/`, `../../` for `/a/b`."""
    return "" if path == "/" else "../" * path.count("/")


def scheme_of(url: str) -> str:
    """Return the scheme in lower case, or '' for a relative address."""
    found = _SCHEME.match(url)
    return found.group()[:-1].lower() if found else ""


@lru_cache(maxsize=4096)
def plain(url: str) -> str:
    """Return the address as a browser reads it: no white space around, none of its own inside.

    What a browser would take for another host (`//host`, `/\\host`) gets its `https:`.
    """
    url = _INNER.sub("", url.strip(_ENDS))
    if url[:1] in ("/", "\\") and url[1:2] in ("/", "\\"):
        return "https://" + url.lstrip("/\\")
    return url


def allowed(url: str, schemes: frozenset[str], *, relative: bool) -> bool:
    """Say whether a plain address may be used; `data` is judged by `is_image_data` besides."""
    scheme = scheme_of(url)
    return (
        scheme in schemes
        if scheme
        else relative and ":" not in url.split("/")[0].split("?")[0].split("#")[0]
    )


def is_image_data(url: str, types: frozenset[str], limit: int) -> bool:
    """Say whether a `data:` address is a small raster picture, and nothing else."""
    found = _DATA_IMAGE.fullmatch(url) if len(url) <= limit else None
    return found is not None and found.group(1) in types


def relative_link(value: str, page_path: str, schemes: frozenset[str]) -> str | None:
    """Return an allowed link, relative to the page it stands on when it is internal.

    `contact` on the page `/about` means `/contact`, as it does in the builder.
    """
    found = _target(value, schemes)
    if found is None:
        return None
    path, tail = found
    if not path:
        return tail
    if not path.startswith("/"):
        path = _as_page(_resolve(path, page_path))
    return (to_root(page_path) + path[1:] or "./") + tail


@lru_cache(maxsize=16384)
def _target(value: str, schemes: frozenset[str]) -> tuple[str, str] | None:
    """Cut an allowed link into the path within the site and the rest; it may be only the rest.

    Pages of a site link to each other, so what is the same from every page is kept.
    """
    url = plain(value)
    if not allowed(url, schemes, relative=True):
        return None
    if scheme_of(url):
        return "", url
    path, tail = _split(url)
    if not path.startswith("/"):
        return path, tail
    return _as_page(_resolve(path[1:], "/") if "/." in path else path), tail


def _as_page(path: str) -> str:
    """Write the path of a page as the folder it is published as; a file's path stays."""
    return path.lower().rstrip("/") + "/" if _LINK_PATH.fullmatch(path) else path


def relative_file(url: str, page_path: str) -> str:
    """Rewrite the site's own address of a file to be relative to the page."""
    return to_root(page_path) + url.lstrip("/") if url.startswith("/") else url


def _split(url: str) -> tuple[str, str]:
    found = re.search(r"[?#]", url)
    return (url[: found.start()], url[found.start() :]) if found else (url, "")


def _resolve(path: str, page_path: str) -> str:
    """Apply `.` and `..` the way browsers do; nothing leads above the root."""
    steps = page_path.split("/")[1:-1]
    for step in path.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step != ".":
            steps.append(step)
    return "/" + "/".join(steps)
