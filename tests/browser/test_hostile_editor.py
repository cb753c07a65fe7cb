"""Every hostile page, written by an editor through the API and opened by the owner in the builder.

Nothing in it may run, read her session, or call out; and the builder must still open the page.
One browser page opens all of them through the page switcher, the way any page is opened.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Person, unique
from tests.hostile.corpus import PAGES
from tests.stack import Stack

# Chromium complains as soon as DOMPurify parses the dirty text, although nothing runs in that
# document. So a complaint is allowed, and each test looks at what is left in the page instead.
REFUSED = r"Content Security Policy"
LISTEN = """
  window.heard = [];
  window.__pwned = id => window.heard.push(id);
  addEventListener('message', event => /^pwned:/.test(event.data) && window.heard.push(event.data));
"""
VISIT = (Path(__file__).parent / "visit_hostile.js").read_text("utf-8")


def path_of(payload: dict[str, Any]) -> str:
    return "/" + payload["id"].replace("_", "-").lower()


def write_all(editor: Person, site: dict[str, Any]) -> list[dict[str, Any]]:
    """Store every payload as its own page; one the database refuses is not there to be opened."""
    written = []
    payloads = [*PAGES["json"], *PAGES["html"]]
    for position, payload in enumerate(payloads):
        row = {"site_id": site["id"], "path": path_of(payload), "title": payload["id"]}
        row |= {key: payload[key] for key in ("content", "html", "css") if key in payload}
        answer = editor.supabase.post("/rest/v1/pages", json=row | {"position": position})
        assert answer.status_code in {201, 400}, answer.text
        if answer.status_code == 201:
            written.append(payload)
    return written


class Ear:
    """Hears every request that leaves the product's own three origins."""

    def __init__(self, page: Page, stack: Stack) -> None:
        self.own = (stack.app_url, stack.sites_url, stack.supabase_url, "data:", "blob:", "about:")
        self.asked: list[str] = []
        page.on("request", lambda request: self.hear(request.url))

    def hear(self, url: str) -> None:
        if not url.startswith(self.own) or "leak" in url:
            self.asked.append(url)


def open_builder(page: Page, site: dict[str, Any], query: str = "") -> None:
    page.goto(f"/sites/{site['id']}/edit{query}")
    expect(page.locator(".b-canvas[data-ready=true]")).to_be_visible(timeout=30_000)
    # The engine takes no selecting click for 350 ms after it has fitted the frame.
    page.wait_for_timeout(500)


def test_no_hostile_page_runs_anything_in_the_builder(
    eddie: Person, olive: Person, stack: Stack, open_as: Callable[..., Page], watch: Any
) -> None:
    watch.allow(REFUSED)
    site = eddie.new_site()
    first = eddie.new_page(site, path="/")
    written = write_all(eddie, site)
    assert len(written) >= 200

    page = open_as(olive)
    page.add_init_script(LISTEN)
    ear = Ear(page, stack)
    open_builder(page, site, f"?page={first['id']}")
    page.get_by_label("Panels").get_by_role("button", name="Layers").click()
    seen = page.evaluate(VISIT, [payload["id"] for payload in written])

    assert seen["heard"] == [], "these ran in the app"
    assert ear.asked == [], "these called out"
    assert seen["left"] == {}, "these left something active in the page"
    assert seen["stuck"] == [], "these could not be opened"


@pytest.mark.parametrize("payload", PAGES["fields"], ids=lambda payload: payload["id"])
def test_hostile_titles_themes_and_settings_are_only_text(
    payload: dict[str, Any],
    eddie: Person,
    olive: Person,
    stack: Stack,
    open_as: Callable[..., Page],
    watch: Any,
) -> None:
    watch.allow(REFUSED)
    site = eddie.new_site()
    row = {"site_id": site["id"], "path": "/", "title": payload["title"]}
    row |= {"seo": payload["seo"]} if "seo" in payload else {}
    answer = eddie.supabase.post("/rest/v1/pages", json=row)
    if answer.status_code == 400:
        return  # The database has refused it already.
    settings = {
        key: value
        for key, value in payload.get("site", {}).items()
        if key in {"name", "theme", "seo", "head_code"}
    }
    for key, value in settings.items():
        eddie.supabase.patch(f"/rest/v1/sites?id=eq.{site['id']}", json={key: value})

    page = open_as(olive)
    page.add_init_script(LISTEN)
    ear = Ear(page, stack)
    open_builder(page, site)
    for panel in ("Pages", "Theme", "Layers", "Blocks"):
        page.get_by_label("Panels").get_by_role("button", name=panel).click()
    page.get_by_role("button", name="Page settings").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("window.heard") == []
    assert ear.asked == []


def test_what_is_pasted_while_typing_runs_nothing(
    eddie: Person, stack: Stack, open_as: Callable[..., Page], watch: Any
) -> None:
    watch.allow(REFUSED)
    site = eddie.new_site()
    eddie.supabase.post(
        "/rest/v1/pages",
        json={
            "site_id": site["id"],
            "path": "/",
            "title": unique("Paste"),
            "html": "<section><p>Before</p><p>it</p></section><section><h2>Here</h2></section>",
        },
    )
    page = open_as(eddie)
    page.add_init_script(LISTEN)
    ear = Ear(page, stack)
    open_builder(page, site)
    page.frame_locator("iframe.gjs-frame").locator("h2").dblclick()
    expect(page.get_by_role("button", name="Bold")).to_be_visible()
    for payload in PAGES["html"]:
        page.evaluate(
            """html => {
              const frame = parent.document.querySelector('iframe.gjs-frame');
              const { contentDocument: document, contentWindow: window } = frame;
              const clipboardData = new window.DataTransfer();
              clipboardData.setData('text/html', html);
              const target = document.querySelector('h2');
              const options = {clipboardData, bubbles: true, cancelable: true};
              target.dispatchEvent(new window.ClipboardEvent('paste', options));
            }""",
            payload["html"],
        )
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert page.evaluate("window.heard") == []
    canvas = page.frame_locator("iframe.gjs-frame")
    expect(canvas.locator("h2 :is(script, iframe, object, embed, svg, img, style)")).to_have_count(
        0
    )
    assert ear.asked == []


def test_hostile_components_run_nothing_in_the_builder_or_its_panel(
    eddie: Person, olive: Person, stack: Stack, open_as: Callable[..., Page], watch: Any
) -> None:
    """All of them on one page, each in an instance whose values are hostile too."""
    watch.allow(REFUSED)
    site = eddie.new_site()
    rows = [
        # PostgreSQL itself takes no NUL.
        {"org_id": eddie.org_id, "name": payload["id"], "html": payload["html"].replace("\0", "")}
        for payload in PAGES["html"]
    ]
    headers = {"Prefer": "return=representation"}
    made = eddie.supabase.post("/rest/v1/components", json=rows, headers=headers)
    assert made.status_code == 201, made.text
    ids = [row["id"] for row in made.json()]
    try:
        values = escape(json.dumps({"f1": {"text": "<img src=x onerror=__pwned('v')>"}}))
        html = "".join(
            f'<div data-rb-component="{each}" data-rb-values="{values}"></div>' for each in ids
        )
        row = {"site_id": site["id"], "path": "/", "title": "Parts", "html": html}
        assert eddie.supabase.post("/rest/v1/pages", json=row).status_code == 201
        page = open_as(olive)
        page.add_init_script(LISTEN)
        ear = Ear(page, stack)
        open_builder(page, site)
        canvas = page.frame_locator("iframe.gjs-frame")
        expect(canvas.locator("[data-rb-component]")).to_have_count(len(ids))
        expect(canvas.locator("script, object, embed, [onerror], [onload]")).to_have_count(0)
        page.get_by_label("Panels").get_by_role("button", name="Saved").click()
        expect(page.locator(".b-part").first).to_be_visible()
        page.get_by_role("button", name="Preview").click()
        page.wait_for_timeout(500)
        assert page.evaluate("window.heard") == []
        # A video of a host that pages may embed is what its author wants.
        assert [each for each in ear.asked if "://www.youtube.com/embed/" not in each] == []
    finally:
        eddie.supabase.delete(f"/rest/v1/components?id=in.({','.join(ids)})")
