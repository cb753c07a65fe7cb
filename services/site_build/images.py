"""Pictures of a page: which ones it uses, and how they become responsive and lazy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from html import escape, unescape

from services.site_build.model import CompileContext, Image, Json, PageSource
from services.site_build.urls import plain, to_root

# On nh3's canonical output: `>` is escaped inside attributes, and every value has double quotes.
_IMG = re.compile(r"<img((?: [^>]*)?)>")
_ATTRIBUTE = re.compile(r' ([^\s=">]+)="([^"]*)"')
_STOCK = r"/static/stock/[A-Za-z0-9_-]+\.[a-z0-9]{2,5}"
_STORED = r"[0-9A-Za-z-]+/[0-9A-Za-z-]+\.[a-z0-9]{2,5}"
_STEM = re.compile(r"[^a-z0-9]+")
# A picture known to be narrower than this (a logo, an avatar) is not what the visitor waits for.
_HERO_WIDTH = 480
_OURS = ("loading", "decoding", "fetchpriority")


def image_path(ref: str, data: bytes, width: int, extension: str) -> str:
    """Name one rendition of a picture by what it shows, its width and its content."""
    stem = _STEM.sub("-", ref.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()).strip("-")[:40]
    digest = hashlib.sha256(data).hexdigest()[:10]
    return f"assets/img/{stem or 'image'}-{width}-{digest}.{extension}"


def image_refs(page: PageSource, context: CompileContext) -> frozenset[str]:
    """Return every picture of ours that a page mentions: stock, or in the Storage bucket.

    It reads the page as text and may name a picture that cleaning then drops.
    """
    texts = [unescape(page.html), page.css, *_strings(page.seo)]
    pattern = _own_pictures(context.storage_url)
    return frozenset(ref for text in texts for ref in pattern.findall(text))


def site_image_refs(seo: Json, context: CompileContext) -> frozenset[str]:
    """Return the pictures that the site's own settings mention (Open Graph, favicon)."""
    pattern = _own_pictures(context.storage_url)
    return frozenset(ref for text in _strings(seo) for ref in pattern.findall(text))


def image_key(url: str) -> str:
    """Return a picture's reference without what Storage or a person appended to it."""
    return plain(url).split("#", 1)[0].split("?", 1)[0]


def finish_images(html: str, images: dict[str, Image], page_path: str) -> str:
    """Give each <img> its renditions, its size, and its place in the order of loading.

    The first picture that fills the screen is fetched at once and first; what comes after waits
    until it is scrolled to.
    """
    if "<img" not in html:
        return html
    lazy = False

    def finish(found: re.Match[str]) -> str:
        nonlocal lazy
        # Values stay escaped as they are: what is kept is written back unread.
        attributes = dict(_ATTRIBUTE.findall(found.group(1)))
        src = attributes.get("src", "")
        if not src and not attributes.get("srcset"):
            return ""
        image = images.get(image_key(unescape(src))) if images else None
        hero = not lazy and _is_hero(attributes, image)
        tag = _img(attributes, image, root, lazy=lazy, hero=hero)
        lazy = lazy or hero
        return tag

    root = to_root(page_path)
    return _IMG.sub(finish, html)


def _img(
    attributes: dict[str, str], image: Image | None, root: str, *, lazy: bool, hero: bool
) -> str:
    for name in _OURS:
        attributes.pop(name, None)
    attributes.setdefault("alt", "")
    if image is not None:
        attributes |= _renditions(attributes, image, root, lazy=lazy)
    attributes["loading"] = "lazy" if lazy else "eager"
    attributes["decoding"] = "async"
    if hero:
        attributes["fetchpriority"] = "high"
    return "<img" + "".join([f' {name}="{value}"' for name, value in attributes.items()]) + ">"


def _renditions(
    attributes: dict[str, str], image: Image, root: str, *, lazy: bool
) -> dict[str, str]:
    paths = [escape(root + file.path) for file in image.files]
    written = {"src": paths[-1]}
    if len(paths) > 1:
        pairs = zip(paths, image.files, strict=True)
        written["srcset"] = ", ".join(f"{path} {file.width}w" for path, file in pairs)
        # `auto`: the real width, known once a lazy picture is laid out; else what follows.
        written["sizes"] = attributes.get("sizes") or ("auto, 100vw" if lazy else "100vw")
    else:
        attributes.pop("srcset", None)
    width, height = _size(attributes, image)
    return written | {"width": str(width), "height": str(height)}


def _size(attributes: dict[str, str], image: Image) -> tuple[int, int]:
    """Keep the size a person gave; complete it in the picture's own proportions."""
    width, height = _number(attributes.get("width")), _number(attributes.get("height"))
    if width and height:
        return width, height
    if width:
        return width, max(1, round(width * image.height / image.width))
    if height:
        return max(1, round(height * image.width / image.height)), height
    return image.width, image.height


def _is_hero(attributes: dict[str, str], image: Image | None) -> bool:
    width = _number(attributes.get("width")) or (image.width if image else _HERO_WIDTH)
    return width >= _HERO_WIDTH


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 5 else 0


def _own_pictures(storage_url: str) -> re.Pattern[str]:
    stored = f"|{re.escape(storage_url)}{_STORED}" if storage_url else ""
    return re.compile(_STOCK + stored)


def _strings(seo: Json) -> Iterator[str]:
    return (value for value in seo.values() if isinstance(value, str))


def picture_address(
    images: dict[str, Image], root: str, used: set[str]
) -> Callable[[str], str | None]:
    """Make the function that gives one of our pictures its published address below `root`."""

    if not images:
        return lambda url: None

    def address(url: str) -> str | None:
        key = image_key(url)
        image = images.get(key)
        if image is None:
            return None
        used.add(key)
        return root + image.files[-1].path

    return address
