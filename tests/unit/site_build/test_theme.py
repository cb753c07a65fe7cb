"""A theme selects among ours; nothing of it reaches the stylesheet as text."""

from __future__ import annotations

from typing import Any

import pytest

from services.site_build.model import Library
from services.site_build.theme import theme_css


def test_every_preset_gives_every_colour_and_font(library: Library) -> None:
    for preset in library.theme["presets"]:
        css, _ = theme_css({"preset": preset}, library)
        for color in library.theme["colors"]:
            assert f"--rb-color-{color.replace('_', '-')}:#" in css
        for name in ("--rb-font-heading:", "--rb-font-body:", "--rb-radius:", "--rb-space:"):
            assert name in css


def test_own_choices_win_over_the_preset(library: Library) -> None:
    theme = {
        "preset": "linen",
        "colors": {"primary": "#ABCDEF"},
        "fonts": {"body": "system-sans"},
        "radius": "full",
    }
    css, files = theme_css(theme, library)
    assert "--rb-color-primary:#abcdef" in css
    assert f"--rb-font-body:{library.theme['fonts']['system-sans']['stack']}" in css
    assert library.theme["radius"]["full"]["--rb-radius-button"] in css
    assert all("dm-sans" not in file.path for file in files)


@pytest.mark.parametrize(
    "theme",
    [
        {"preset": "x}</style>"},
        {"preset": 7},
        {"colors": "red"},
        {"colors": {"primary": "red}*{"}},
        {"colors": {"primary": "#12345"}},
        {"colors": {"}x": "#123456"}},
        {"colors": {"primary": "#123456;"}},
        {"fonts": {"heading": {"stack": "}"}}},
        {"fonts": ["inter"]},
        {"radius": "9px}"},
        {"radius": []},
        {"space": {"a": 1}},
        {"shadow": None},
        {"colors": {"primary": "#12345\u0661"}},
    ],
)
def test_a_hostile_theme_is_the_default_theme(theme: dict[str, Any], library: Library) -> None:
    assert theme_css(theme, library) == theme_css({}, library)
