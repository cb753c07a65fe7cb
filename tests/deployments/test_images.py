"""Pictures: drawn again in several widths, stripped, and never able to take the worker down."""

from __future__ import annotations

import io
import random
import resource
import struct
import time
import zlib
from contextlib import suppress

import pytest
from PIL import Image

from services.deployments.images import PictureRefused, renditions


def picture(width: int, height: int, kind: str = "PNG", mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 40).convert(mode).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_a_picture_is_drawn_from_narrow_to_wide_and_never_wider_than_it_is(kind):
    made = list(renditions(picture(1000, 500, kind)))
    assert [(one.width, one.height) for one in made] == [(480, 240), (800, 400), (1000, 500)]
    for one in made:
        with Image.open(io.BytesIO(one.data)) as drawn:
            assert (drawn.format, drawn.size) == ("WEBP", (one.width, one.height))


def test_a_small_picture_has_one_rendition_and_a_huge_one_stops_at_the_widest():
    assert [one.width for one in renditions(picture(64, 64))] == [64]
    assert [one.width for one in renditions(picture(5000, 20))] == [480, 800, 1200, 1600, 2400]
    assert [one.width for one in renditions(picture(6000, 40, "JPEG"))][-1] == 2400


def test_a_photo_is_turned_upright_and_tells_no_place():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    (one,) = renditions(picture(300, 100, "JPEG", exif=exif))
    assert (one.width, one.height) == (100, 300)
    with Image.open(io.BytesIO(one.data)) as drawn:
        assert not drawn.getexif()


def test_transparency_stays():
    (one,) = renditions(picture(50, 50, "PNG", "RGBA"))
    with Image.open(io.BytesIO(one.data)) as drawn:
        assert "A" in drawn.getbands() or drawn.mode == "RGB"


def test_an_animation_is_kept_as_it_is():
    frames = [Image.new("RGB", (20, 20), (n * 50, 0, 0)) for n in range(4)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    (one,) = renditions(out.getvalue())
    assert (one.extension, one.data) == ("gif", out.getvalue())


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def many_frames() -> bytes:
    frames = [Image.new("RGB", (2, 2), (n % 250, n // 250, 0)) for n in range(700)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        bomb(50_000, 50_000),
        bomb(2**31 - 1, 2**31 - 1),
        bomb(1, 60_000_000),
        bomb(1000, 1000),
        b"",
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"%PDF-1.7",
        b"II*\x00" + b"\0" * 100,
        b"BM" + b"\0" * 200,
        picture(200, 200)[:300],
        picture(200, 200, "JPEG")[:400],
        b"x" * (13 * 1024 * 1024),
    ],
    ids=range(15),
)  # fmt: skip
def test_what_is_no_picture_or_too_large_is_refused_quickly(data):
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.thread_time()
    with pytest.raises(PictureRefused):
        list(renditions(data))
    assert time.thread_time() - started < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_an_animation_of_very_many_frames_is_refused():
    with pytest.raises(PictureRefused, match="animation"):
        list(renditions(many_frames()))


def test_what_follows_a_picture_in_the_same_file_is_not_published():
    (one,) = renditions(picture(30, 30) + b"<script>alert(1)</script>")
    assert b"script" not in one.data


def test_damaged_pictures_never_do_worse_than_being_refused():
    whole = {kind: picture(120, 90, kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "AVIF")}
    chance = random.Random(7)
    for _ in range(150):
        data = bytearray(chance.choice(list(whole.values())))
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(PictureRefused):
            list(renditions(bytes(data)))
