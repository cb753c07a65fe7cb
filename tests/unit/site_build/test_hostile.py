"""No hostile page has anything left that runs or calls out once it is published.

The parser here is nh3's own, which follows the HTML standard: what it would still take out of a
published body would be something that should not be there. tests/browser/test_published_hostile.py
opens the same pages in Chromium.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from services.site_build import Compiler
from services.site_build.model import CompileContext
from tests.hostile.corpus import PAGES, Hostile, hostile_pages

ALL = hostile_pages()
EXECUTES = re.compile(
    r"^[\x00-\x20]*(javascript|vbscript|data(?!:image/(png|gif|jpeg|webp|avif);))", re.I
)


class Reader(HTMLParser):
    """Lists every element and attribute of a document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def test_the_collection_is_large_enough() -> None:
    assert len(PAGES["json"]) >= 54
    assert len(PAGES["html"]) >= 39
    assert len({payload.id for payload in ALL}) == len(ALL)


@pytest.mark.parametrize("hostile", ALL, ids=lambda hostile: hostile.id)
def test_a_published_hostile_page_keeps_nothing_that_runs(hostile: Hostile, publish) -> None:
    files = publish(hostile.page, **hostile.site)
    html = files[f"{hostile.page.path[1:]}/index.html"]
    for tag, attributes in Reader(html).tags:
        assert tag not in ("script", "style", "object", "embed", "base", "template", "math"), tag
        assert not [name for name in attributes if name.startswith("on") or name == "srcdoc"]
        for name in ("src", "href", "action", "formaction", "data", "poster"):
            value = attributes.get(name, "")
            assert value == "data:," or not EXECUTES.match(value), (tag, name, value)
        if tag == "meta" and "http-equiv" in attributes:
            assert attributes["http-equiv"] == "Content-Security-Policy"
    assert html.count("http-equiv") == 1
    assert "<script" not in html
    for name, text in files.items():
        if name.endswith(".css") and name != "assets/site.css":
            assert "</" not in text and "@import" not in text
            assert not re.search(r"url\(\s*[\"']?\s*(http:|javascript:|data:text)", text, re.I)
    assert not [line for line in files["assets/site.css"].split("}") if "__pwned" in line]


@pytest.mark.parametrize("hostile", ALL, ids=lambda hostile: hostile.id)
def test_the_style_of_a_small_sites_page_holds_rules_and_nothing_else(
    hostile: Hostile, publish
) -> None:
    site = hostile.site | {"inlines_css": True}
    html = publish(hostile.page, **site)[f"{hostile.page.path[1:]}/index.html"]
    tags = [tag for tag, _ in Reader(html).tags]
    assert tags.count("style") == 1 and "script" not in tags
    css = html.split("<style data-rb-site>", 1)[1].split("</style", 1)[0]
    assert "<" not in css and "@import" not in css
    assert not [line for line in css.split("}") if "__pwned" in line]
    assert not re.search(r"url\((?!assets/fonts|(\.\./)+assets/fonts)", css, re.I)


@pytest.mark.parametrize("hostile", ALL, ids=lambda hostile: hostile.id)
def test_cleaning_leaves_nothing_for_a_second_cleaning(
    hostile: Hostile, compiler: Compiler
) -> None:
    body = compiler.compile(hostile.page, CompileContext()).body.decode()
    assert "__pwned" not in re.sub(r">[^<]*<", "><", re.sub(r'="[^"]*"', "", f">{body}<"))
    again = compiler.compile(
        hostile.page.__class__(hostile.page.path, "x", body), CompileContext()
    ).body.decode()
    assert _shape(again) == _shape(body)


def _shape(html: str) -> list[tuple[str, list[str]]]:
    return [(tag, sorted(attributes)) for tag, attributes in Reader(html).tags]
