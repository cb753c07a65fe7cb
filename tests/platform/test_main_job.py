"""The main job by a client that knows nothing but DESIGN.md's names."""

from __future__ import annotations

import io
import time
import zipfile
from typing import Any

import httpx
import pytest

from tests.cast import Person, new_person, unique
from tests.stack import Stack

PATIENCE = 60


@pytest.fixture
def founder(stack: Stack) -> Person:
    return new_person(stack, "founder", organization=unique("Studio"))


def publish(person: Person, site: dict[str, Any], host: str) -> dict[str, Any]:
    wish = {"site_id": site["id"], "host": host, "target": "production", "message": "First"}
    asked = person.api.post(
        "/api/deployments", json=wish, headers={"Idempotency-Key": site["id"] + host}
    )
    assert asked.status_code == 202, asked.text
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        query = f"/rest/v1/deployments?id=eq.{asked.json()['id']}&select=*"
        [row] = person.supabase.get(query).json()
        if row["status"] in ("ready", "error", "canceled"):
            assert row["status"] == "ready", row
            return dict(row)
        time.sleep(0.2)
    raise AssertionError(f"not ready in {PATIENCE} s: {row}")


def test_sign_up_design_publish_and_see_it_live(stack: Stack, founder: Person) -> None:
    site = founder.new_site(name="Corner Café")
    founder.new_page(
        site,
        title="Welcome in",
        seo={"description": "Coffee on the corner"},
        html='<section><h1>Fresh coffee</h1><p><a href="/about">About</a></p></section>',
    )
    founder.new_page(site, path="/about", title="About us", html="<section><h1>Us</h1></section>")

    row = publish(founder, site, "local")
    home = httpx.get(row["url"], trust_env=False, follow_redirects=True)
    about = httpx.get(httpx.URL(str(home.url)).join("about/"), trust_env=False)

    assert row["url"].startswith(stack.sites_url)
    assert home.status_code == about.status_code == 200
    assert "<h1>Fresh coffee</h1>" in home.text
    assert "<title>Welcome in" in home.text
    assert "Coffee on the corner" in home.text
    assert 'property="og:title"' in home.text or "property=og:title" in home.text
    assert "<h1>Us</h1>" in about.text
    [kept] = founder.supabase.get(f"/rest/v1/sites?id=eq.{site['id']}").json()
    assert kept["published_url"] == row["url"]


def test_the_archive_is_a_whole_site(founder: Person) -> None:
    site = founder.new_site()
    founder.new_page(site)

    row = publish(founder, site, "archive")
    answer = founder.api.get(f"/api/deployments/{row['id']}/archive")

    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {"index.html", "404.html", "robots.txt", "sitemap.xml"} <= set(archive.namelist())
        assert b"<h1>Hello</h1>" in archive.read("index.html")


def test_a_stranger_neither_sees_nor_publishes_it(founder: Person, sam: Person) -> None:
    site = founder.new_site()
    founder.new_page(site)

    wish = {"site_id": site["id"], "host": "local", "target": "production", "message": ""}
    assert sam.api.post("/api/deployments", json=wish).status_code == 404
    assert sam.supabase.get(f"/rest/v1/sites?id=eq.{site['id']}").json() == []
