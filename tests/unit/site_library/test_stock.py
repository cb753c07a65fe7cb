"""The built-in pictures: listed, described, light, and as large as they say."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from scripts import gallery

FOLDER = gallery.SITE / "stock"
LISTED = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))


def test_the_list_and_the_folder_agree() -> None:
    assert [picture["file"] for picture in LISTED] == sorted(p.name for p in FOLDER.glob("*.webp"))
    assert len(LISTED) >= 24


@pytest.mark.parametrize("picture", LISTED, ids=lambda picture: picture["file"])
def test_a_picture_is_described_and_light(picture: dict[str, str]) -> None:
    path = FOLDER / picture["file"]
    assert path.stat().st_size < 150_000
    assert 10 <= len(picture["alt"]) <= 100
    assert picture["tags"]
    with Image.open(path) as image:
        assert image.format == "WEBP"
        assert image.size == (picture["width"], picture["height"])
        assert not image.getexif()
