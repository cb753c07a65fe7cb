"""Contrast as WCAG 2 defines it, and the mixing of colours as base.css does it."""

from __future__ import annotations


def contrast(front: str, back: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(front), luminance(back)))
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    """Return the relative luminance of `#rrggbb`."""
    red, green, blue = (_linear(part / 255) for part in channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(front: str, share: float, back: str) -> str:
    """Return color-mix(in srgb, front share, back)."""
    pairs = zip(channels(front), channels(back), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def channels(color: str) -> list[int]:
    """Return red, green and blue, 0 to 255."""
    return [int(color[start : start + 2], 16) for start in (1, 3, 5)]


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
