"""What a browser sees: axe finds nothing serious, and nothing runs off a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts import gallery

AXE = gallery.ROOT / "tests" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
STARTERS = gallery.read_starters()
SERIOUS = {"serious", "critical"}
# One after the other gets a word of 35 letters; what then makes the page wider than the screen.
TOO_WIDE_WITH_A_LONG_WORD = """() => {
  const wide = [];
  for (const text of document.querySelectorAll('h1, h2, h3, h4, p')) {
    const before = text.innerHTML;
    text.textContent = 'Donaudampfschifffahrtsgesellschaften';
    if (document.documentElement.scrollWidth > innerWidth) {
      wide.push(`${text.closest('[data-rb-block]')?.dataset.rbBlock} ${text.localName}`);
    }
    text.innerHTML = before;
  }
  return wide;
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starters and, for every preset, all blocks, as files."""
    folder = tmp_path_factory.mktemp("gallery")
    for preset in gallery.read_theme()["presets"]:
        body = "\n".join(block["html"] for block in gallery.read_blocks())
        gallery.write_page(folder / f"{preset}.html", body, {"preset": preset})
    for site in STARTERS:
        for number, page in enumerate(site["pages"]):
            target = folder / f"{site['id']}-{number}.html"
            gallery.write_page(target, page["html"], site["theme"], page["css"])
    return folder


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce")
    context.route("https://**", lambda route: route.abort())
    page = context.new_page()
    yield page
    context.close()


@pytest.mark.parametrize("preset", list(gallery.read_theme()["presets"]))
def test_all_blocks_are_accessible_in_a_preset(preset: str, pages: Path, tab: Page) -> None:
    look(tab, pages / f"{preset}.html", 1280)
    assert violations(tab) == []


@pytest.mark.parametrize("site", STARTERS, ids=lambda site: site["id"])
def test_a_starter_is_accessible_on_a_phone(site: dict[str, Any], pages: Path, tab: Page) -> None:
    for number in range(len(site["pages"])):
        look(tab, pages / f"{site['id']}-{number}.html", 390)
        assert violations(tab) == []


@pytest.mark.parametrize("width", [320, 480, 760, 1024, 1600])
def test_nothing_runs_off_the_screen(width: int, pages: Path, tab: Page) -> None:
    for file in sorted(pages.glob("*.html")):
        look(tab, file, width)
        overflow = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, file.stem


@pytest.mark.parametrize("width", [320, 768])
def test_a_long_word_breaks(width: int, pages: Path, tab: Page) -> None:
    look(tab, pages / f"{gallery.read_theme()['default_preset']}.html", width)
    assert tab.evaluate(TOO_WIDE_WITH_A_LONG_WORD) == []


def test_the_menu_opens_and_closes_without_a_script(pages: Path, tab: Page) -> None:
    look(tab, pages / "bakery-0.html", 390)
    link = tab.get_by_role("navigation", name="Main").get_by_role("link", name="Our story")
    expect(link).not_to_be_visible()
    tab.get_by_role("button", name="Menu").click()
    expect(link).to_be_visible()
    tab.keyboard.press("Escape")
    expect(link).not_to_be_visible()
    tab.set_viewport_size({"width": 1280, "height": 900})
    expect(link).to_be_visible()


def look(tab: Page, file: Path, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(file.as_uri())


def violations(tab: Page) -> list[str]:
    """Return the serious findings of axe; two headers on one page are the gallery's doing."""
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    found = tab.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes'][:3]]}"
        for each in found
        if each["impact"] in SERIOUS
    ]
