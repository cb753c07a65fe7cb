"""The HTML shells: public, without data, with a nonce on every script, and an error page."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from services.edge.static_files import DIST
from services.screens import routes
from services.screens.assets import Assets

ROOT = Path(__file__).resolve().parents[2]
SITE = "0190c5a2-0000-7000-8000-00000000000a"
ADDRESSES = [*routes.SCREENS, "/auth/confirm", f"/sites/{SITE}", f"/sites/{SITE}/edit"]

needs_bundle = pytest.mark.skipif(
    not (DIST / "manifest.json").is_file(), reason="the browser bundle is not built"
)


@needs_bundle
@pytest.mark.parametrize("path", ADDRESSES)
def test_every_screen_opens_without_a_session(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    html = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    assert nonce
    scripts = re.findall(r"<script\b[^>]*>", html)
    assert scripts
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
    assert not re.search(r"\son\w+=|javascript:", html)


@needs_bundle
@pytest.mark.parametrize("path", ADDRESSES)
def test_no_screen_holds_a_secret(client: FlaskClient, environ: dict[str, str], path: str) -> None:
    html = client.get(path).get_data(as_text=True)
    assert environ["SUPABASE_SECRET_KEY"] not in html
    assert environ["SUPABASE_JWT_SECRET"] not in html


@needs_bundle
def test_the_builder_alone_has_the_builders_policy(client: FlaskClient) -> None:
    for path in ADDRESSES:
        policy = client.get(path).headers["Content-Security-Policy"]
        assert ("'unsafe-inline'" in policy) == path.endswith("/edit")
        assert ("require-trusted-types-for" in policy) != path.endswith("/edit")


@pytest.mark.parametrize(
    "path", ["/sites/1", "/sites/../login", f"/sites/{SITE}/", f"/sites/{SITE}x"]
)
def test_what_is_no_site_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


@needs_bundle
def test_templates_never_see_the_settings_of_the_server(client: FlaskClient) -> None:
    """Flask's own `config` global holds every secret; ours holds what /api/config tells anyway."""
    assert "config" not in client.application.jinja_env.globals
    html = client.get("/login").get_data(as_text=True)
    told = re.search(r'<script type="application/json" id="config"[^>]*>(.*?)</script>', html)
    assert told
    assert json.loads(told[1]) == client.get("/api/config").get_json()


def test_a_missing_bundle_is_one_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="run `make build`"):
        Assets(tmp_path / "manifest.json").asset("base.css")


def test_a_new_build_is_noticed(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    assets = Assets(manifest)
    manifest.write_text(json.dumps({"files": {"base.css": "base-1.css"}}))
    assert assets.asset("base.css") == "/static/dist/base-1.css"
    manifest.write_text(
        json.dumps({"files": {"base.css": "base-22.css"},
                    "entries": {"login": {"file": "a.js", "css": ["b.css"]}}})
    )  # fmt: skip
    assert assets.asset("base.css") == "/static/dist/base-22.css"
    entry = assets.entry("login")
    assert (entry.file, entry.css, entry.preload) == (
        "/static/dist/a.js", ("/static/dist/b.css",), ())  # fmt: skip


def test_templates_trust_no_text() -> None:
    """No |safe, no autoescape false: people's text stays text."""
    for template in (ROOT / "templates").glob("*.html"):
        text = template.read_text()
        assert not re.search(r"\|\s*safe|autoescape\s+false|Markup\(", text), template
