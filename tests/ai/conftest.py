"""An app that asks a model server of ours, on the database that all tests share."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.cast import Person
from tests.clock import DAY, far_from_the_end
from tests.contracts.xai import KEY, XAI
from tests.stack import Stack

PATIENCE = httpx.Timeout(60, connect=20)
Ask = Callable[..., httpx.Response]
Event = tuple[str, dict[str, Any]]


@pytest.fixture(autouse=True)
def one_month() -> None:
    """Credits are counted by the month, and the most of a day by the day."""
    far_from_the_end(DAY, seconds=180)


@pytest.fixture(scope="session")
def model_server() -> Iterator[XAI]:
    with XAI() as server:
        yield server


@pytest.fixture
def xai(model_server: XAI) -> Iterator[XAI]:
    """The model server, well-behaved; at the end, nothing that is not described was sent."""
    model_server.reset()
    model_server.violations.clear()
    yield model_server
    assert model_server.violations == []


@pytest.fixture(scope="session")
def ai_stack(
    supabase: Stack, model_server: XAI, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A second app beside the shared one: the same Supabase, and a model to ask."""
    names = ("SUPABASE_PORT", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY")
    secrets = ("SUPABASE_JWT_SECRET", "CREDENTIALS_KEYS")
    shared = {name: supabase.env[name] for name in (*names, *secrets)}
    stack = Stack(
        tmp_path_factory.mktemp("ai"),
        GROK_API_KEY=KEY,
        GROK_BASE_URL=model_server.url,
        GROK_TIMEOUT_SECONDS="4",
        **shared,
    )
    try:
        stack.start("web", "sites", wait=False)
        stack.wait("sites")
        # Not ready as a whole, for it has no deploy worker; this part of it is.
        until_answered(f"{stack.app_url}/api/health")
        yield stack
    finally:
        stack.stop()


def until_answered(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url).is_success:
                return
        time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture
def eddie_asks(ai_stack: Stack, eddie: Person) -> Iterator[Ask]:
    """`eddie_asks("edit", site, prompt=…)`: as plain JSON."""
    with client_of(ai_stack, eddie) as client:
        yield asking(client)


def client_of(stack: Stack, person: Person) -> httpx.Client:
    bearer = {"Authorization": f"Bearer {person.token}", "Accept": "application/json"}
    return httpx.Client(base_url=stack.app_url, headers=bearer, timeout=PATIENCE)


def asking(client: httpx.Client) -> Ask:
    def ask(
        endpoint: str, site: dict[str, Any], *, key: str | None = None, **body: Any
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        body = {"prompt": "As it should be", **body, "site_id": site["id"]}
        return client.post(f"/api/ai/{endpoint}", json=body, headers=headers)

    return ask


def here(person: Person, stack: Stack) -> Person:
    """The same person at another app."""
    return dataclasses.replace(person, stack=stack)


def events(response: httpx.Response) -> Iterator[Event]:
    """The messages of a stream as they come; signs of life as ("", {})."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])
        elif line.startswith(":"):
            yield "", {}


@pytest.fixture
def site(eddie: Person) -> dict[str, Any]:
    return eddie.new_site()


@pytest.fixture
def history(eddie: Person) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """What the history holds of a site, newest first, as its author reads it."""

    def read(site: dict[str, Any]) -> list[dict[str, Any]]:
        where = f"site_id=eq.{site['id']}&order=created_at.desc"
        rows: list[dict[str, Any]] = eddie.supabase.get(
            f"/rest/v1/ai_generations?select=*&{where}"
        ).json()
        return rows

    return read
