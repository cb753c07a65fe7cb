"""A theme that the model proposes: only known tokens, and colours that can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.ai.markup import Flaw

_HEX = re.compile(r"#[0-9a-f]{6}")
_CHOICES = ("radius", "space", "shadow")


def schema(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of a theme, with every token named."""
    colors = list(definition["colors"])
    fonts = {"type": "string", "enum": list(definition["fonts"])}
    properties: dict[str, Any] = {
        "name": {"type": "string"},
        "reason": {"type": "string"},
        "preset": {"type": "string", "enum": list(definition["presets"])},
        "colors": closed({name: {"type": "string"} for name in colors}),
        "fonts": closed({"heading": fonts, "body": fonts}),
    }
    for choice in _CHOICES:
        properties[choice] = {"type": "string", "enum": list(definition[choice])}
    return closed(properties)


def closed(properties: dict[str, Any]) -> dict[str, Any]:
    """An object with exactly these properties: the form that strict servers want."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def check_theme(told: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return {theme, name, reason, adjusted}: colours too weak are moved until they can be read.

    Raises Flaw for what is no token of a theme.
    """
    colors = _colors(told, definition)
    fonts = told.get("fonts")
    if not isinstance(fonts, Mapping) or any(
        fonts.get(use) not in definition["fonts"] for use in ("heading", "body")
    ):
        raise Flaw(f"fonts.heading and fonts.body must be of {', '.join(definition['fonts'])}.")
    if told.get("preset") not in definition["presets"]:
        raise Flaw(f"preset must be one of {', '.join(definition['presets'])}.")
    theme: dict[str, Any] = {"preset": told["preset"], "colors": colors}
    theme["fonts"] = {use: fonts[use] for use in ("heading", "body")}
    for choice in _CHOICES:
        if told.get(choice) not in definition[choice]:
            raise Flaw(f"{choice} must be one of {', '.join(definition[choice])}.")
        theme[choice] = told[choice]
    return {
        "theme": theme,
        "name": str(told.get("name", ""))[:60],
        "reason": str(told.get("reason", ""))[:300],
        "adjusted": _make_readable(colors, definition["contrast"]),
    }


def _colors(told: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, str]:
    given = told.get("colors")
    if not isinstance(given, Mapping) or set(given) != set(definition["colors"]):
        raise Flaw(f"colors must have exactly {', '.join(definition['colors'])}.")
    colors = {name: str(value).strip().lower() for name, value in given.items()}
    for name, value in colors.items():
        if not _HEX.fullmatch(value):
            raise Flaw(f"colors.{name} must be a colour such as #1a2b3c.")
    return colors


def _make_readable(colors: dict[str, str], pairs: list[dict[str, Any]]) -> list[str]:
    """Move weak front colours away from their backs, in place; say which ones were moved."""
    moved: list[str] = []
    for pair in pairs:
        # In their order: a moved primary is what the text on buttons must be read on.
        if _is_weak(colors, pair):
            front = pair["front"]
            of_front = [each for each in pairs if each["front"] == front]
            backs = [colors[each["back"]] for each in of_front]
            needed = max(each["ratio"] for each in of_front)
            colors[front] = _readable_on(backs, colors[front], needed)
            moved.append(front)
    for pair in pairs:
        if _is_weak(colors, pair):
            raise Flaw(
                f"{pair['what']} cannot be read: choose {pair['back']} colours that are all light "
                "or all dark."
            )
    return list(dict.fromkeys(moved))


def _is_weak(colors: Mapping[str, str], pair: Mapping[str, Any]) -> bool:
    return contrast(colors[pair["front"]], colors[pair["back"]]) < float(pair["ratio"])


def _readable_on(backs: list[str], front: str, needed: float) -> str:
    """Mix in black or white, whichever reads better, just as much as is needed."""
    end = max(("#000000", "#ffffff"), key=lambda pole: min(contrast(pole, b) for b in backs))
    for step in range(1, 21):
        mixed = _mix(front, end, step / 20)
        if min(contrast(mixed, back) for back in backs) >= needed:
            return mixed
    return end


def _mix(one: str, other: str, part: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """Return how well two colours stand apart, as WCAG 2 counts it: 1 (the same) to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    def linear(channel: int) -> float:
        value = channel / 255
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in _channels(color))
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _channels(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]
