"""A site leaves as a ZIP and comes back equal; what others packed comes in clean, or not at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests import pictures
from tests.browser.builder import Builder, block, new_page, stored
from tests.browser.zips import hostile, packed
from tests.cast import Person, unique
from tests.deployments.press import wait_for

LISTEN = "window.heard = []; window.__pwned = id => window.heard.push(id);"


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(out, "PNG")
    return out.getvalue()


def picture(person: Person) -> str:
    """Store a picture; its address comes back."""
    name = f"{person.org_id}/{unique('photo').replace(' ', '-')}.png"
    pictures.store(person.supabase, name, png(), name="Photo", alt="Teal")
    return f"{str(person.supabase.base_url).rstrip('/')}/storage/v1/object/public/assets/{name}"


def finished(person: Person, deployment: str) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        row = person.supabase.get(f"/rest/v1/deployments?id=eq.{deployment}&select=*").json()[0]
        return row if row["status"] in ("ready", "error", "canceled") else None

    row: dict[str, Any] = wait_for(ended)
    return row


def imports(builder: Builder) -> Locator:
    builder.panel("Pages").get_by_role("button", name="Import…").click()
    return builder.page.get_by_role("dialog", name="Import")


def published(person: Person, site_id: str) -> dict[str, bytes]:
    """Publish into a ZIP; the files, with the site's own address taken out."""
    wanted = {"site_id": site_id, "host": "archive"}
    row = finished(person, person.api.post("/api/deployments", json=wanted).json()["id"])
    assert row["status"] == "ready", row
    answer = person.api.get(f"/api/deployments/{row['id']}/archive")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    site = person.supabase.get(
        f"/rest/v1/sites?id=eq.{site_id}&select=slug,organizations(slug)"
    ).json()[0]
    own = f"/{site['organizations']['slug']}/{site['slug']}/".encode()
    return {name: archive.read(name).replace(own, b"/site/") for name in archive.namelist()}


def test_an_export_is_imported_elsewhere_and_publishes_the_same_bytes(
    founder: Callable[[str], Person], open_as: Callable[..., Page], tmp_path: Path
) -> None:
    one, other = founder("First"), founder("Second")
    photo = picture(one)
    html = block("hero-split") + f'<p id="more">Words &amp; <img src="{photo}" alt="Teal"></p>'
    row = new_page(one, html, css="p { color: rgb(1, 2, 3) }", seo={"og_image": photo})
    settings = {"theme": {"preset": "linen"}, "head_code": "<meta name='x' content='y'>"}
    settings |= {"seo": {"favicon": photo}}
    changed = one.supabase.patch(f"/rest/v1/sites?id=eq.{row['site_id']}", json=settings)
    assert changed.status_code in (200, 204), changed.text
    about = {"site_id": row["site_id"], "path": "/about/us", "title": "Über <uns>"}
    one.supabase.post("/rest/v1/pages", json=about | {"html": "<h1>Us</h1>", "position": 1})
    draft = {"site_id": row["site_id"], "path": "/later", "title": "Later", "status": "draft"}
    draft |= {"position": 2}
    one.supabase.post("/rest/v1/pages", json=draft)

    builder = Builder(open_as(one), row)
    builder.panel("Pages").get_by_role("button", name="Export…").click()
    dialog = builder.page.get_by_role("dialog", name="Export this site")
    with builder.page.expect_download(timeout=90_000) as leaving:
        dialog.get_by_role("button", name="Export").click()
    file = tmp_path / "export.zip"
    leaving.value.save_as(file)
    names = zipfile.ZipFile(file).namelist()
    assert {"index.html", "about/us/index.html", "roseram/site.json"} <= set(names)

    page = open_as(other)
    theirs = Builder(page, new_page(other))
    dialog = imports(theirs)
    dialog.get_by_role("button", name="A ZIP").click()
    dialog.get_by_label("Choose a ZIP file").set_input_files(file)
    expect(dialog.get_by_text("3 pages (1 as drafts), 1 picture")).to_be_visible(timeout=20_000)
    dialog.get_by_label("Take over its custom code too").check()
    dialog.get_by_role("button", name="Make a new site").click()
    page.wait_for_url(lambda url: row["site_id"] not in url and theirs.row["site_id"] not in url)
    theirs.wait()
    made = page.url.split("/")[4]

    pages = other.supabase.get(f"/rest/v1/pages?site_id=eq.{made}&select=*&order=position").json()
    assert [(p["path"], p["title"], p["status"]) for p in pages] == [
        ("/", row["title"], "published"),
        ("/about/us", "Über <uns>", "published"),
        ("/later", "Later", "draft"),
    ]
    assert all(p["org_id"] == other.org_id for p in pages)
    assert one.org_id not in str(pages) and str(row["id"]) not in str(pages)
    assets = other.supabase.get(f"/rest/v1/assets?org_id=eq.{other.org_id}&select=*").json()
    assert [(a["name"], a["alt"], a["uses"]) for a in assets] == [("Photo", "Teal", 2)]
    assert published(other, made) == published(one, row["site_id"])


def test_hostile_archives_are_refused_and_plain_html_comes_in_clean(
    founder: Callable[[str], Person], open_as: Callable[..., Page], watch: Any
) -> None:
    watch.allow(r"Content Security Policy")
    person = founder("Importers")
    page = open_as(person)
    page.add_init_script(LISTEN)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    builder = Builder(page, new_page(person))

    # Markup onto the page.
    dialog = imports(builder)
    dialog.get_by_label("HTML", exact=True).fill(
        "<style>.mine { color: rgb(9, 8, 7) } @import 'https://leak.example/x.css';</style>"
        # Of a page that we published: its theme is no rule of this page.
        "<style data-rb-site>.mine { letter-spacing: 9px }</style>"
        "<h2 class=mine onclick=\"__pwned('click')\">Pasted</h2><script>__pwned('s')</script>"
    )
    dialog.get_by_role("button", name="Add to this page").click()
    pasted = builder.canvas.get_by_role("heading", name="Pasted")
    expect(pasted).to_have_css("color", "rgb(9, 8, 7)")
    builder.saved()
    kept = stored(person, builder.row)
    assert "Pasted" in kept["html"] and "onclick" not in kept["html"]
    assert "rgb(9, 8, 7)" in kept["css"].replace(",", ", ").replace("  ", " ")
    assert "9px" not in kept["css"]

    dialog = imports(builder)
    dialog.get_by_role("button", name="A ZIP").click()
    chooser = dialog.get_by_label("Choose a ZIP file")
    for name, (data, words) in hostile().items():
        chooser.set_input_files({"name": name, "mimeType": "application/zip", "buffer": data})
        expect(dialog.get_by_role("alert"), name).to_contain_text(words, timeout=20_000)
        expect(dialog.get_by_role("button", name="Make a new site")).to_be_disabled()

    home = (
        "<!doctype html><title>Old\nsite</title><link rel=stylesheet href=css/a.css>"
        '<meta name=description content="What it is">'
        "<body onload=\"__pwned('load')\"><h1>Welcome</h1><img src='img/p.png' alt='Teal'>"
        "<a href='sub/Über uns.html#x'>Us</a><a href='javascript:__pwned(1)'>Bad</a>"
        "<script src='https://leak.example/a.js'></script><iframe srcdoc='<script>'></iframe>"
    )
    css = "h1 { color: rgb(4, 5, 6) } h2 { background: url(../img/p.png) } "
    files = {
        "old/index.html": home,
        "old/sub/Über uns.html": "<title></title><h1>Us</h1><a href='../index.html'>Home</a>",
        "old/css/a.css": css + "@import 'https://leak.example/b.css';",
        "old/img/p.png": png(),
    }
    chooser.set_input_files(
        {"name": "old.zip", "mimeType": "application/zip", "buffer": packed(files)}
    )
    expect(dialog.get_by_text("A site of plain HTML: 2 pages, 1 picture")).to_be_visible()
    dialog.get_by_label("Name of the new site").fill("The old one")
    dialog.get_by_role("button", name="Make a new site").click()
    page.wait_for_url(lambda url: builder.row["site_id"] not in url)
    builder.wait()
    made = page.url.split("/")[4]
    pages = person.supabase.get(f"/rest/v1/pages?site_id=eq.{made}&select=*&order=position").json()
    assert [(p["path"], p["title"]) for p in pages] == [
        ("/", "Old site"),
        ("/sub/uber-uns", "sub/Über uns.html"),
    ]
    first = pages[0]["html"]
    assert 'href="/sub/uber-uns#x"' in first and "/storage/v1/object/public/assets/" in first
    assert 'href="/"' in pages[1]["html"] and pages[0]["seo"] == {"description": "What it is"}
    assert "rgb(4, 5, 6)" in pages[0]["css"] and "import" not in pages[0]["css"]
    for word in ("script", "onload", "javascript", "srcdoc"):
        assert word not in first
    assert page.evaluate("window.heard") == []
    assert not [url for url in asked if "leak.example" in url]
