"""Publishing from the outside: ask, wait, look at the address."""

from __future__ import annotations

import io
import threading
import zipfile

import pytest


def test_a_published_site_answers_at_its_address(press, worker, olive):
    site = olive.site(pages={"/": "<h1>Fresh bread</h1>", "/about": "<h1>About us</h1>"})
    row = olive.published(site)
    assert row["url"].startswith(press.sites_url + "/")
    home = press.visit(row["url"])
    assert home.status_code == 200
    assert "Fresh bread" in home.text
    assert home.headers["Content-Security-Policy"].startswith("sandbox allow-scripts")
    assert "About us" in press.visit(row["url"] + "about/").text
    assert press.visit(row["url"] + "missing").status_code == 404
    assert {"index.html", "about/index.html", "404.html"} <= set(row["manifest"])
    kept = olive.row_of(site)
    assert (kept["published_url"], kept["published_deployment_id"]) == (row["url"], row["id"])


def test_the_row_tells_its_story_in_words(press, worker, olive):
    row = olive.published(olive.site())
    assert row["progress"]["step"] == "processing"
    lines = [line["text"] for line in row["log"]]
    assert lines[0] == "Building the pages."
    assert any(line.startswith("Built 1 page, ") for line in lines)
    assert lines[-1] == f"Ready: {row['url']}"
    assert row["started_at"] <= row["finished_at"]


def test_a_change_is_live_after_the_next_publish_and_not_before(press, worker, olive):
    site = olive.site(pages={"/": "<p>one</p>"})
    url = olive.published(site)["url"]
    olive.write(site, "/", "<p>two</p>")
    assert "one" in press.visit(url).text
    olive.published(site)
    assert "two" in press.visit(url).text


def test_a_page_that_moved_is_found_under_its_old_address(press, worker, olive):
    site = olive.site(pages={"/": "<p>home</p>", "/old": "<p>words</p>", "/live": "<p>live</p>"})
    olive.published(site)
    (page,) = olive.rest("GET", f"pages?site_id=eq.{site}&path=eq./old&select=id")
    olive.rest("POST", "rpc/move_page", json={"page_id": page["id"], "path": "/new/place"})
    row = olive.published(site)
    moved = press.visit(row["url"] + "old/?a=1")
    assert moved.status_code == 301
    assert moved.headers["Location"].endswith("/new/place/?a=1")
    assert "words" in press.visit(row["url"] + "new/place/").text
    assert "/old" not in press.visit(row["url"] + "sitemap.xml").text
    # A page that takes the address has it.
    olive.rest("PATCH", f"pages?site_id=eq.{site}&path=eq./live", json={"path": "/old"})
    row = olive.published(site)
    assert "live" in press.visit(row["url"] + "old/").text
    olive.rest("POST", "rpc/delete_page", json={"page_id": page["id"]})
    row = olive.published(site)
    assert press.visit(row["url"] + "new/place/").status_code == 404


def test_publishing_again_carries_over_what_stayed_and_drops_what_left(press, worker, olive):
    pages = {"/": "<p>home</p>", "/kept": "<p>kept</p>", "/gone": "<p>gone</p>", "/was": "<p>x</p>"}
    site = olive.site(pages=pages)
    first = olive.published(site)
    olive.write(site, "/", "<p>home, again</p>")
    olive.rest("DELETE", f"pages?site_id=eq.{site}&path=eq./gone")
    olive.rest("PATCH", f"pages?site_id=eq.{site}&path=eq./was", json={"path": "/is"})
    second = olive.published(site)
    assert "again" in press.visit(second["url"]).text
    assert "x" in press.visit(second["url"] + "is/").text
    assert second["manifest"]["kept/index.html"] == first["manifest"]["kept/index.html"]
    for path in ("gone", "was"):
        assert f"{path}/index.html" not in second["manifest"]
        assert press.visit(second["url"] + f"{path}/").status_code == 404
    assert "/gone" not in press.visit(second["url"] + "sitemap.xml").text


def test_a_draft_page_takes_no_part(press, worker, olive):
    site = olive.site(pages={"/": "<p>home</p>", "/secret": "<p>draft</p>"})
    olive.rest("PATCH", f"pages?site_id=eq.{site}&path=eq./secret", json={"status": "draft"})
    row = olive.published(site)
    assert "secret/index.html" not in row["manifest"]
    assert press.visit(row["url"] + "secret/").status_code == 404


def test_a_preview_has_its_own_address_and_leaves_the_live_site_alone(press, worker, olive):
    site = olive.site(pages={"/": "<p>live</p>"})
    live = olive.published(site)
    olive.write(site, "/", "<p>next</p>")
    preview = olive.published(site, target="preview")
    assert preview["url"] == f"{press.sites_url}/preview/{preview['id']}/"
    shown = press.visit(preview["url"])
    assert "next" in shown.text
    assert shown.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "live" in press.visit(live["url"]).text
    kept = olive.row_of(site)
    assert kept["published_deployment_id"] == live["id"]


def test_an_earlier_version_is_restored_byte_for_byte_without_touching_a_page(press, worker, olive):
    site = olive.site(pages={"/": "<p>first</p>", "/old": "<p>old</p>"})
    first = olive.published(site)
    before = press.visit(first["url"]).content
    olive.write(site, "/", "<p>second</p>")
    olive.rest("DELETE", f"pages?site_id=eq.{site}&path=eq./old")
    olive.published(site)
    answer = olive.api.post(f"/api/deployments/{first['id']}/restore")
    assert answer.status_code == 202
    restored = press.finished(answer.json()["id"])
    assert (restored["status"], restored["restored_from"]) == ("ready", first["id"])
    assert restored["manifest"] == first["manifest"]
    assert press.visit(first["url"]).content == before
    assert "old" in press.visit(first["url"] + "old/").text
    (page,) = olive.rest("GET", f"pages?site_id=eq.{site}")
    assert page["html"] == "<p>second</p>"


def test_an_unchanged_publish_does_nothing_but_say_so(press, worker, olive):
    site = olive.site()
    first = olive.published(site)
    # Written anew, a file would be another one.
    blobs = {path: path.stat().st_ino for path in (press.data_dir / "blobs").rglob("*")}
    again = olive.published(site)
    assert any("Nothing changed" in line["text"] for line in again["log"])
    assert again["manifest"] == first["manifest"]
    assert blobs == {path: path.stat().st_ino for path in (press.data_dir / "blobs").rglob("*")}


def test_the_archive_holds_what_the_address_serves(press, worker, olive):
    site = olive.site(pages={"/": "<p>packed</p>", "/a/b": "<p>deep</p>"})
    row = olive.published(site)
    download = olive.api.get(f"/api/deployments/{row['id']}/archive")
    assert download.status_code == 200
    assert download.headers["Content-Type"] == "application/zip"
    assert download.headers["Content-Disposition"].startswith('attachment; filename="Bakery.zip"')
    archive = zipfile.ZipFile(io.BytesIO(download.content))
    assert set(archive.namelist()) == set(row["manifest"])
    for name in archive.namelist():
        served = press.visit(row["url"] + name.removesuffix("index.html"))
        assert archive.read(name) == served.content, name
    assert download.content == olive.api.get(f"/api/deployments/{row['id']}/archive").content


def test_an_archive_is_published_by_itself_and_leaves_the_live_site_alone(press, worker, olive):
    site = olive.site(pages={"/": "<p>to go</p>"})
    row = olive.published(site, host="archive")
    assert row["url"] == f"{press.app_url}/api/deployments/{row['id']}/archive"
    download = olive.api.get(f"/api/deployments/{row['id']}/archive")
    assert b"to go" in zipfile.ZipFile(io.BytesIO(download.content)).read("index.html")
    kept = olive.row_of(site)
    assert kept["published_at"] is None


def test_nobody_else_may_publish_cancel_restore_or_download(press, worker, olive, sam):
    site = olive.site()
    row = olive.published(site)
    body = {"site_id": site, "host": "local"}
    assert sam.api.post("/api/deployments", json=body).status_code == 404
    for path in ("cancel", "restore"):
        assert sam.api.post(f"/api/deployments/{row['id']}/{path}").status_code == 404
    assert sam.api.get(f"/api/deployments/{row['id']}/archive").status_code == 404
    for method, path in (
        ("POST", ""),
        ("POST", f"/{row['id']}/cancel"),
        ("GET", f"/{row['id']}/archive"),
    ):
        assert (
            press.http.request(method, f"{press.app_url}/api/deployments{path}").status_code == 401
        )


@pytest.mark.parametrize(
    ("pages", "code"), [({}, "no_pages"), ({"/about": "<p>x</p>"}, "no_home_page")]
)  # fmt: skip
def test_a_site_without_a_home_page_is_told_so(press, worker, olive, pages, code):
    row = press.finished(olive.publish(olive.site(pages=pages))["id"])
    assert (row["status"], row["error"]["code"]) == ("error", code)
    assert "home page" in row["error"]["detail"]
    assert row["url"] is None


def test_a_failing_publish_leaves_the_live_site_byte_for_byte(press, worker, olive):
    site = olive.site(pages={"/": "<p>good</p>"})
    url = olive.published(site)["url"]
    before = press.visit(url).content
    olive.rest("PATCH", f"pages?site_id=eq.{site}", json={"status": "draft"})
    row = press.finished(olive.publish(site)["id"])
    assert row["status"] == "error"
    assert press.visit(url).content == before


def test_twenty_rapid_clicks_make_one_live_version_the_last(press, worker, olive):
    site = olive.site()
    rows: list[dict] = []
    threads = [threading.Thread(target=lambda: rows.append(olive.publish(site))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended = [press.finished(row["id"]) for row in rows]
    last = max(ended, key=lambda row: row["sequence"])
    assert last["status"] == "ready"
    assert {row["status"] for row in ended} <= {"ready", "canceled"}
    assert all(row["error"]["code"] == "superseded" for row in ended if row["status"] == "canceled")
    kept = olive.row_of(site)
    assert kept["published_deployment_id"] == last["id"]


def test_a_component_is_edited_once_and_every_page_follows(press, worker, olive):
    """By a worker that has built the pages before, and remembers them."""
    wanted = {"org_id": olive.org_id, "name": "Banner", "html": "<h2 data-rb-field='f'>One</h2>"}
    (component,) = olive.rest("POST", "components", json=wanted)
    use = f"""<div data-rb-component="{component["id"]}">old</div>"""
    own = use.replace(">old", """ data-rb-values='{"f": {"text": "Mine"}}'>old""")
    site = olive.site(pages={"/": use + own, "/plain": "<p>plain</p>"})
    first = olive.published(site)
    assert "One" in press.visit(first["url"]).text
    assert "Mine" in press.visit(first["url"]).text

    olive.rest("PATCH", f"components?id=eq.{component['id']}", json={"html": "<h2>Two</h2>"})
    second = olive.published(site)
    assert "Two" in press.visit(second["url"]).text
    assert "One" not in press.visit(second["url"]).text
    assert second["manifest"]["plain/index.html"] == first["manifest"]["plain/index.html"]

    olive.rest("DELETE", f"components?id=eq.{component['id']}")
    assert "old" in press.visit(olive.published(site)["url"]).text
