"""What a link holds, sealed: only the service makes one, and nobody else reads what is in it.

The seal (AES-256-GCM) names the row, what it shows and the end. Hiding a preview's id matters
as much as signing it: a preview also answers at an address made of its id, which stays. A seal
for one purpose opens nothing of another.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PREVIEW = b"roseram preview link"
REPORT = b"roseram analytics link"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_INSIDE = struct.Struct(">16s16sQ")
_LONGEST = 200


@dataclass(frozen=True)
class Link:
    """One row of `preview_links` or `analytics_links`, as its link says it."""

    id: UUID
    shows: UUID
    """The preview's deployment, or the site."""
    expires: int
    """Seconds since 1970."""


def seal(link: Link, key: bytes, purpose: bytes = PREVIEW) -> str:
    """Return the part of an address that opens the link."""
    inside = _INSIDE.pack(link.id.bytes, link.shows.bytes, link.expires)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, inside, purpose)
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def unseal(
    token: str, key: bytes, now: Callable[[], float] = time.time, purpose: bytes = PREVIEW
) -> Link | None:
    """Return what a link says; None when we did not make it, it was changed, or it has ended."""
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        inside = _INSIDE.unpack(AESGCM(key).decrypt(nonce, rest, purpose))
    except (binascii.Error, ValueError, InvalidTag, struct.error):
        return None
    link = Link(UUID(bytes=inside[0]), UUID(bytes=inside[1]), inside[2])
    return link if link.expires > now() else None


def read_key(data_dir: Path) -> bytes | None:
    """Return the key, if a link was ever made here."""
    try:
        key = _file(data_dir).read_bytes()
    except FileNotFoundError:
        return None
    return key if len(key) == _KEY_BYTES else None


def make_key(data_dir: Path) -> bytes:
    """Return the key, made by whoever comes first; all processes share DATA_DIR."""
    if key := read_key(data_dir):
        return key
    file = _file(data_dir)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(secrets.token_bytes(_KEY_BYTES))
        out.flush()
        os.fsync(out.fileno())
    try:
        # A link, not a rename: of two at once the first one's key stays.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    key = read_key(data_dir)
    if key is None:
        raise RuntimeError(f"{file} does not hold a key of {_KEY_BYTES} bytes; delete it.")
    return key


def _file(data_dir: Path) -> Path:
    return data_dir / "keys" / "preview-links"
