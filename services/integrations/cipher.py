"""AES-256-GCM for credentials, each bound to its organization, provider, row and key.

A ciphertext that is moved to another row or organization does not decrypt. CREDENTIALS_KEYS is
ordered: the first key encrypts, all of them decrypt; a key is known by a digest of itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES = 32, 12


class Undecipherable(Exception):
    """No key at hand opens this: it was changed, moved, or made under a key that is gone."""


@dataclass(frozen=True)
class Binding:
    """What a credential belongs to."""

    org_id: str
    provider: str
    row_id: str

    def data(self, key_id: str) -> bytes:
        return "|".join((self.org_id, self.provider, self.row_id, key_id)).encode()


@dataclass(frozen=True)
class Sealed:
    """A credential as it is kept."""

    key_id: str
    nonce: bytes
    ciphertext: bytes

    def as_json(self) -> dict[str, str]:
        """Return it as the database's functions take it."""
        return {
            "key_id": self.key_id,
            "nonce": base64.b64encode(self.nonce).decode(),
            "ciphertext": base64.b64encode(self.ciphertext).decode(),
        }

    @classmethod
    def from_json(cls, row: Any) -> Sealed:
        """Raises Undecipherable."""
        try:
            # Postgres breaks long base64 into lines.
            nonce, ciphertext = (
                base64.b64decode("".join(row[name].split()), validate=True)
                for name in ("nonce", "ciphertext")
            )
            return cls(str(row["key_id"]), nonce, ciphertext)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Undecipherable("not the form of a credential") from None


@dataclass(frozen=True)
class Cipher:
    """The keys, in their order."""

    keys: Sequence[bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.keys or any(len(key) != KEY_BYTES for key in self.keys):
            raise ValueError("every key has 32 bytes, and there is at least one")

    @property
    def key_id(self) -> str:
        """The name of the key that encrypts."""
        return key_name(self.keys[0])

    def seal(self, secret: str, binding: Binding) -> Sealed:
        nonce = secrets.token_bytes(NONCE_BYTES)
        data = AESGCM(self.keys[0]).encrypt(nonce, secret.encode(), binding.data(self.key_id))
        return Sealed(self.key_id, nonce, data)

    def open(self, sealed: Sealed, binding: Binding) -> str:
        """Raises Undecipherable."""
        for key in self.keys:
            if key_name(key) != sealed.key_id:
                continue
            try:
                data = AESGCM(key).decrypt(
                    sealed.nonce, sealed.ciphertext, binding.data(sealed.key_id)
                )
                return data.decode()
            except (InvalidTag, ValueError):
                raise Undecipherable("changed, or moved from another row") from None
        raise Undecipherable("made under a key that is not in CREDENTIALS_KEYS")

    def derive(self, purpose: str, value: str) -> str:
        """Return a secret that whoever has the first key can make again from `value`."""
        mac = hmac.new(self.keys[0], f"{purpose}|{value}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def key_name(key: bytes) -> str:
    """Name a key without telling anything of it: it is 256 random bits, so a digest is safe."""
    return "k" + hashlib.sha256(b"roseram credentials key|" + key).hexdigest()[:16]
