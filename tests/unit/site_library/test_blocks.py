"""The blocks: complete, styled by tokens alone, and nothing that the sanitiser takes away."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import tinycss2

from scripts import gallery
from services.site_build.html import clean_html
from services.site_build.rules import make_rules
from tests.unit.site_library.markup import events, headings, tags, without_addresses

BLOCKS = {block["kind"]: block for block in gallery.read_blocks()}
GROUPS = {
    "Navigation", "Hero", "Features", "Content", "Media", "Gallery", "Testimonials", "Pricing",
    "Team", "FAQ", "Forms", "Calls to action", "Footer", "Layout", "Elements", "Custom code",
}  # fmt: skip
RULES = make_rules(json.loads((gallery.SITE / "allowlist.json").read_text(encoding="utf-8")))
SHEETS = {
    path.relative_to(gallery.SITE).as_posix(): path.read_text(encoding="utf-8")
    for path in [gallery.SITE / "base.css", *sorted((gallery.SITE / "blocks").glob("*.css"))]
}

each_block = pytest.mark.parametrize("kind", list(BLOCKS))
each_sheet = pytest.mark.parametrize("name", list(SHEETS))


def test_there_are_forty_blocks_in_every_group() -> None:
    assert len(BLOCKS) >= 40
    assert {block["group"] for block in BLOCKS.values()} == GROUPS


@each_block
def test_a_block_introduces_itself(kind: str, site: Path) -> None:
    block = BLOCKS[kind]
    assert (site / "blocks" / f"{kind}.html").exists()
    assert 2 <= len(block["name"]) <= 32
    assert 10 <= len(block["description"]) <= 110
    assert block["description"].endswith(".")


@each_block
def test_a_block_is_one_element_that_bears_its_kind(kind: str) -> None:
    found = events(BLOCKS[kind]["html"])
    _, tag, attributes = found[0]
    root = dict(attributes)
    assert tag in {"section", "header", "footer", "aside", "div", "figure"}
    assert root["data-rb-block"] == kind
    assert f"rb-{kind}" in root["class"].split()
    assert found[-1] == ("end", tag, ())
    assert sum("data-rb-block" in dict(each) for _, _, each in found) == 1


@each_block
def test_a_block_survives_the_sanitiser_unchanged(kind: str) -> None:
    html = BLOCKS[kind]["html"]
    cleaned = clean_html(html, "/", RULES, picture=lambda source: source)
    assert without_addresses(events(cleaned.html)) == without_addresses(events(html))
    assert cleaned.blocks == {kind}


@each_block
def test_a_block_has_no_style_of_its_own_and_no_code(kind: str) -> None:
    for name, attributes in tags(BLOCKS[kind]["html"]):
        assert name not in {"script", "style"}
        assert "style" not in attributes
        assert not any(attribute.startswith("on") for attribute in attributes)


@each_block
def test_the_headings_of_a_block_follow_each_other(kind: str) -> None:
    levels = headings(BLOCKS[kind]["html"])
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert not levels or levels[0] <= 2


@each_block
def test_a_section_says_what_it_is(kind: str) -> None:
    found = tags(BLOCKS[kind]["html"])
    if found[0][0] == "section":
        assert "aria-label" in found[0][1] or headings(BLOCKS[kind]["html"])


@each_block
def test_pictures_of_a_block_are_ours_and_described(kind: str, site: Path) -> None:
    for name, attributes in tags(BLOCKS[kind]["html"]):
        if name == "img":
            assert "alt" in attributes
            assert attributes["width"].isdigit() and attributes["height"].isdigit()
            assert (site / "stock" / Path(attributes["src"]).name).exists()


@each_block
def test_a_field_has_a_label_and_a_name(kind: str) -> None:
    found = tags(BLOCKS[kind]["html"])
    labelled = {attributes.get("for") for name, attributes in found if name == "label"}
    # A label around its field stays with it when the block is copied; an id would stand twice.
    wrapped = {dict(attributes).get("name") for attributes in inside_labels(BLOCKS[kind]["html"])}
    for name, attributes in found:
        if name == "form":
            assert attributes["method"] == "post"
            assert re.fullmatch("[a-z][a-z0-9-]{0,40}", attributes["data-rb-form"])
            assert "action" not in attributes, "the publish writes it"
        if name in {"input", "select", "textarea"}:
            assert attributes["name"]
            assert attributes["name"] in wrapped or attributes["id"] in labelled


@each_block
def test_the_drawing_of_a_block_takes_the_colour_of_its_surroundings(kind: str, site: Path) -> None:
    drawing = (site / "blocks" / f"{kind}.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(drawing)  # noqa: S314  our own file
    assert root.get("viewBox") == "0 0 120 80"
    assert root.get("fill") == "currentColor"
    assert "#" not in drawing.replace("var(--rb-thumb-back, #fff)", "")
    assert len(drawing) < 6000


@each_block
def test_the_rules_of_a_block_touch_nothing_else(kind: str) -> None:
    for selector in selectors(BLOCKS[kind]["css"]):
        assert re.match(rf"\.rb-{kind}(?![a-z0-9])(?!-[a-z0-9])", selector), selector


@each_block
def test_a_block_uses_only_classes_that_have_rules(kind: str) -> None:
    known = SHEETS["base.css"] + BLOCKS[kind]["css"]
    for _, attributes in tags(BLOCKS[kind]["html"]):
        for name in attributes.get("class", "").split():
            # A part may bear a name for people's own rules; it begins with the kind.
            assert re.search(rf"\.{name}(?![\w-])", known) or name.startswith(f"rb-{kind}")


@each_sheet
def test_colours_type_and_shadows_come_from_tokens(name: str) -> None:
    for prop, value in declarations(SHEETS[name]):
        assert "important" not in value
        assert not re.search(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", value), f"{prop}: {value}"
        if prop in {"font-family", "box-shadow"}:
            assert value.startswith(("var(--rb-", "none", "inherit")), f"{prop}: {value}"
        if prop.endswith("-radius") or prop == "border-radius":
            assert re.fullmatch(r"var\(--rb-radius[a-z-]*\)|50%|0", value), f"{prop}: {value}"
        if "color" in prop and not prop.startswith("--"):
            assert re.match(r"var\(--rb-|color-mix\(|inherit|transparent|currentcolor", value)


@each_sheet
def test_every_token_that_is_used_is_defined(name: str) -> None:
    defined = set(re.findall(r"(--rb-[a-z0-9-]+):", gallery.theme_css({}) + SHEETS["base.css"]))
    assert set(re.findall(r"var\((--rb-[a-z0-9-]+)", SHEETS[name])) <= defined


def inside_labels(html: str) -> list[tuple[tuple[str, str], ...]]:
    """Return the attributes of every tag that stands in a label with words."""
    found, depth = [], 0
    for kind, name, attributes in events(html):
        if name == "label":
            depth += 1 if kind == "tag" else -1
        elif depth and kind == "tag":
            found.append(attributes)
    return found


def selectors(css: str) -> list[str]:
    """Return every selector of a sheet, those inside @media too."""
    found: list[str] = []
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.content is not None:
            found += selectors(tinycss2.serialize(rule.content))
        elif rule.type == "qualified-rule":
            prelude = tinycss2.serialize(rule.prelude)
            found += [part.strip() for part in re.split(r",(?![^(]*\))", prelude)]
    return found


def declarations(css: str) -> list[tuple[str, str]]:
    """Return every property of a sheet with its value."""
    found = re.findall(r"([a-z-]+):\s*([^;{}]+);", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return [(name, " ".join(value.split())) for name, value in found]
