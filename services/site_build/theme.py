"""Theme choices to custom properties: only keys that theme.json knows, and colours as `#rrggbb`.

`sites.theme` is written by people straight to the database, so nothing of it reaches the
stylesheet as text: a value selects one of ours, or is six hexadecimal digits.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.site_build.model import File, Json, Library

# Beside the shared sheet.
FONTS = "fonts/"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
# What a choice without definition falls back to; theme.json decides everything else.
_CHOICES = ("radius", "space", "shadow")


def theme_css(theme: Json, library: Library) -> tuple[str, list[File]]:
    """Return the custom properties and @font-face rules of a site's theme, and its font files."""
    definition = library.theme
    if not definition:
        return "", []
    preset = _preset(theme, definition)
    tokens = dict(_color_tokens(theme, preset))
    fonts = _fonts(theme, preset, definition)
    for part, font in fonts.items():
        tokens[f"--rb-font-{part}"] = font["stack"]
    tokens |= fonts.get("heading", {}).get("heading", {})
    for choice in _CHOICES:
        tokens |= _chosen(theme, preset, definition, choice)
    files, faces = _faces(fonts, library)
    root = ";".join(f"{name}:{value}" for name, value in tokens.items())
    return f"{''.join(faces)}:root{{{root}}}" if root else "", files


def _preset(theme: Json, definition: Json) -> Json:
    presets: Mapping[str, Json] = definition["presets"]
    return presets.get(_text(theme.get("preset"))) or presets[definition["default_preset"]]


def _color_tokens(theme: Json, preset: Json) -> Iterator[tuple[str, str]]:
    own = _mapping(theme.get("colors"))
    for name, default in _mapping(preset.get("colors")).items():
        value = _text(own.get(name))
        color = value if _COLOR.fullmatch(value) else default
        yield f"--rb-color-{name.replace('_', '-')}", color.lower()


def _fonts(theme: Json, preset: Json, definition: Json) -> dict[str, Json]:
    own = _mapping(theme.get("fonts"))
    known: Mapping[str, Json] = definition["fonts"]
    return {
        part: known.get(_text(own.get(part))) or known[default]
        for part, default in _mapping(preset.get("fonts")).items()
    }


def _chosen(theme: Json, preset: Json, definition: Json, choice: str) -> dict[str, str]:
    options: Mapping[str, dict[str, str]] = definition[choice]
    return options.get(_text(theme.get(choice))) or options.get(preset.get(choice, ""), {})


def _faces(fonts: Mapping[str, Json], library: Library) -> tuple[list[File], list[str]]:
    """Return the files of the fonts in use, and their rules; system fonts have neither."""
    files: dict[str, File] = {}
    rules: dict[str, str] = {}
    for font in fonts.values():
        for face in font.get("faces", ()):
            data = library.font(face["file"])
            if data is None:
                continue
            stem, extension = face["file"].rsplit(".", 1)
            name = f"{FONTS}{stem}-{hashlib.sha256(data).hexdigest()[:10]}.{extension}"
            files[name] = File.of(f"assets/{name}", data)
            rules[name] = _face_rule(face, name)
    return list(files.values()), list(rules.values())


def _face_rule(face: Json, name: str) -> str:
    rule = (
        f'font-family:"{face["family"]}";src:url({name}) format("woff2");font-display:swap;'
        f"font-weight:{face['weight']};font-style:{face['style']}"
    )
    if face.get("unicode_range"):
        rule += f";unicode-range:{face['unicode_range']}"
    return f"@font-face{{{rule}}}"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
