"""The seal of a link to a preview: what was changed, cut, forged or has ended opens nothing."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from services.preview_links.sealed import Link, make_key, read_key, seal, unseal

KEY, OTHER = bytes(range(32)), bytes(32)
LINK = Link(UUID(int=1), UUID(int=2), 2_000_000_000)


def before_the_end() -> float:
    return LINK.expires - 1


def test_a_link_is_what_was_sealed_until_it_ends() -> None:
    token = seal(LINK, KEY)
    assert unseal(token, KEY, before_the_end) == LINK
    assert unseal(token, KEY, lambda: float(LINK.expires)) is None
    assert LINK.shows.hex not in token and str(LINK.shows) not in token
    assert seal(LINK, KEY) != token


def test_nothing_else_opens() -> None:
    token = seal(LINK, KEY)
    assert unseal(token, OTHER, before_the_end) is None
    for place in range(0, len(token), 7):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert unseal(changed, KEY, before_the_end) is None
        assert unseal(token[:place], KEY, before_the_end) is None
    for nonsense in ("", "a", "é", "=" * 9, "../..", "A" * 5000, "\0"):
        assert unseal(nonsense, KEY, before_the_end) is None


def test_the_key_is_made_once_and_for_us_only(tmp_path: Path) -> None:
    assert read_key(tmp_path) is None
    key = make_key(tmp_path)
    assert make_key(tmp_path) == read_key(tmp_path) == key
    assert len(key) == 32
    (file,) = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_a_broken_key_is_told_and_not_replaced(tmp_path: Path) -> None:
    make_key(tmp_path)
    (tmp_path / "keys" / "preview-links").write_bytes(b"short")
    with pytest.raises(RuntimeError, match="delete it"):
        make_key(tmp_path)
