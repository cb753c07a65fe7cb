"""Studio of the embedded Supabase: off unless asked for, then for this machine's browser alone."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.stack import Stack, free_ports, running_stack


@pytest.fixture(scope="module")
def with_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    port = str(free_ports(1)[0])
    with running_stack(tmp_path_factory.mktemp("studio"), "supabase", STUDIO_PORT=port) as stack:
        yield stack


@pytest.fixture
def studio(with_studio: Stack) -> Iterator[httpx.Client]:
    url = f"http://127.0.0.1:{with_studio.env['STUDIO_PORT']}"
    with httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def test_it_shows_the_tables_in_a_browser(with_studio: Stack, page: Page) -> None:
    page.goto(f"http://127.0.0.1:{with_studio.env['STUDIO_PORT']}")
    expect(page.get_by_text("organization_members").first).to_be_visible()


def test_whoever_does_not_sit_at_this_machine_gets_nothing(studio: httpx.Client) -> None:
    """Other names (DNS rebinding), other pages, and whatever a proxy has passed on."""
    assert studio.get("/rest/v1/sites?select=id").status_code == 200
    strangers = (
        {"Host": "evil.example"},
        {"Host": f"studio.example:{studio.base_url.port}"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
    )
    for headers in strangers:
        for path in ("/", "/rest/v1/sites?select=id", "/_system/config"):
            assert studio.get(path, headers=headers).status_code == 403, (headers, path)
            assert studio.post(path, headers=headers, json={}).status_code == 403


def test_it_listens_on_the_loopback_interface_only(with_studio: Stack) -> None:
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((own, int(with_studio.env["STUDIO_PORT"])), timeout=2)


def test_its_files_lead_nowhere_else(studio: httpx.Client) -> None:
    for name in ("../index.js", "%2e%2e/index.js", "..%2f..%2fpackage.json", "assets/../../x"):
        answer = studio.get(f"/static/{name}")
        assert "SupabaseLite" not in answer.text and "@supabase/lite" not in answer.text


def test_the_other_port_stays_closed_to_administrators(with_studio: Stack) -> None:
    for path, status in (("/rest/v1/sites?select=id", 401), ("/_system/config", 404), ("/", 404)):
        url = f"{with_studio.supabase_url}{path}"
        assert httpx.get(url, trust_env=False).status_code == status


def test_without_being_asked_for_there_is_none(supabase: Stack) -> None:
    assert "STUDIO_PORT" not in supabase.env
    for path in ("/", "/studio", "/_system", "/static/assets/main.js"):
        assert httpx.get(f"{supabase.supabase_url}{path}", trust_env=False).status_code == 404
