"""Write static/src/site/starters/<name>.json from the folder of the same name.

A starter is written as HTML files, one per page, beside a `site.json`; the product
reads one JSON file per starter. Run this after editing a page: `python scripts/starters.py`.
A unit test fails when the two differ.
"""

import json
from pathlib import Path
from typing import Any

STARTERS = Path(__file__).parent.parent / "static" / "src" / "site" / "starters"


def main() -> None:
    """Write every starter's JSON file."""
    for folder in starter_folders():
        target = STARTERS / f"{folder.name}.json"
        target.write_text(as_json(read_starter(folder)), encoding="utf-8")
        print(target.relative_to(STARTERS.parent))


def starter_folders() -> list[Path]:
    """Return the folders of all starters, by name."""
    return sorted(path.parent for path in STARTERS.glob("*/site.json"))


def read_starter(folder: Path) -> dict[str, Any]:
    """Return one starter with the HTML of its pages filled in."""
    site: dict[str, Any] = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    pages = [read_page(folder, page) for page in site.pop("pages")]
    return {"id": folder.name, **site, "pages": pages}


def read_page(folder: Path, page: dict[str, Any]) -> dict[str, Any]:
    """Return one page; `file` names its HTML, and a CSS file of the same name is optional."""
    source = folder / page["file"]
    styles = source.with_suffix(".css")
    return {
        "path": page["path"],
        "title": page["title"],
        "seo": page["seo"],
        "html": source.read_text(encoding="utf-8"),
        "css": styles.read_text(encoding="utf-8") if styles.exists() else "",
    }


def as_json(starter: dict[str, Any]) -> str:
    """Return the starter as it is stored."""
    return json.dumps(starter, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
