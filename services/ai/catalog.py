"""What the model may build with: the library's blocks and classes, the theme's words, pictures."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from services.site_build.rules import Rules, make_rules
from services.site_library import ROOT

_SITE = ROOT / "static/src/site"
_HEAD = re.compile(r"<!--\s*(\{.*?\})\s*-->", re.DOTALL)
_CLASS = re.compile(r"\.(rb-[a-z0-9_-]+)")
_BORNE = re.compile(r'class="([^"]*)"')

TONES = ("none", "surface", "primary", "inverse")


@dataclass(frozen=True)
class Block:
    """A section of the library, with the markup that shows how it is built."""

    kind: str
    name: str
    group: str
    description: str
    html: str


@dataclass(frozen=True)
class Picture:
    """A built-in picture."""

    address: str
    alt: str
    size: tuple[int, int]


@dataclass(frozen=True)
class Catalog:
    """Everything the library offers."""

    blocks: Mapping[str, Block]
    classes: frozenset[str]
    pictures: Mapping[str, Picture]
    theme: Mapping[str, Any]
    rules: Rules


@cache
def catalog() -> Catalog:
    """Read the library once."""
    allowlist = json.loads((_SITE / "allowlist.json").read_text("utf-8"))
    sheets = [_SITE / "base.css", *(_SITE / "blocks").glob("*.css")]
    return Catalog(
        blocks={block.kind: block for block in _blocks()},
        classes=frozenset(
            name for sheet in sheets for name in _CLASS.findall(sheet.read_text("utf-8"))
        )
        | _classes_of_blocks(),
        pictures={picture.address: picture for picture in _pictures()},
        theme=json.loads((_SITE / "theme.json").read_text("utf-8")),
        rules=make_rules(allowlist),
    )


def _blocks() -> list[Block]:
    found = []
    for file in sorted((_SITE / "blocks").glob("*.html")):
        text = file.read_text("utf-8").strip()
        head = _HEAD.match(text)
        told = json.loads(head[1]) if head else {}
        # Elements go into a section; they are none.
        if head and told["group"] != "Elements":
            names = ("kind", "name", "group", "description")
            words = {name: str(told[name]) for name in names}
            found.append(Block(**words, html=text[head.end() :].strip()))
    return found


def _classes_of_blocks() -> frozenset[str]:
    """Classes that blocks bear, whether or not a rule speaks of them."""
    files = (_SITE / "blocks").glob("*.html")
    found = (_BORNE.findall(file.read_text("utf-8")) for file in files)
    return frozenset(name for lists in found for words in lists for name in words.split())


def _pictures() -> list[Picture]:
    index = json.loads((Path(_SITE) / "stock/index.json").read_text("utf-8"))
    return [
        Picture(f"/static/stock/{one['file']}", one["alt"], (one["width"], one["height"]))
        for one in index
    ]
