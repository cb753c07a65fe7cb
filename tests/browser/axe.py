"""Accessibility faults that axe-core finds on the page as it stands."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / "npm/node_modules/axe-core/axe.min.js"
GRAVE = {"serious", "critical"}


def grave_faults(page: Page) -> list[str]:
    """Return one line per fault: the rule, and the first element that breaks it."""
    # Given to the page by the debugger: a script element would be refused by the CSP.
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}"
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]
