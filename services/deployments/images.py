"""Pictures for published pages: checked, turned upright, stripped of metadata, in several widths.

What a person uploaded is never published byte for byte unless it moves: drawing it again leaves
behind whatever else the file was (a page, a script, a place where the photo was taken).
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

# Change this when the drawing below changes: it is part of every cache key.
RECIPE = "1"
WIDTHS = (480, 800, 1200, 1600, 2400)
MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_FRAMES = 500
MAX_MOVING_PIXELS = 400_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
_QUALITY = 80


class PictureRefused(Exception):
    """The file is not a picture that can be published; the message says why."""


@dataclass(frozen=True)
class Rendition:
    """One drawing of a picture."""

    data: bytes
    extension: str
    width: int
    height: int


def renditions(data: bytes) -> Iterator[Rendition]:
    """Draw a picture from narrow to wide. Raises PictureRefused before unpacking a large one."""
    if len(data) > MAX_BYTES:
        raise PictureRefused(f"it is larger than {MAX_BYTES // 2**20} MB")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                yield from _draw(picture, data)
        except PictureRefused:
            raise
        except UnidentifiedImageError:
            raise PictureRefused("it is not a PNG, JPEG, WebP, GIF or AVIF picture") from None
        except Exception as error:
            # Decoders meet hostile bytes here and raise whatever they like, RuntimeError included.
            raise PictureRefused("the picture is damaged or cut short") from error


def _draw(picture: Image.Image, data: bytes) -> Iterator[Rendition]:
    width, height = picture.size
    if width * height > MAX_PIXELS or min(width, height) < 1:
        raise PictureRefused(f"it has {width:,} x {height:,} dots; {MAX_PIXELS:,} are the most")
    frames = int(getattr(picture, "n_frames", 1))
    if frames > 1:
        if frames > MAX_FRAMES or frames * width * height > MAX_MOVING_PIXELS:
            raise PictureRefused("the animation is too long or too large")
        # Moving pictures are kept as they are: drawing every frame again costs minutes.
        yield Rendition(data, str(picture.format).lower(), width, height)
        return
    # A JPEG can be unpacked at an eighth to a half of its size, which saves most of the memory.
    picture.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
    upright = _ready(picture)
    # draft may already have made it smaller; the widths offered never exceed what is there.
    widest = min(upright.size[0], WIDTHS[-1])
    for target in [*(width for width in WIDTHS if width < widest), widest]:
        yield _rendition(upright, target)


def _ready(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    return upright.convert("RGBA" if has_alpha else "RGB")


def _rendition(picture: Image.Image, target: int) -> Rendition:
    width, height = picture.size
    size = (target, max(1, round(height * target / width)))
    drawn = (
        picture
        if size == picture.size
        else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    )
    out = io.BytesIO()
    # Neither EXIF nor colour profile goes out: method 4 is WebP's middle of speed and size.
    drawn.save(out, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=None)
    return Rendition(out.getvalue(), "webp", *size)
