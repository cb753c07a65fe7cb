"""theme.json: every preset is complete, readable, and its fonts can be published."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from scripts import gallery
from tests.unit.site_library.colors import contrast, mix

THEME = gallery.read_theme()
PRESETS = list(THEME["presets"])
WITH_FILES = [key for key, font in THEME["fonts"].items() if font["faces"]]


def test_there_are_enough_presets_light_and_dark() -> None:
    assert len(PRESETS) >= 6
    assert THEME["default_preset"] in PRESETS
    dark = [key for key in PRESETS if is_dark(THEME["presets"][key]["colors"])]
    assert 2 <= len(dark) < len(PRESETS)


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_chooses_only_what_is_defined(key: str) -> None:
    preset = THEME["presets"][key]
    assert preset["name"] and preset["description"].endswith(".")
    assert preset["colors"].keys() == THEME["colors"].keys()
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in preset["colors"].values())
    assert set(preset["fonts"]) == {"heading", "body"}
    assert set(preset["fonts"].values()) <= THEME["fonts"].keys()
    for scale in ("radius", "space", "shadow"):
        assert preset[scale] in THEME[scale]


@pytest.mark.parametrize(("key", "pair"), list(product(PRESETS, range(len(THEME["contrast"])))))
def test_a_preset_is_readable(key: str, pair: int) -> None:
    colors, rule = THEME["presets"][key]["colors"], THEME["contrast"][pair]
    assert rule["ratio"] >= 4.5
    assert contrast(colors[rule["front"]], colors[rule["back"]]) >= rule["ratio"], rule["what"]


@pytest.mark.parametrize("key", PRESETS)
def test_a_tone_is_readable(key: str, site: Path) -> None:
    colors = THEME["presets"][key]["colors"]
    for front, back, muted, card in tone_mixes(site, colors):
        assert contrast(front, back) >= 4.5
        assert contrast(front, card) >= 4.5
        assert contrast(muted, back) >= 4.5
        assert contrast(muted, card) >= 4.5


@pytest.mark.parametrize("key", PRESETS)
def test_an_outlined_button_stands_out_from_the_page(key: str) -> None:
    colors = THEME["presets"][key]["colors"]
    assert contrast(colors["primary"], colors["background"]) >= 3


@pytest.mark.parametrize("scale", ["radius", "space", "shadow"])
def test_every_step_of_a_scale_sets_the_same_properties(scale: str) -> None:
    steps = list(THEME[scale].values())
    assert all(step.keys() == steps[0].keys() for step in steps)
    assert all(name.startswith("--rb-") for name in steps[0])


@pytest.mark.parametrize("key", WITH_FILES)
def test_the_files_of_a_font_are_installed_and_may_be_published(key: str) -> None:
    font = THEME["fonts"][key]
    package = gallery.ROOT / "node_modules" / font["package"]
    if not package.exists():
        pytest.skip("npm packages are not installed")
    assert font["license"] == "OFL-1.1"
    assert "SIL OPEN FONT LICENSE" in (package / "LICENSE").read_text(encoding="utf-8").upper()
    for face in font["faces"]:
        data = (package / "files" / face["file"]).read_bytes()
        assert data[:4] == b"wOF2"
        assert face["family"] in font["stack"]
        assert len(data) < 100_000


@pytest.mark.parametrize("key", list(THEME["fonts"]))
def test_a_font_ends_in_a_family_that_every_machine_has(key: str) -> None:
    font = THEME["fonts"][key]
    assert font["stack"].endswith("sans-serif" if font["kind"] == "sans" else "serif")
    assert set(font["heading"]) == {
        "--rb-heading-weight",
        "--rb-heading-tracking",
        "--rb-heading-leading",
    }


def is_dark(colors: dict[str, str]) -> bool:
    return contrast(colors["background"], "#ffffff") > contrast(colors["background"], "#000000")


def tone_mixes(site: Path, colors: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """Return front, back, muted and card of the mixed tones, with base.css' own shares."""
    css = (site / "base.css").read_text(encoding="utf-8")
    found = []
    for tone, front, back in (
        ("primary", "on_primary", "primary"),
        ("inverse", "background", "text"),
    ):
        rule = re.search(rf"\.rb-tone-{tone} \{{(.*?)\}}", css, re.DOTALL)
        assert rule is not None
        muted, card = (share(rule[1], name) for name in ("--rb-fg-muted", "--rb-card"))
        a, b = colors[front], colors[back]
        found.append((a, b, mix(a, muted, b), mix(a, card, b)))
    return found


def share(rule: str, name: str) -> float:
    found = re.search(rf"{name}: color-mix\(in srgb, var\([^)]*\) (\d+)%", rule)
    assert found is not None
    return int(found[1]) / 100


def test_no_choice_is_called_what_another_one_means(theme: dict[str, Any]) -> None:
    names = [preset["name"] for preset in theme["presets"].values()]
    assert len(set(names)) == len(names)
