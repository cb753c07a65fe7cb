"""The organization's pictures: taken in by what they are, described, sorted, found, replaced."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.builder import Builder, new_page, stored
from tests.cast import Person

LISTEN = "window.heard = []; window.__pwned = id => window.heard.push(id);"
HOSTILE_SVG = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" onload="__pwned('onload')">
<script>__pwned('script')</script>
<foreignObject><img src="x" onerror="__pwned('foreign')"/></foreignObject>
<a href="javascript:__pwned('link')"><rect width="40" height="20" fill="#a3123f"/></a>
<rect width="40" height="20" fill="#a3123f"/><image href="https://leak.example/x.png"/></svg>"""


def png(width: int = 60, height: int = 40, colour: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def huge_png() -> bytes:
    """It says that it is 50,000 dots wide and high."""
    data = bytearray(png())
    data[16:24] = (50_000).to_bytes(4, "big") * 2
    return bytes(data)


def file(name: str, data: bytes | str, kind: str = "image/png") -> FilePayload:
    return {
        "name": name,
        "mimeType": kind,
        "buffer": data if isinstance(data, bytes) else data.encode(),
    }


def rows(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.supabase.get(
        f"/rest/v1/assets?org_id=eq.{person.org_id}&select=*&order=created_at"
    ).json()
    return found


def test_pictures_are_taken_in_by_what_they_are(
    founder: Callable[[str], Person], open_as: Callable[..., Page], watch: Any
) -> None:
    watch.allow(r"Content Security Policy")
    person = founder("Pictures")
    page = open_as(person)
    page.add_init_script(LISTEN)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    builder = Builder(page, new_page(person))
    panel = builder.panel("Pictures")
    expect(panel.get_by_text("No pictures yet")).to_be_visible()

    panel.get_by_label("Choose picture files").set_input_files(
        [
            file("shop front.png", png()),
            file("logo.svg", HOSTILE_SVG, "image/svg+xml"),
            file("page.png", "<!doctype html><script>__pwned('html')</script>"),
            file("huge.png", huge_png()),
            file("cut\r\nshort\u202egnp.png", png()[:20]),
        ]
    )
    uploads = panel.get_by_role("list", name="Uploads")
    expect(uploads.locator("[data-state=done]")).to_have_count(2, timeout=20_000)
    failed = uploads.locator("[data-state=failed]")
    expect(failed).to_have_count(3)
    expect(failed.filter(has_text="not a picture we can use")).to_have_count(1)
    expect(failed.filter(has_text="more than 50 million")).to_have_count(1)
    expect(failed.filter(has_text="is damaged")).to_have_count(1)

    # The description is asked for; the drawing of the SVG is a picture and nothing else.
    uploads.get_by_label("Describe shop front.png").fill("Our shop front")
    uploads.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("button", name="Add Our shop front to the page")).to_be_visible()
    taken = {row["name"]: row for row in rows(person)}
    assert {name: row["type"] for name, row in taken.items()} == {
        "shop front.png": "image/png",
        "logo.svg": "image/png",
    }
    assert (taken["shop front.png"]["width"], taken["shop front.png"]["height"]) == (60, 40)
    drawn = person.supabase.get(f"/storage/v1/object/public/assets/{taken['logo.svg']['path']}")
    assert Image.open(io.BytesIO(drawn.content)).convert("RGB").getpixel((5, 5)) == (163, 18, 63)
    assert page.evaluate("window.heard") == []
    assert not [url for url in asked if "leak" in url]

    # A file that fails can be forgotten; an upload that fails can be tried again.
    for _ in range(3):
        failed.get_by_role("button", name="Forget").first.click()
    page.route("**/storage/v1/object/assets/**", lambda route: route.abort(), times=1)
    watch.allow(r"Failed to load resource|net::ERR_FAILED")
    panel.get_by_label("Choose picture files").set_input_files([file("again.png", png())])
    failed.get_by_role("button", name="Try again.png again").click()
    expect(uploads.get_by_label("Describe again.png")).to_be_visible(timeout=20_000)
    # It went on with the row it had: nothing waits for a file that will not come.
    assert all(row["uploaded_at"] for row in rows(person))

    # The file arrives and the answer is lost: it is not sent twice under two names.
    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/storage/v1/object/assets/**", swallow, times=1)
    panel.get_by_label("Choose picture files").set_input_files([file("lost.png", png())])
    failed.get_by_role("button", name="Try lost.png again").click()
    expect(uploads.get_by_label("Describe lost.png")).to_be_visible(timeout=20_000)
    assert len([row for row in rows(person) if row["name"] == "lost.png"]) == 1


def test_a_picture_is_used_sorted_found_and_replaced_everywhere(
    founder: Callable[[str], Person], open_as: Callable[..., Page]
) -> None:
    person = founder("Library")
    row = new_page(person)
    page = open_as(person)
    builder = Builder(page, row)
    panel = builder.panel("Pictures")
    panel.get_by_label("Choose picture files").set_input_files(
        [file("old.png", png()), file("new.png", png(colour="gold"))]
    )
    uploads = panel.get_by_role("list", name="Uploads")
    expect(uploads.locator("[data-state=done]")).to_have_count(2, timeout=20_000)
    uploads.get_by_label("Describe old.png").fill("The old door")
    uploads.get_by_label("Describe old.png").press("Enter")

    panel.get_by_role("button", name="Add The old door to the page").click()
    shown = builder.canvas.get_by_role("img", name="The old door")
    expect(shown).to_be_visible()
    builder.saved()
    old, new = (next(r for r in rows(person) if r["name"] == n) for n in ("old.png", "new.png"))
    assert (old["uses"], new["uses"]) == (1, 0)
    assert old["path"] in stored(person, row)["html"]

    # Sorted into a folder, and found there.
    panel.get_by_role("button", name="old.png: details").click()
    dialog = page.get_by_role("dialog", name="Picture")
    dialog.get_by_label("Folder").fill("Doors")
    dialog.get_by_role("button", name="Save").click()
    panel.get_by_role("combobox", name="Folder").select_option("Doors")
    expect(panel.get_by_role("button", name="new.png: details")).not_to_be_visible()
    panel.get_by_role("combobox", name="Folder").select_option("")
    panel.get_by_role("searchbox").fill("door old")
    expect(panel.get_by_role("button", name="old.png: details")).to_be_visible()

    # Replaced on every page; the open one follows.
    panel.get_by_role("button", name="old.png: details").click()
    expect(dialog.get_by_text("one place")).to_be_visible()
    dialog.get_by_role("button", name="Replace everywhere…").click()
    replacing = page.get_by_role("dialog", name="Replace “old.png”")
    replacing.get_by_role("button", name="new.png").click()
    replacing.get_by_role("button", name="Replace everywhere").click()
    expect(page.get_by_text("Replaced in one place")).to_be_visible(timeout=20_000)
    html = stored(person, row)["html"]
    assert new["path"] in html and old["path"] not in html
    expect(shown).to_have_attribute("src", re.compile(re.escape(new["path"]) + "$"))
    assert {r["name"]: r["uses"] for r in rows(person)} == {"old.png": 0, "new.png": 1}

    # Deleted: the file and its row.
    panel.get_by_role("button", name="old.png: details").click()
    dialog.get_by_role("button", name="Delete…").click()
    expect(dialog.get_by_role("alert")).to_contain_text("cannot be undone")
    dialog.get_by_role("button", name="Delete for good").click()
    expect(dialog).not_to_be_visible()
    assert [r["name"] for r in rows(person)] == ["new.png"]
    gone = person.supabase.get(f"/storage/v1/object/public/assets/{old['path']}")
    assert gone.status_code in (400, 404)
