"""A published site with forms, somebody who answers webhooks, and what visitors send."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tests.cast import Person, new_person
from tests.stack import Stack

CONTACT = """
<section class="rb-section"><h1>Contact</h1>
<form class="rb-form" method="post" data-rb-form="contact">
  <label class="rb-field">Name<input type="text" name="name" maxlength="40" required></label>
  <label class="rb-field">E-mail<input type="email" name="email" required></label>
  <label class="rb-field">Message<textarea name="message" rows="5"></textarea></label>
  <fieldset><legend>Topics</legend>
    <label><input type="checkbox" name="topic" value="bread">Bread</label>
    <label><input type="checkbox" name="topic" value="cake">Cake</label>
  </fieldset>
  <p class="rb-form__message" data-rb-state="sent">Thank you, the baker reads it tonight.</p>
  <p class="rb-form__message" data-rb-state="failed">The oven is cold: that was not sent.</p>
  <button class="rb-button" type="submit">Send</button>
</form>
<form class="rb-form" method="post" data-rb-form="letter" data-rb-next="/thanks">
  <label class="rb-field">Your address<input type="email" name="address" required></label>
  <button type="submit">Sign up</button>
</form></section>
"""
FILES = """
<section class="rb-section"><h1>Apply</h1>
<form class="rb-form" method="post" data-rb-form="apply">
  <label>Name<input type="text" name="name" required></label>
  <label>Letter<input type="file" name="letter" multiple required></label>
  <button type="submit">Apply</button>
</form>
<form class="rb-form" method="post" data-rb-form="guarded" data-rb-proof="on">
  <label>Word<input type="text" name="word" required></label>
  <button type="submit">Guarded send</button>
</form></section>
"""
THANKS = "<section class='rb-section'><h1>See you soon</h1></section>"


def until(check: Callable[[], Any], *, seconds: float = 30) -> Any:
    """Ask until the answer is true; the last one is returned."""
    ends = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < ends, f"not within {seconds:g} s"
        time.sleep(0.1)
    return found


def publish(person: Person, site_id: str) -> dict[str, Any]:
    """Publish and wait until it is live."""
    answer = person.api.post("/api/deployments", json={"site_id": site_id, "host": "local"})
    assert answer.status_code == 202, answer.text
    query = f"/rest/v1/deployments?id=eq.{answer.json()['id']}&select=status,url,error"

    def ended() -> Any:
        row = person.supabase.get(query).json()[0]
        return row if row["status"] in ("ready", "error") else None

    row: dict[str, Any] = until(ended, seconds=60)
    assert row["status"] == "ready", row["error"]
    return row


@dataclass
class Live:
    """A site that is live, and the person who owns it."""

    owner: Person
    site_id: str
    url: str
    app_url: str
    http: httpx.Client = field(repr=False)

    def endpoint(self, form: str) -> str:
        return f"{self.app_url}/api/forms/{self.site_id}/{form}"

    def send(self, form: str = "contact", **options: Any) -> httpx.Response:
        """What a script of the page sends; each visitor comes from somewhere else."""
        headers = {"Accept": "application/json"} | options.pop("headers", {})
        return self.http.post(self.endpoint(form), headers=headers, **options)

    def kept(self, form: str = "contact", query: str = "") -> list[dict[str, Any]]:
        """What has been stored, newest first, as its owner sees it."""
        table = f"/rest/v1/form_submissions?site_id=eq.{self.site_id}&form=eq.{form}"
        answer = self.owner.supabase.get(f"{table}&order=created_at.desc{query}")
        assert answer.is_success, answer.text
        rows: list[dict[str, Any]] = answer.json()
        return rows


def go_live(stack: Stack, owner: Person, http: httpx.Client) -> Live:
    site = owner.new_site()
    owner.new_page(site, html=CONTACT, status="published")
    owner.new_page(site, path="/apply", title="Apply", html=FILES, status="published")
    owner.new_page(site, path="/thanks", title="Thanks", html=THANKS, status="published")
    row = publish(owner, site["id"])
    return Live(owner, site["id"], row["url"], stack.app_url, http)


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    # The server closes a connection whose body it refused; visitors' browsers then take another.
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(timeout=30, trust_env=False, limits=limits) as client:
        yield client


@pytest.fixture
def live(stack: Stack, http: httpx.Client) -> Live:
    """A site of somebody whose organization no other test knows of."""
    return go_live(stack, new_person(stack, "baker", organization="Bakers"), http)


@dataclass
class Receiver:
    """Somebody's server that webhooks call; it answers what it is told to."""

    url: str
    answers: list[int] = field(default_factory=list)
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    got = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.calls.append((dict(self.headers), body))
            self.send_response(got.answers.pop(0) if got.answers else 204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    got.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    yield got
    server.shutdown()
    server.server_close()
