"""The files of a publish as hosts know them: hashed once, from bytes, before any call."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from services.deployments.blobs import BlobStore
from services.deployments.failures import PublishFailure

_THREE = 3 * 64 * 1024


@dataclass(frozen=True)
class Entry:
    """One file: its path, the blob that holds it, and what the host calls its content."""

    path: str
    blob: str
    size: int
    sha: str


def entries(
    files: Mapping[str, str], blobs: BlobStore, *, git: bool = False, most: int, most_bytes: int
) -> list[Entry]:
    """List the files with their SHA-1 (or git's id). Raises PublishFailure before any upload."""
    if not files:
        raise PublishFailure("no_files", "There is nothing to publish. Add a page first.")
    if len(files) > most:
        raise PublishFailure(
            "too_many_files",
            f"This host takes at most {most:,} files, and the site has {len(files):,}.",
        )
    found, known, total = [], dict[str, tuple[int, str]](), 0
    for path in sorted(files):
        digest = files[path]
        if digest not in known:
            known[digest] = _measure(digest, blobs, git=git)
        size, sha = known[digest]
        total += size
        if size > most_bytes:
            raise PublishFailure(
                "file_too_large",
                f"The file {path} has {size / 1e6:,.0f} MB; this host takes files of at most "
                f"{most_bytes / 1e6:,.0f} MB.",
            )
        found.append(Entry(path, digest, size, sha))
    return found


def once_each(listed: list[Entry]) -> dict[str, Entry]:
    """One entry for each content, whatever the number of files that have it."""
    return {entry.sha: entry for entry in reversed(listed)}


def content(entry: Entry, blobs: BlobStore) -> Callable[[], Iterator[bytes]]:
    """Return what sends the bytes; the last ones only if all still are those that were hashed."""

    def send() -> Iterator[bytes]:
        seen, held = hashlib.sha256(), b""
        for piece in blobs.chunks(entry.blob):
            seen.update(piece)
            if held:
                yield held
            held = piece
        if seen.hexdigest() != entry.blob:
            raise PublishFailure(
                "file_changed",
                f"The file {entry.path} was changed on the server while it was uploaded. "
                "Publish again.",
            )
        yield held

    return send


def as_base64(entry: Entry, blobs: BlobStore) -> Callable[[], Iterator[bytes]]:
    """Return what sends the bytes as GitHub's {"encoding": "base64", "content": …}."""

    def send() -> Iterator[bytes]:
        yield b'{"encoding":"base64","content":"'
        rest = b""
        for piece in content(entry, blobs)():
            rest += piece
            whole = len(rest) - len(rest) % 3
            yield base64.b64encode(rest[:whole])
            rest = rest[whole:]
        yield base64.b64encode(rest) + b'"}'

    return send


def base64_length(entry: Entry) -> int:
    return len(b'{"encoding":"base64","content":""}') + (entry.size + 2) // 3 * 4


def _measure(digest: str, blobs: BlobStore, *, git: bool) -> tuple[int, str]:
    size = blobs.size(digest)
    if size < 0:
        raise PublishFailure(
            "files_missing",
            "Files of that version are no longer on the server. Publish the site instead.",
        )
    # Hosts name contents by SHA-1; nothing here relies on it being hard to forge.
    sha = hashlib.sha1(b"blob %d\0" % size if git else b"", usedforsecurity=False)
    for piece in blobs.chunks(digest):
        sha.update(piece)
    return size, sha.hexdigest()
