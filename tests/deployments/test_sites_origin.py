"""The published sites' origin: addresses, isolation, caching, and what it refuses."""

from __future__ import annotations

import gzip
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from services.deployments import addresses
from services.deployments.addresses import Addresses
from services.deployments.blobs import BlobStore
from services.deployments.live import Live, preview_slot, production_slot
from services.deployments.serving.application import SitesOrigin

# Fixed, because parallel runs must collect the same names.
SITE = "2c1f8a4e-9a55-4a8e-8f0e-3f8f6a6d7b11"
PREVIEW = "dae373e6-7195-4734-b0f8-723306e47688"
FILES = {
    "index.html": b"<!doctype html><title>Home</title>" + b"<p>words</p>" * 200,
    "about/index.html": b"<!doctype html><title>About</title>",
    "404.html": b"<!doctype html><title>Not here</title>",
    "assets/css/base-0123456789abcdef.css": b"body{color:red}" * 100,
    "assets/css/site.css": b"body{}",
    "assets/img/photo-480-0123456789.webp": b"RIFFxxxxWEBP",
    "assets/fonts/figtree-0123456789ab.woff2": b"wOF2",
    "assets/js/site.js": b"let words",
    "robots.txt": b"User-agent: *\n",
    "sitemap.xml": b"<urlset/>",
}


def go_live(
    data: Path, sites_url: str, files: dict[str, bytes], *, org="oak", site="bakery", sequence=1
) -> Live:
    blobs = BlobStore(data / "blobs")
    manifest = {name: blobs.put(content)[0] for name, content in files.items()}
    name = addresses.label(org, site)
    url = Addresses(sites_url).site(org, site)
    live = Live(str(uuid.uuid4()), SITE, sequence, 1, blobs.put_manifest(manifest), name, url)
    addresses.claim(data, name, SITE)
    production_slot(data, SITE).go_live(live)
    return live


class Visitor:
    """Asks a WSGI application, as a server would."""

    def __init__(self, app: SitesOrigin) -> None:
        self.app = app

    def get(
        self, path: str, method: str = "GET", query: str = "", **environ: str
    ) -> tuple[int, dict[str, str], bytes]:
        seen: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            seen.update(status=int(status[:3]), headers=dict(headers))

        raw = path.encode("utf-8", "surrogateescape").decode("latin-1")
        body = b"".join(
            self.app(
                {"REQUEST_METHOD": method, "PATH_INFO": raw, "QUERY_STRING": query, **environ},
                start,
            )
        )
        return seen["status"], seen["headers"], body


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    url = "http://127.0.0.1:5001"
    go_live(tmp_path, url, FILES)
    preview = Live(PREVIEW, SITE, 2, 1, production_slot(tmp_path, SITE).read().manifest, "", "")
    preview_slot(tmp_path, PREVIEW).go_live(preview)
    yield Visitor(SitesOrigin(tmp_path, url, "http://127.0.0.1:5000", "http://127.0.0.1:54321"))


def test_pages_answer_at_clean_addresses(visitor):
    assert visitor.get("/oak/bakery/")[2] == FILES["index.html"]
    status, headers, body = visitor.get("/oak/bakery/about/")
    assert (status, body) == (200, FILES["about/index.html"])
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert int(headers["Content-Length"]) == len(body)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/oak/bakery", "/oak/bakery/"),
        ("/oak/bakery/about", "/oak/bakery/about/"),
        ("/oak/bakery/about/index.html", "/oak/bakery/about/"),
        ("/oak/bakery/index.html", "/oak/bakery/"),
    ],
)
def test_other_spellings_of_an_address_lead_to_the_clean_one(visitor, asked, answered):
    status, headers, _ = visitor.get(asked, query="a=1")
    assert (status, headers["Location"]) == (301, f"{answered}?a=1")


def test_a_missing_page_gets_the_sites_own_404_with_status_404(visitor):
    status, headers, body = visitor.get("/oak/bakery/nothing/here")
    assert (status, body) == (404, FILES["404.html"])
    assert headers["Cache-Control"] == "no-cache"


def test_every_page_has_an_opaque_origin_where_sites_share_one(visitor):
    for path in ("/oak/bakery/", "/oak/bakery/nothing", f"/preview/{PREVIEW}/"):
        policy = visitor.get(path)[1]["Content-Security-Policy"]
        assert policy.startswith("sandbox allow-scripts")
        assert "allow-same-origin" not in policy


def test_no_answer_sets_a_cookie_and_all_say_nosniff(visitor):
    for path in (
        "/",
        "/health",
        "/_preview",
        "/oak/bakery/",
        "/oak/bakery/x",
        "/oak/bakery",
        "/x/y/",
    ):
        headers = visitor.get(path)[1]
        assert "Set-Cookie" not in headers
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_hashed_files_are_kept_for_a_year_and_the_rest_is_asked_for_again(visitor):
    cached = {
        name: visitor.get(f"/oak/bakery/{name}")[1]["Cache-Control"]
        for name in FILES
        if name != "index.html" and not name.endswith("/index.html")
    }
    assert {name for name, value in cached.items() if "immutable" in value} == {
        "assets/css/base-0123456789abcdef.css",
        "assets/img/photo-480-0123456789.webp",
        "assets/fonts/figtree-0123456789ab.woff2",
    }
    assert visitor.get("/oak/bakery/")[1]["Cache-Control"] == "no-cache"


def test_fonts_may_be_loaded_by_pages_with_an_opaque_origin(visitor):
    headers = visitor.get("/oak/bakery/assets/fonts/figtree-0123456789ab.woff2")[1]
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Content-Type"] == "font/woff2"


def test_a_visitor_who_has_the_file_gets_304_and_no_body(visitor):
    for encoding in ("", "gzip"):
        _, headers, _ = visitor.get("/oak/bakery/", HTTP_ACCEPT_ENCODING=encoding)
        for tag in (headers["ETag"], f"W/{headers['ETag']}", f'"x", {headers["ETag"]}', "*"):
            status, again, body = visitor.get("/oak/bakery/", HTTP_IF_NONE_MATCH=tag)
            assert (status, body) == (304, b"")
            assert "Content-Length" not in again
    assert visitor.get("/oak/bakery/", HTTP_IF_NONE_MATCH='"other"')[0] == 200


def test_text_is_compressed_when_asked_for(visitor):
    status, headers, body = visitor.get("/oak/bakery/", HTTP_ACCEPT_ENCODING="br, gzip;q=0.8")
    assert (status, headers["Content-Encoding"], headers["Vary"]) == (
        200,
        "gzip",
        "Accept-Encoding",
    )
    assert gzip.decompress(body) == FILES["index.html"]
    assert int(headers["Content-Length"]) == len(body) < len(FILES["index.html"])
    assert "Content-Encoding" not in visitor.get("/oak/bakery/", HTTP_ACCEPT_ENCODING="gzip;q=0")[1]


def test_head_says_the_same_without_a_body(visitor):
    for path in (
        "/oak/bakery/",
        "/oak/bakery/assets/img/photo-480-0123456789.webp",
        "/oak/bakery/x",
    ):
        status, headers, body = visitor.get(path)
        assert visitor.get(path, "HEAD") == (status, headers, b"")


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]
)
def test_only_get_and_head_are_answered(visitor, method):
    status, headers, _ = visitor.get("/oak/bakery/", method)
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/oak/bakery/../../live.json",
        "/oak/bakery/..%2f..%2flive.json",
        "/oak/bakery/%2e%2e/%2e%2e/etc/passwd",
        "/../../etc/passwd",
        "/oak/../oak/bakery/",
        "/oak/bakery//etc/passwd",
        "/oak/bakery/./index.html",
        "//evil.example/",
        "//evil.example/%2f..",
        "/oak/bakery/about//",
        "/oak/bakery/\x00",
        "/oak/bakery/index.html\x00.png",
        "/oak/bakery\\..\\..",
        "/oak/bakery/about\r\nSet-Cookie: a=b",
        "/oak/bakery/\udcff\udcfe",
        "/preview/../sites/",
        f"/preview/{PREVIEW.upper()}/",
        "/preview/../../live.json/",
        "/OAK/bakery/",
        "/oak--x/bakery/",
        "/bakery--oak/",
        "/api/health",
        "/api/config",
        "/login",
        "/dashboard",
        "/auth/callback",
        "/static/dist/base.css",
        "/rest/v1/sites",
        "/storage/v1/object/public/assets/x",
        "/.well-known/x/y",
        "/oak/bakery/_redirects",
        "/oak/bakery/.git/config",
    ],
)
def test_nothing_but_published_files_is_reachable(visitor, path):
    for spelled in (path, quote(path, safe="/", errors="surrogateescape")):
        status, headers, body = visitor.get(spelled)
        assert status in (400, 404), (spelled, status)
        assert "\r" not in str(headers) and "evil" not in headers.get("Location", "")
        assert body in (FILES["404.html"],) or len(body) < 200


def test_a_renamed_site_leads_from_its_old_address_to_its_new_one(visitor):
    go_live(visitor.app.data_dir, "http://127.0.0.1:5001", FILES, site="bread", sequence=5)
    status, headers, _ = visitor.get("/oak/bakery/about/", query="x=1")
    assert (status, headers["Location"]) == (301, "http://127.0.0.1:5001/oak/bread/about/?x=1")
    assert visitor.get("/oak/bread/about/")[0] == 200


def test_a_new_version_is_seen_at_once(visitor):
    assert visitor.get("/oak/bakery/")[2] == FILES["index.html"]
    for turn in range(20):
        content = f"<p>version {turn}".encode()
        go_live(
            visitor.app.data_dir,
            "http://127.0.0.1:5001",
            {"index.html": content},
            sequence=10 + turn,
        )
        assert visitor.get("/oak/bakery/")[2] == content


def test_a_preview_has_its_own_address_and_is_kept_out_of_search_engines(visitor):
    status, headers, body = visitor.get(f"/preview/{PREVIEW}/about/")
    assert (status, body) == (200, FILES["about/index.html"])
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "X-Robots-Tag" not in visitor.get("/oak/bakery/about/")[1]
    assert visitor.get(f"/preview/{PREVIEW}")[1]["Location"] == f"/preview/{PREVIEW}/"
    assert visitor.get(f"/preview/{uuid.uuid4()}/")[0] == 404
    assert b"Disallow: /preview/" in visitor.get("/robots.txt")[2]


def test_a_lost_file_is_an_honest_503_and_not_a_blank_page(visitor):
    app = visitor.app
    manifest = app.versions.manifest(production_slot(app.data_dir, SITE).read().manifest)
    app.versions.blobs.path(manifest["about/index.html"]).unlink()
    assert visitor.get("/oak/bakery/about/")[0] == 503


def test_the_preview_page_is_for_the_app_alone_and_reaches_nothing(visitor):
    status, headers, body = visitor.get("/_preview")
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert status == 200
    assert "allow-same-origin" not in policy["sandbox"]
    assert policy["default-src"] == policy["connect-src"] == policy["form-action"] == "'none'"
    assert policy["frame-ancestors"] == "http://127.0.0.1:5000"
    assert b'const app = "http://127.0.0.1:5000"' in body


class TestOneHostPerSite:
    URL = "https://{site}.sites.example"

    @pytest.fixture
    def visitor(self, tmp_path: Path) -> Visitor:
        go_live(tmp_path, self.URL, FILES)
        preview_slot(tmp_path, PREVIEW).go_live(
            Live(PREVIEW, SITE, 2, 1, production_slot(tmp_path, SITE).read().manifest, "", "")
        )
        return Visitor(SitesOrigin(tmp_path, self.URL, "https://app.example", "https://db.example"))

    def test_the_host_names_the_site_and_no_sandbox_is_needed(self, visitor):
        assert Addresses(self.URL).site("oak", "bakery") == "https://bakery--oak.sites.example/"
        status, headers, body = visitor.get("/about/", HTTP_HOST="bakery--oak.sites.example")
        assert (status, body) == (200, FILES["about/index.html"])
        assert "Content-Security-Policy" not in headers

    def test_no_site_leaves_a_service_worker_behind(self, visitor):
        """CASES 208: the address may be somebody else's tomorrow, and a worker would stay."""
        script = next(name for name in FILES if name.endswith(".js"))
        host = {"HTTP_HOST": "bakery--oak.sites.example"}
        assert visitor.get(f"/{script}", **host)[0] == 200
        status, headers, body = visitor.get(f"/{script}", HTTP_SERVICE_WORKER="script", **host)
        assert (status, headers["Cache-Control"]) == (403, "no-store")
        assert FILES[script] not in body
        # And what a browser has kept of a page it asks for again.
        assert visitor.get("/about/", **host)[1]["Cache-Control"] == "no-cache"

    def test_a_preview_has_a_host_of_its_own(self, visitor):
        assert Addresses(self.URL).preview(PREVIEW) == f"https://preview-{PREVIEW}.sites.example/"
        status, headers, _ = visitor.get("/", HTTP_HOST=f"preview-{PREVIEW}.sites.example")
        assert (status, headers["X-Robots-Tag"]) == (200, "noindex, nofollow")

    @pytest.mark.parametrize(
        "host",
        [
            "sites.example",
            ".sites.example",
            "a.b.sites.example",
            "bakery--oak.evil.example",
            "",
            "../x.sites.example",
            "bakery--oak.sites.example.evil",
            "oak--bakery.sites.example",
            "x" * 300,
        ],
    )
    def test_other_hosts_have_nothing(self, visitor, host):
        assert visitor.get("/", HTTP_HOST=host)[0] == 404

    def test_a_pair_of_names_too_long_for_a_host_gets_a_short_one(self):
        name = addresses.label("o" * 60, "s" * 60)
        assert len(name) <= 63
        assert name != addresses.label("o" * 60, "s" * 59)
