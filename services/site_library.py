"""Reads the product's own parts of a site for the static build, which reads no files itself."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from services.site_build.model import Library

ROOT = Path(__file__).resolve().parent.parent


def load_library(root: Path = ROOT) -> Library:
    """Read allow-list, theme, base, blocks and behaviours; fonts are read when a site uses them."""
    source = root / "static/src/site"
    theme = json.loads((source / "theme.json").read_text("utf-8"))
    packages = _font_packages(theme)

    @lru_cache(maxsize=64)
    def font(name: str) -> bytes | None:
        built = root / "static/dist/fonts" / name
        packaged = root / "node_modules" / packages.get(name, "-") / "files" / name
        for path in (built, packaged):
            if name in packages and path.is_file():
                return path.read_bytes()
        return None

    return Library(
        tracker=read_tracker(root),
        allowlist=json.loads((source / "allowlist.json").read_text("utf-8")),
        theme=theme,
        base_css=(source / "base.css").read_text("utf-8"),
        block_css=_texts(source / "blocks", "*.css"),
        behaviors=_texts(source / "behaviors", "*.js"),
        secrets=json.loads((source / "secrets.json").read_text("utf-8")),
        font=font,
    )


def read_tracker(root: Path = ROOT) -> str:
    """Read the script that counts visits, as `build.mjs` has packed it."""
    return (root / "static/dist/site/tracker.js").read_text("utf-8")


def _texts(folder: Path, pattern: str) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob(pattern))}


def _font_packages(theme: dict[str, dict[str, dict[str, object]]]) -> dict[str, str]:
    packages: dict[str, str] = {}
    for font in theme["fonts"].values():
        faces = font.get("faces")
        for face in faces if isinstance(faces, list) else []:
            packages[face["file"]] = str(font["package"])
    return packages
