"""Our own blocks and templates pass our own allow-list whole."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from services.site_build import Compiler
from services.site_build.model import CompileContext, PageSource
from services.site_library import ROOT

SOURCE = ROOT / "static/src/site"
BLOCKS = sorted((SOURCE / "blocks").glob("*.html"))
STARTERS = sorted((SOURCE / "starters").glob("*.json"))
# Written or rewritten by the build.
OURS = {"src", "href", "srcset", "sizes", "loading", "decoding", "fetchpriority", "width", "height",
        "sandbox"}  # fmt: skip


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, frozenset[str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, frozenset(name for name, value in attrs if name not in OURS)))


def assert_whole(html: str, compiler: Compiler) -> None:
    source = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    body = compiler.compile(PageSource("/", "x", source), CompileContext()).body.decode()
    assert Reader(body).seen == Reader(source).seen
    assert body.count("href=") == source.count("href=")
    assert body.count(" src=") == source.count(" src=")


@pytest.mark.parametrize("path", BLOCKS, ids=lambda path: path.stem)
def test_a_block_of_the_library_keeps_every_element_and_attribute(path, compiler) -> None:
    assert_whole(path.read_text("utf-8"), compiler)


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_a_template_keeps_every_element_and_attribute(path, compiler) -> None:
    for page in json.loads(path.read_text("utf-8"))["pages"]:
        assert_whole(page["html"], compiler)
