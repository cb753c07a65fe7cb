"""The whole product, with local servers in the vendors' places."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from tests.contracts.github import GitHub
from tests.contracts.netlify import Netlify
from tests.contracts.vercel import Vercel
from tests.contracts.wire import Vendor
from tests.deployments.press import Press, Publisher, Worker

TOKENS = {"netlify": Netlify.token, "vercel": Vercel.token, "github": GitHub.token}


@dataclass
class Town:
    """Everybody who takes part: the product, and the hosts it publishes to."""

    press: Press
    netlify: Netlify
    vercel: Vercel
    github: GitHub

    def vendors(self) -> tuple[Vendor, ...]:
        return (self.netlify, self.vercel, self.github)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with ExitStack() as stack:
        netlify, vercel, github = (
            stack.enter_context(vendor()) for vendor in (Netlify, Vercel, GitHub)
        )
        press = Press(
            tmp_path_factory.mktemp("town"),
            SEED="0",
            NETLIFY_API_URL=netlify.url,
            VERCEL_API_URL=vercel.url,
            GITHUB_API_URL=github.url,
            GITHUB_URL=github.url,
            GITHUB_CLIENT_ID="client-id",
            GITHUB_CLIENT_SECRET="client-secret",  # noqa: S106
        )
        press.worker_module = "tests.contracts.near_worker"
        try:
            press.open()
            yield Town(press, netlify, vercel, github)
        finally:
            press.close()


@pytest.fixture(autouse=True)
def by_the_book(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test did: everybody kept to the descriptions, and every planned fault came."""
    town: Town | None = request.getfixturevalue("town") if "town" in request.fixturenames else None
    for vendor in town.vendors() if town else ():
        vendor.log.clear()
        vendor.faults.clear()
    yield
    for vendor in town.vendors() if town else ():
        vendor.assert_clean()


@pytest.fixture(scope="module")
def worker(town: Town) -> Iterator[Worker]:
    with town.press.worker() as running:
        yield running


class Owner(Publisher):
    """An owner who connects accounts and publishes through them."""

    def connect(self, provider: str, **more: Any) -> dict[str, Any]:
        body = {
            "org_id": self.org_id, "provider": provider, "token": TOKENS[provider],
            "label": provider, **more,
        }  # fmt: skip
        answer = self.api.post("/api/integrations", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def asks(self, site: str, host: str, **more: Any) -> dict[str, Any]:
        body = {"site_id": site, "host": host, "consent": True, **more}
        answer = self.api.post("/api/deployments", json=body)
        assert answer.status_code == 202, answer.text
        row: dict[str, Any] = answer.json()
        return row

    def puts_live(self, site: str, host: str, **more: Any) -> dict[str, Any]:
        row = self.press.finished(self.asks(site, host, **more)["id"])
        assert row["status"] == "ready", row
        return row

    def fails(self, site: str, host: str, **more: Any) -> dict[str, Any]:
        row = self.press.finished(self.asks(site, host, **more)["id"])
        assert row["status"] == "error", row
        error: dict[str, Any] = row["error"]
        return error

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.api.post(path, json=body)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return made


@pytest.fixture(scope="session")
def olive(town: Town) -> Iterator[Owner]:
    """An owner with an account at every host."""
    person = Owner.signs_up(town.press, "olive")
    person.accounts = {name: person.connect(name)["id"] for name in TOKENS}
    yield person
    person.close()
