"""A published page's own scripts in a real browser: they run, and they reach nobody's things."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from services.deployments.blobs import BlobStore
from services.deployments.serving.preview_frame import preview_frame

SPY = """
const tries = {
  storage: () => localStorage.setItem('a', 'b'),
  cookie: () => { document.cookie = 'a=b'; if (!document.cookie) throw 'no cookie'; },
  database: () => { if (!indexedDB.open('x')) throw 'none'; },
  parent: () => { if (parent === window) throw 'none'; parent.document.title; },
  opener: () => opener.document.title,
};
const got = [];
for (const [name, attempt] of Object.entries(tries)) {
  try { attempt(); got.push(name); } catch {}
}
const report = document.querySelector('#report');
report.textContent = `origin ${origin}; reached: ${got.join(',') || 'nothing'}`;
"""


def test_a_published_script_runs_without_an_origin_and_reaches_nothing(press, worker, olive, page):
    site = olive.site(pages={"/": '<p id="report">not run</p>'})
    olive.rest("PATCH", f"pages?site_id=eq.{site}", json={"js": SPY})
    row = olive.published(site)
    page.goto(row["url"])
    expect(page.locator("#report")).to_have_text("origin null; reached: nothing")


@pytest.fixture
def app_page() -> Iterator[tuple[str, dict[str, object]]]:
    """A stand-in for the app (`/`) and for the sites' origin (`/_preview`), on two ports."""
    answers: dict[str, object] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answers.get(
                (self.server.server_port, self.path), (404, {}, b"")
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None: ...

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
    for server in servers:
        threading.Thread(target=partial(server.serve_forever, 0.01), daemon=True).start()
    app, sites = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    html = (
        "<!doctype html><title>app</title><script>localStorage.session = 'secret'</script>"
        f"<iframe sandbox='allow-scripts allow-forms' src='{sites}/_preview'></iframe>"
    )
    answers[(servers[0].server_port, "/")] = (200, {"Content-Type": "text/html"}, html.encode())
    frame = preview_frame(app, "http://127.0.0.1:1")
    answers[(servers[1].server_port, "/_preview")] = (200, frame.headers, b"".join(frame.body))
    yield app, answers
    for server in servers:
        server.shutdown()
        server.server_close()


def show(page: Page, html: str) -> None:
    page.evaluate("html => frames[0].postMessage({type: 'rb-preview', html}, '*')", html)


def test_the_preview_shows_what_the_app_sends_and_its_scripts_reach_nothing(app_page, page, watch):
    watch.allow("Security Policy")
    page.goto(app_page[0])
    shown = page.frame_locator("iframe").frame_locator("iframe")
    expect(page.frame_locator("iframe").locator("body")).to_be_attached()
    show(page, "<p id=report>one</p>")
    expect(shown.locator("#report")).to_have_text("one")
    show(page, f"<p id=report>two</p><script>{SPY}</script>")
    expect(shown.locator("#report")).to_have_text("origin null; reached: nothing")
    attack = (
        "<p id=report>waiting</p><script>fetch('/').then(() => 'fetched', () => 'refused')"
        ".then(text => { report.textContent = text })</script>"
    )
    show(page, attack)
    expect(shown.locator("#report")).to_have_text("refused")


def test_the_preview_listens_to_the_app_alone(app_page, page, watch):
    watch.allow("Security Policy")
    page.goto(app_page[0])
    shown = page.frame_locator("iframe").frame_locator("iframe")
    expect(page.frame_locator("iframe").locator("body")).to_be_attached()
    hostile = (
        "<p id=report>mine</p>"
        "<script>parent.postMessage({type: 'rb-preview', html: 'taken'}, '*')</script>"
    )
    show(page, hostile)
    expect(shown.locator("#report")).to_have_text("mine")
    page.evaluate("frames[0].postMessage({type: 'rb-preview', html: 5}, '*')")
    page.evaluate("frames[0].postMessage({type: 'other', html: 'no'}, '*')")
    page.evaluate("frames[0].postMessage(null, '*')")
    page.wait_for_timeout(200)
    expect(shown.locator("#report")).to_have_text("mine")


def test_the_preview_opened_in_a_foreign_page_stays_empty(app_page, page, watch):
    watch.allow("Security Policy|frame-ancestors")
    app, answers = app_page
    (sites_port,) = {port for port, path in answers if path == "/_preview"}
    foreign = f"<iframe src='http://127.0.0.1:{sites_port}/_preview'></iframe>".encode()
    answers[(sites_port, "/evil")] = (200, {"Content-Type": "text/html"}, foreign)
    page.goto(f"http://127.0.0.1:{sites_port}/evil")
    page.wait_for_timeout(300)
    assert not any("_preview" in frame.url for frame in page.frames)


def test_blobs_are_never_served_by_their_digest(press, worker, olive):
    row = olive.published(olive.site())
    digest = next(iter(row["manifest"].values()))
    assert BlobStore(Path(press.data_dir) / "blobs").has(digest)
    for path in (
        f"/blobs/{digest[:2]}/{digest}",
        f"/{digest}",
        f"/sites/{row['site_id']}/live.json",
    ):
        assert press.visit(press.sites_url + path).status_code == 404
