"""Credentials under AES-256-GCM: bound to where they belong, whatever is tried with them."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.integrations.cipher import Binding, Cipher, Sealed, Undecipherable

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
HERE = Binding("org-a", "netlify", "row-1")
TOKEN = "nfp_a-token-of-somebody"  # noqa: S105


def test_what_was_sealed_opens_where_it_belongs_and_is_nowhere_in_it() -> None:
    sealed = Cipher([NEW]).seal(TOKEN, HERE)
    assert Cipher([NEW]).open(sealed, HERE) == TOKEN
    assert TOKEN.encode() not in sealed.ciphertext
    assert "keys" not in repr(Cipher([NEW]))


@pytest.mark.parametrize(
    "elsewhere",
    [
        Binding("org-b", "netlify", "row-1"),
        Binding("org-a", "vercel", "row-1"),
        Binding("org-a", "netlify", "row-2"),
    ],
)
def test_a_ciphertext_that_is_moved_does_not_open(elsewhere: Binding) -> None:
    with pytest.raises(Undecipherable):
        Cipher([NEW]).open(Cipher([NEW]).seal(TOKEN, HERE), elsewhere)


def test_the_first_key_encrypts_and_every_key_decrypts() -> None:
    old = Cipher([OLD]).seal(TOKEN, HERE)
    both = Cipher([NEW, OLD])
    assert both.open(old, HERE) == TOKEN
    fresh = both.seal(TOKEN, HERE)
    assert Cipher([NEW]).open(fresh, HERE) == TOKEN
    with pytest.raises(Undecipherable, match="not in CREDENTIALS_KEYS"):
        Cipher([NEW]).open(old, HERE)
    # The name of a key is bound too: an older version under another name is refused.
    with pytest.raises(Undecipherable):
        both.open(Sealed(both.key_id, old.nonce, old.ciphertext), HERE)


DAMAGE = ["flip", "cut", "add", "none"]


@settings(deadline=None)
@given(st.binary(max_size=60), st.integers(min_value=0), st.sampled_from(DAMAGE))
def test_a_damaged_ciphertext_is_told_apart_and_never_crashes(noise, place, how) -> None:
    cipher = Cipher([NEW])
    good = cipher.seal(TOKEN, HERE)
    data = bytearray(good.ciphertext)
    if how == "flip":
        data[place % len(data)] ^= 1 + (place % 255)
    elif how == "cut":
        del data[place % len(data) :]
    elif how == "add":
        data += noise or b"x"
    else:
        data = bytearray(noise)
    with pytest.raises(Undecipherable):
        cipher.open(Sealed(good.key_id, good.nonce, bytes(data)), HERE)


@pytest.mark.parametrize(
    "row", [None, {}, {"key_id": "k"}, {"key_id": "k", "nonce": "!", "ciphertext": "?"}, "text"]
)
def test_a_row_that_is_no_credential_is_told_apart(row: object) -> None:
    with pytest.raises(Undecipherable):
        Sealed.from_json(row)


def test_a_nonce_is_never_used_twice() -> None:
    """96 random bits: the odds of a repeat among a million are below one in 10^17."""
    cipher = Cipher([NEW])
    assert len({cipher.seal("x", HERE).nonce for _ in range(20_000)}) == 20_000
    assert len(secrets.token_bytes(12)) == 12


@pytest.mark.parametrize("keys", [[], [b"short"], [NEW, b""]])
def test_a_wrong_key_is_refused_at_once(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Cipher(keys)
