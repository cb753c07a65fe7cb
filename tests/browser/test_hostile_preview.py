"""CASES 92: whatever a page does in its preview, the builder around it stays usable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.builder import Builder, new_page, stored
from tests.cast import Person
from tests.stack import Stack

READY = "parent.postMessage({type: 'rb-preview-ready'}, '*')"
SCRIPTS = {
    "a loop for ever": "setTimeout(() => { while (true) {} }, 50)",
    "a loop at once": "while (true) {}",
    "alerts": "setInterval(() => { alert(1); confirm(2); prompt(3); print() }, 10)",
    "a gigabyte": "setTimeout(() => { const kept = []; while (kept.length < 1024)"
    " kept.push(new Uint8Array(1048576).fill(1)) }, 50)",
    "a flood of messages": f"setInterval(() => {{ for (let n = 0; n < 500; n++) {READY} }}, 5)",
    "popups": "setInterval(() => open('https://elsewhere.example/'), 10)",
    "top navigation": "setInterval(() => { try { top.location = 'https://elsewhere.example/' }"
    " catch {} }, 10)",
    "a download": "const a = document.createElement('a'); a.href = 'data:text/plain,x';"
    " a.download = 'x.exe'; setInterval(() => a.click(), 10)",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_page_that_runs_wild_in_its_preview_holds_up_nobody(
    script: str, eddie: Person, stack: Stack, open_as: Callable[..., Page], watch: Any
) -> None:
    # Chromium tells of what the sandbox refuses; that it does is what is looked at below.
    watch.allow(r"Security Policy|elsewhere\.example")
    row = new_page(eddie, "<section><h1>Quiet</h1><p>Words</p></section>", js=script)
    page = open_as(eddie)
    events: list[str] = []
    page.on("dialog", lambda dialog: (events.append("dialog"), dialog.dismiss()))
    page.on("popup", lambda _: events.append("popup"))
    page.on("download", lambda _: events.append("download"))
    builder = Builder(page, row)
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("dialog", name="Preview")
    expect(preview.locator("[data-state=shown]")).to_be_visible()
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
