"""Turning a published file into an HTTP answer: types, caching, compression, isolation."""

from __future__ import annotations

import gzip
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from services.deployments.blobs import BlobStore

_TYPES = {
    "avif": "image/avif",
    "css": "text/css; charset=utf-8",
    "gif": "image/gif",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "xml": "application/xml; charset=utf-8",
}
_TEXT = ("text/", "application/json", "application/xml", "image/svg", "application/manifest")
_HASHED = re.compile(r"[.-][0-9a-f]{8,64}\.[a-z0-9]+$")
_SMALLEST_COMPRESSED = 860
_LARGEST_COMPRESSED = 4 * 1024 * 1024
_KEPT_BYTES = 64 * 1024 * 1024

# A published page runs its author's scripts. Where many sites share one origin, each page gets an
# opaque one instead, so that no site can read what another kept in the visitor's browser.
SANDBOX = (
    "sandbox allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox "
    "allow-downloads allow-modals allow-top-navigation-by-user-activation"
)


@dataclass
class Answer:
    """One HTTP answer; `body` is bytes or pieces of bytes."""

    status: int
    headers: dict[str, str]
    body: Iterable[bytes] = ()

    @property
    def status_line(self) -> str:
        return f"{self.status} {HTTPStatus(self.status).phrase}"


@dataclass
class Files:
    """Answers with blobs; keeps what it compressed, within a bound."""

    blobs: BlobStore
    isolated: bool
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _gzipped: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _size: int = 0

    def answer(
        self,
        name: str,
        digest: str,
        request: Mapping[str, str],
        *,
        status: int = 200,
        noindex: bool = False,
    ) -> Answer:
        """Answer with the file `name` of a version, or 304 when the visitor has it already."""
        kind = content_type(name)
        headers = file_headers(name, kind, isolated=self.isolated, noindex=noindex)
        compress = kind.startswith(_TEXT) and accepts_gzip(request.get("HTTP_ACCEPT_ENCODING", ""))
        body, compressed = self._body(digest, compress)
        headers["ETag"] = f'"{digest[:32]}{"-gz" if compressed else ""}"'
        if status == 200 and matches(request.get("HTTP_IF_NONE_MATCH", ""), digest[:32]):
            headers.pop("Content-Type")
            return Answer(304, headers)
        if compressed:
            headers["Content-Encoding"] = "gzip"
        length = len(body) if isinstance(body, bytes) else self.blobs.size(digest)
        headers["Content-Length"] = str(length)
        return Answer(status, headers, [body] if isinstance(body, bytes) else body)

    def _body(self, digest: str, compress: bool) -> tuple[bytes | Iterable[bytes], bool]:
        size = self.blobs.size(digest)
        if size < 0:
            raise FileNotFoundError(digest)
        if not compress or not _SMALLEST_COMPRESSED <= size <= _LARGEST_COMPRESSED:
            return self.blobs.chunks(digest), False
        with self._lock:
            if digest in self._gzipped:
                self._gzipped.move_to_end(digest)
                return self._gzipped[digest], True
        packed = gzip.compress(self.blobs.read(digest), 6, mtime=0)
        with self._lock:
            self._keep(digest, packed)
        return packed, True

    def _keep(self, digest: str, packed: bytes) -> None:
        if digest in self._gzipped:
            return
        self._gzipped[digest] = packed
        self._size += len(packed)
        while self._size > _KEPT_BYTES:
            self._size -= len(self._gzipped.popitem(last=False)[1])


def file_headers(name: str, kind: str, *, isolated: bool, noindex: bool) -> dict[str, str]:
    """Return what every answer with a published file says, whatever its bytes."""
    hashed = bool(_HASHED.search(name))
    headers = {
        "Content-Type": kind,
        "Cache-Control": "public, max-age=31536000, immutable" if hashed else "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        # Pages with an opaque origin load their own fonts and modules across origins.
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept-Encoding",
    }
    if isolated:
        headers["Content-Security-Policy"] = SANDBOX
    if kind.startswith("image/svg"):
        headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        )
    if noindex:
        headers["X-Robots-Tag"] = "noindex, nofollow"
    return headers


def content_type(name: str) -> str:
    """Return the type by the name's ending; anything unknown is downloaded, never guessed."""
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def accepts_gzip(header: str) -> bool:
    for part in header.lower().split(","):
        coding, _, parameters = part.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return not re.fullmatch(r"q=0(\.0+)?", parameters.replace(" ", ""))
    return False


def matches(if_none_match: str, tag: str) -> bool:
    """Tell whether the visitor's copy, compressed or not, is this file."""
    if if_none_match.strip() == "*":
        return True
    tags = {part.strip().removeprefix("W/").strip('"') for part in if_none_match.split(",")}
    return bool(tags & {tag, f"{tag}-gz"})


def plain(status: int, text: str, **headers: str) -> Answer:
    """Answer with one plain sentence."""
    body = (text + "\n").encode()
    base = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Answer(status, base | {k.replace("_", "-"): v for k, v in headers.items()}, [body])


def page(status: int, html: str, **headers: str) -> Answer:
    """Answer with one of our own small pages."""
    body = html.encode()
    base = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(status, base | {k.replace("_", "-"): v for k, v in headers.items()}, [body])
