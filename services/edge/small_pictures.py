"""Stock pictures at the size of a card: the originals are ten times what a dashboard needs."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image

WIDTH = 320


def small_picture(folder: Path, name: str) -> bytes:
    """Return the picture called `name` as a small WebP; raises FileNotFoundError."""
    path = folder / name
    # Only names that the folder lists: nothing else of the machine is ever opened.
    if name not in {each.name for each in folder.glob("*.webp")}:
        raise FileNotFoundError(name)
    return _shrink(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _shrink(path: Path, stamp: int) -> bytes:
    """Made once per process; a picture that has changed has another stamp."""
    with Image.open(path) as picture:
        picture.thumbnail((WIDTH, WIDTH * 4))
        small = BytesIO()
        picture.save(small, "WEBP", quality=65)
    return small.getvalue()
