"""The starters: whole sites that a person could publish as they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scripts import gallery
from scripts.starters import STARTERS, as_json, read_starter, starter_folders
from services.site_build.html import clean_html
from services.site_build.rules import make_rules
from tests.unit.site_library.markup import events, headings, tags, without_addresses

ALL = gallery.read_starters()
PAGES = {f"{site['id']}{page['path']}": (site, page) for site in ALL for page in site["pages"]}
KINDS = {block["kind"] for block in gallery.read_blocks()}
RULES = make_rules(json.loads((gallery.SITE / "allowlist.json").read_text(encoding="utf-8")))

each_starter = pytest.mark.parametrize("site", ALL, ids=lambda site: site["id"])
each_page = pytest.mark.parametrize("name", list(PAGES))


def test_there_are_enough_starters_and_they_look_different() -> None:
    assert len(ALL) >= 6
    assert len({site["theme"]["preset"] for site in ALL}) == len(ALL)


@pytest.mark.parametrize("folder", starter_folders(), ids=lambda folder: folder.name)
def test_the_json_of_a_starter_is_made_from_its_pages(folder: Path) -> None:
    written = (STARTERS / f"{folder.name}.json").read_text(encoding="utf-8")
    assert written == as_json(read_starter(folder)), "run: python scripts/starters.py"


@each_starter
def test_a_starter_is_a_small_whole_site(site: dict[str, Any], theme: dict[str, Any]) -> None:
    paths = [page["path"] for page in site["pages"]]
    assert 2 <= len(paths) <= 5
    assert paths[0] == "/"
    assert len(set(paths)) == len(paths)
    assert all(re.fullmatch(r"/|(/[a-z0-9]+(-[a-z0-9]+)*)+", path) for path in paths)
    assert site["theme"]["preset"] in theme["presets"]
    assert site["seo"]["language"] == "en"
    assert site["seo"]["title_suffix"]
    assert 15 <= len(site["description"]) <= 140


@each_page
def test_a_page_can_be_found(name: str, site: Path) -> None:
    about, page = PAGES[name]
    assert 2 <= len(page["title"]) <= 60
    assert 60 <= len(page["seo"]["description"]) <= 165
    others = [other["seo"]["description"] for other in about["pages"] if other is not page]
    assert page["seo"]["description"] not in others
    assert (site / "stock" / Path(page["seo"]["og_image"]).name).exists()


@each_page
def test_a_page_is_made_of_blocks(name: str) -> None:
    depth, roots = 0, []
    void = {"img", "br", "hr", "input", "source", "wbr"}
    for kind, tag, attributes in events(PAGES[name][1]["html"]):
        if kind == "tag" and depth == 0:
            roots.append(dict(attributes)["data-rb-block"])
        if tag not in void and kind != "text":
            depth += 1 if kind == "tag" else -1
    assert depth == 0
    assert set(roots) <= KINDS
    assert roots[-1].startswith("footer")
    assert any(root.startswith("nav") for root in roots[:2])


@each_page
def test_a_page_survives_the_sanitiser_unchanged(name: str) -> None:
    html = PAGES[name][1]["html"]
    cleaned = clean_html(html, PAGES[name][1]["path"], RULES, picture=lambda source: source)
    assert without_addresses(events(cleaned.html)) == without_addresses(events(html))


@each_page
def test_the_headings_of_a_page_make_an_outline(name: str) -> None:
    levels = headings(PAGES[name][1]["html"])
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


@each_page
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    about, page = PAGES[name]
    paths = {each["path"]: each["html"] for each in about["pages"]}
    for tag, attributes in tags(page["html"]):
        if tag != "a":
            continue
        link = attributes["href"]
        if link.startswith(("mailto:", "tel:")):
            assert re.fullmatch(r"mailto:[a-z]+@example\.com|tel:\+?\d+", link)
            continue
        path, _, anchor = link.partition("#")
        assert path in paths
        assert not anchor or f'id="{anchor}"' in paths[path]


@each_page
def test_pictures_of_a_page_are_ours_and_described(name: str, site: Path) -> None:
    for tag, attributes in tags(PAGES[name][1]["html"]):
        if tag == "img":
            assert "alt" in attributes
            assert attributes["src"].startswith("/static/stock/")
            assert (site / "stock" / Path(attributes["src"]).name).exists()


@each_page
def test_no_id_is_given_twice(name: str) -> None:
    ids = Counter(each["id"] for _, each in tags(PAGES[name][1]["html"]) if "id" in each)
    assert all(count == 1 for count in ids.values())


@each_page
def test_nothing_pretends_to_work(name: str) -> None:
    # A form needs the endpoint for submissions; until a starter can have one, people write mail.
    assert not [tag for tag, _ in tags(PAGES[name][1]["html"]) if tag in {"form", "input"}]
    assert "lorem" not in PAGES[name][1]["html"].lower()
