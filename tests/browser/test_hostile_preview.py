"""CASES 92: no script of a page runs in the builder's preview, so none can loop there.

What else one could do there if it got past the cleaning leaves the builder usable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.builder import Builder, new_page, stored
from tests.cast import Person
from tests.stack import Stack

READY = "top.postMessage({type: 'rb-preview-ready'}, '*')"
SCRIPTS = {
    "alerts": "setInterval(() => { alert(1); confirm(2); prompt(3); print() }, 10)",
    "a flood of messages": f"setInterval(() => {{ for (let n = 0; n < 500; n++) {READY} }}, 5)",
    "popups": "setInterval(() => open('https://elsewhere.example/'), 10)",
    "top navigation": "setInterval(() => { try { top.location = 'https://elsewhere.example/' }"
    " catch {} }, 10)",
    "a download": "const a = document.createElement('a'); a.href = 'data:text/plain,x';"
    " a.download = 'x.exe'; setInterval(() => a.click(), 10)",
}


def open_preview(page: Page) -> Locator:
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("dialog", name="Preview")
    expect(preview.locator("[data-state=shown]")).to_be_visible()
    return preview


def run(preview: Locator, script: str) -> None:
    """Run a script in the frame, as if it had got past the cleaning of the page."""
    preview.locator("iframe").evaluate(
        "(frame, html) => frame.contentWindow.postMessage({ type: 'rb-preview', html }, '*')",
        f"<!doctype html><body><p>Shown</p><script>{script}</script>",
    )


def test_a_pages_own_script_does_not_run_in_its_preview(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    script = "document.body.append('It ran')"
    page = open_as(eddie)
    Builder(page, new_page(eddie, "<section><h1>Quiet</h1></section>", js=script))
    preview = open_preview(page)
    shown = preview.frame_locator("iframe").frame_locator("iframe")
    expect(shown.get_by_text("Quiet")).to_be_visible()
    expect(shown.get_by_text("It ran")).to_have_count(0)
    # The frame itself would run it: what the next test shows is not for want of running.
    run(preview, script)
    expect(shown.get_by_text("It ran")).to_be_visible()


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_what_runs_wild_in_the_preview_holds_up_nobody(
    script: str, eddie: Person, stack: Stack, open_as: Callable[..., Page], watch: Any
) -> None:
    # Chromium tells of what the sandbox refuses; that it does is what is looked at below.
    watch.allow(r"Security Policy|elsewhere\.example")
    row = new_page(eddie, "<section><h1>Quiet</h1><p>Words</p></section>")
    page = open_as(eddie)
    events: list[str] = []
    page.on("dialog", lambda dialog: (events.append("dialog"), dialog.dismiss()))
    page.on("popup", lambda _: events.append("popup"))
    page.on("download", lambda _: events.append("download"))
    builder = Builder(page, row)
    preview = open_preview(page)
    run(preview, script)
    page.wait_for_timeout(1000)
    assert page.evaluate("1 + 1") == 2
    preview.get_by_role("button", name="Tablet").click()
    # The way out is there and works, and so does everything after it.
    preview.get_by_role("button", name="Close preview").click()
    expect(preview).to_have_count(0)
    builder.type_into("h1", "Still here")
    builder.saved()
    assert "Still here" in stored(eddie, row)["html"]
    assert events == []
    assert page.url.startswith(stack.app_url)
