"""Sign-up confirmed by mail, and GitHub, on a stack that has both as hosted projects do."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.cast import PASSWORD, sign_in
from tests.stack import Stack, running_stack

SECRET = "secret-of-the-oauth-app"


class GitHub(BaseHTTPRequestHandler):
    """As much of github.com as a sign-in asks for."""

    codes: set[str]
    states: list[str]
    states_seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        path = urlsplit(self.path).path
        if path == "/login/oauth/authorize":
            self.states.append(asked["state"])
            GitHub.states_seen.append(asked["state"])
            self.codes.add(code := f"code-{len(self.states)}")
            self.send_response(302)
            answer = urlencode({"code": code, "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{answer}")
            self.end_headers()
        elif self.headers["Authorization"] != "Bearer github-token":
            self.send_error(401)
        elif path == "/api/v3/user":
            self.say({"id": 1, "login": "octavia", "name": "Octavia Cat", "avatar_url": ""})
        else:
            mail = {"email": "octavia@example.com", "verified": True, "primary": True}
            self.say([mail])

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        known = body["code"][0] in self.codes and body["client_secret"] == [SECRET]
        self.codes.discard(body["code"][0])
        self.say({"access_token": "github-token"} if known else {"error": "bad_verification_code"})

    def say(self, answer: Any) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *arguments: Any) -> None: ...


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    handler = type("Handler", (GitHub,), {"codes": set(), "states": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings = {
        "SUPABASE_GITHUB_CLIENT_ID": "client",
        "SUPABASE_GITHUB_SECRET": SECRET,
        "SUPABASE_GITHUB_URL": f"http://127.0.0.1:{server.server_port}",
        "SUPABASE_CONFIRM_EMAIL": "1",
    }
    with running_stack(
        tmp_path_factory.mktemp("ways"), "supabase", "web", "worker", **settings
    ) as running:
        yield running
    server.shutdown()
    server.server_close()


@pytest.fixture
def visit(browser: Browser, stack: Stack) -> Iterator[Callable[[], Page]]:
    contexts = []

    def fresh() -> Page:
        contexts.append(browser.new_context(base_url=stack.app_url))
        return contexts[-1].new_page()

    yield fresh
    for context in contexts:
        context.close()


def test_github_signs_in_and_leads_back_to_where_somebody_was(
    visit: Callable[[], Page], stack: Stack
) -> None:
    page = visit()
    page.goto("/account")
    page.wait_for_url("**/login?next=%2Faccount")
    page.get_by_role("button", name="Continue with GitHub").click()
    page.wait_for_url("**/account")
    expect(page.get_by_label("Display name")).to_have_value("Octavia Cat")
    expect(page.locator(".page-head")).to_contain_text("octavia@example.com")
    # Without a password there is none to ask for, or to change.
    expect(page.get_by_text("You sign in with GitHub, without a password.")).to_be_visible()
    assert page.get_by_label("Your password").count() == 0

    # CASES 59: the code of one browser is worth nothing in another, and nothing twice.
    thief, victim = visit(), visit()
    victim.route("**/auth/callback?*", lambda route: route.abort())
    victim.goto("/login")
    callback = f"{stack.app_url}/auth/callback?"
    with victim.expect_request(lambda request: request.url.startswith(callback)) as stolen:
        victim.get_by_role("button", name="Continue with GitHub").click()
    thief.goto(stolen.value.url)
    expect(thief.locator("h1")).to_have_text("That link did not work")
    assert thief.evaluate("localStorage.getItem('roseram-auth')") is None
    # CASES 65: an answer nobody asked for, or one given twice, signs nobody in.
    for state in ("", "0190c5a2-0000-7000-8000-00000000000a", GitHub.states_seen[-1], "x" * 5000):
        answer = httpx.get(
            f"{stack.supabase_url}/auth/v1/callback",
            params={"code": "code-1", "state": state},
            trust_env=False,
        )
        location = answer.headers.get("location", stack.app_url)
        assert location.startswith(stack.app_url), location
        assert "access_token" not in location + answer.text
        assert "code=" not in location.replace("error_code=", "")
    page.goto("/auth/callback?error=access_denied&error_description=<b>no</b>")
    expect(page.locator("#form-message")).to_contain_text("Ask for a new one")


def test_a_new_address_is_confirmed_by_mail_and_a_known_one_looks_the_same(
    visit: Callable[[], Page], stack: Stack
) -> None:
    email = "kim@example.com"
    seen = []
    for attempt in range(2):
        page = visit()
        page.goto("/signup?next=/account")
        page.locator("#display_name").fill("Kim")
        page.locator("#email").fill(email)
        page.locator("#password").fill(PASSWORD if attempt == 0 else "somebody else's guess")
        page.locator("[type=submit]").click()
        expect(page.locator("#check-mail")).to_be_visible()
        seen.append(page.locator(".auth-card").inner_text())
        assert page.evaluate("localStorage.getItem('roseram-auth')") is None
        if attempt == 0:
            (mail,) = stack.mails(to=email)
            (link,) = re.findall(r'href="([^"]+)"', mail["html"])
            page.goto(link.replace("&amp;", "&"))
            page.wait_for_url("**/account")
            expect(page.get_by_label("Display name")).to_have_value("Kim")
    assert seen[0] == seen[1]
    assert len(stack.mails(to=email)) == 1
    assert sign_in(stack, email)["user"]["email"] == email
