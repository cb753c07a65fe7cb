"""A deployment as a ZIP: the same bytes every time, written piece by piece."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from services.deployments.blobs import BlobStore
from services.deployments.redirects import read_redirects, redirects_file

# ZIP's earliest date. A real one would make two downloads of one deployment differ.
_DATE = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o100644 << 16
_STORED = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp", ".woff2")


def stream_zip(files: Mapping[str, str], blobs: BlobStore) -> Iterator[bytes]:
    """Yield the archive of a manifest's files. Raises FileNotFoundError before the first byte."""
    missing = [name for name, digest in files.items() if not blobs.has(digest)]
    if missing:
        raise FileNotFoundError(missing[0])
    return _pieces(files, blobs)


def _pieces(files: Mapping[str, str], blobs: BlobStore) -> Iterator[bytes]:
    out = _Outlet()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            with archive.open(_entry(name), "w") as member:
                for chunk in blobs.chunks(files[name]):
                    member.write(chunk)
                    yield from out.take()
            yield from out.take()
        redirects = read_redirects(files, blobs)
        if redirects:
            archive.writestr(_entry("_redirects"), redirects_file(redirects))
    yield from out.take()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_DATE)
    entry.external_attr = _FILE_MODE
    entry.create_system = 3
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
    return entry


def content_disposition(name: str) -> str:
    """Write the header for a download named by a person, as RFC 6266 has it."""
    name = "".join(
        c for c in unicodedata.normalize("NFC", name) if c.isprintable() and c not in '/\\:*?"<>|'
    )
    name = name.strip(" .")[:80].strip(" .") or "site"
    plain = (
        re.sub(r"[^A-Za-z0-9._ -]+", "-", unicodedata.normalize("NFKD", name)).strip(" -.")
        or "site"
    )
    return f"attachment; filename=\"{plain}.zip\"; filename*=UTF-8''{quote(name, safe='')}.zip"


class _Outlet(io.RawIOBase):
    """What a ZipFile writes into when nothing may be held: it cannot seek."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> Iterator[bytes]:
        if self._pieces:
            whole = b"".join(self._pieces)
            self._pieces.clear()
            yield whole
