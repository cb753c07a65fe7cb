"""Published bytes, kept once each under the SHA-256 of what they are.

A publish adds the blobs that are missing and never changes or removes one, so every
earlier deployment stays complete and can be restored without building it again. What no
deployment lists any more is removed by `collecting`, a week after it was last kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

CHUNK = 256 * 1024
TEMPORARY = ".new-"
_HALF_SECONDS = 3600
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class BlobStore:
    """A folder of files named by digest, shared by the worker, the app and the sites' origin."""

    root: Path

    def path(self, digest: str) -> Path:
        """Return where the blob lies; the digest is checked because it may come from a row."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError("not a SHA-256 digest")
        return self.root / digest[:2] / digest

    def has(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def keep(self, digest: str) -> bool:
        """Return whether the blob is here, and save it from being collected for a week."""
        try:
            os.utime(self.path(digest))
        except FileNotFoundError:
            return False
        return True

    def put(self, data: bytes, digest: str | None = None) -> tuple[str, bool]:
        """Keep `data`; return its digest and whether it was new."""
        digest = digest or hashlib.sha256(data).hexdigest()
        path = self.path(digest)
        # A file cut short by a power cut has the right name and the wrong size: write it again.
        if _size(path) == len(data) and self.keep(digest):
            return digest, False
        write_atomically(path, data)
        return digest, True

    def read(self, digest: str) -> bytes:
        return self.path(digest).read_bytes()

    def size(self, digest: str) -> int:
        """Return the blob's length in bytes, or -1 when it is not here."""
        return _size(self.path(digest))

    def chunks(self, digest: str) -> Iterator[bytes]:
        """Yield the blob piece by piece, so that a large one is never held whole."""
        with self.path(digest).open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece

    def unused_since(self, before: float) -> Iterator[str]:
        """Yield the blobs that nobody has put or kept since then."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/*"):
            if _DIGEST.fullmatch(path.name) and _modified(path) < before:
                yield path.name

    def discard(self, digest: str, *, before: float) -> bool:
        """Remove a blob, unless somebody has kept it since `before`; return whether it is gone.

        It is put aside first: whoever keeps it from then on finds it missing, and writes it anew.
        """
        path = self.path(digest)
        aside = path.with_name(f"{TEMPORARY}{digest}")
        try:
            os.replace(path, aside)
        except FileNotFoundError:
            return False
        if _modified(aside) >= before:
            os.replace(aside, path)
            return False
        aside.unlink()
        return True

    def sweep(self) -> None:
        """Remove what killed workers left half written. Whole blobs are never removed here."""
        for half in self.root.glob(f"*/{TEMPORARY}*"):
            if time.time() - half.stat().st_mtime > _HALF_SECONDS:
                half.unlink(missing_ok=True)

    def put_manifest(self, files: Mapping[str, str]) -> str:
        """Keep a manifest (path to digest) as a blob of its own; equal sites have equal digests."""
        return self.put(manifest_bytes(files))[0]

    def read_manifest(self, digest: str) -> dict[str, str]:
        files: dict[str, str] = json.loads(self.read(digest))
        return files


def manifest_bytes(files: Mapping[str, str]) -> bytes:
    """Write a manifest in its one canonical form."""
    return json.dumps(
        dict(files), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def manifest_digest(files: Mapping[str, str]) -> str:
    return hashlib.sha256(manifest_bytes(files)).hexdigest()


def write_atomically(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write beside `path` and rename: a reader sees the old file or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1
