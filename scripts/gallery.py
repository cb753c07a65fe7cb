"""Write every block and every starter page as plain HTML files, to look at them.

    python scripts/gallery.py <folder> [preset ...]

One file per preset with all blocks below each other, and one per starter page in the
starter's own theme. Pictures and fonts are read from the checkout. This is for eyes and
for the accessibility check; what visitors get is made by services/site_build.
"""

import html
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SITE = ROOT / "static" / "src" / "site"


def main() -> None:
    """Write the gallery into the folder named first on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    theme = read_theme()
    for preset in sys.argv[2:] or theme["presets"]:
        body = "\n".join(block["html"] for block in read_blocks())
        write_page(folder / f"blocks-{preset}.html", body, {"preset": preset})
    for starter in read_starters():
        for page in starter["pages"]:
            name = page["path"].strip("/").replace("/", "-") or "home"
            target = folder / f"{starter['id']}-{name}.html"
            write_page(target, page["html"], starter["theme"], page["css"])


def read_theme() -> dict[str, Any]:
    """Return theme.json."""
    theme: dict[str, Any] = json.loads((SITE / "theme.json").read_text(encoding="utf-8"))
    return theme


def read_blocks() -> list[dict[str, str]]:
    """Return kind, name, group, description, html and css of every block, by kind."""
    blocks = []
    for path in sorted((SITE / "blocks").glob("*.html")):
        first, markup = path.read_text(encoding="utf-8").split("\n", 1)
        about = json.loads(first.removeprefix("<!--").removesuffix("-->"))
        css = path.with_suffix(".css").read_text(encoding="utf-8")
        blocks.append({**about, "html": markup, "css": css})
    return blocks


def read_starters() -> list[dict[str, Any]]:
    """Return all starters, by name."""
    paths = sorted((SITE / "starters").glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def write_page(target: Path, body: str, chosen: dict[str, Any], css: str = "") -> None:
    """Write one page that can be opened from disk."""
    styles = "\n".join(
        [
            theme_css(chosen),
            (SITE / "base.css").read_text(encoding="utf-8"),
            *(block["css"] for block in read_blocks()),
            css,
        ]
    )
    body = body.replace("/static/stock/", (SITE / "stock").as_uri() + "/")
    target.write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(target.stem)}</title><style>{styles}</style></head>"
        f"<body>{body}</body></html>\n",
        encoding="utf-8",
    )


def theme_css(chosen: dict[str, Any]) -> str:
    """Return the font faces and tokens of a site's theme, as theme.json defines them."""
    theme = read_theme()
    preset = theme["presets"][chosen.get("preset", theme["default_preset"])]
    colors = preset["colors"] | chosen.get("colors", {})
    fonts = preset["fonts"] | chosen.get("fonts", {})
    heading, body = theme["fonts"][fonts["heading"]], theme["fonts"][fonts["body"]]
    tokens = {f"--rb-color-{name.replace('_', '-')}": value for name, value in colors.items()}
    tokens |= {"--rb-font-heading": heading["stack"], "--rb-font-body": body["stack"]}
    tokens |= heading["heading"]
    for scale in ("radius", "space", "shadow"):
        tokens |= theme[scale][chosen.get(scale, preset[scale])]
    rules = "".join(f"{name}:{value};" for name, value in tokens.items())
    return "".join(font_faces(heading) + font_faces(body)) + f":root{{{rules}}}"


def font_faces(font: dict[str, Any]) -> list[str]:
    """Return one @font-face per file of the font."""
    folder = ROOT / "node_modules" / font.get("package", "") / "files"
    return [
        f'@font-face{{font-family:"{face["family"]}";font-style:{face["style"]};'
        f"font-weight:{face['weight']};font-display:swap;unicode-range:{face['unicode_range']};"
        f'src:url("{(folder / face["file"]).as_uri()}") format("woff2")}}'
        for face in font["faces"]
    ]


if __name__ == "__main__":
    main()
