"""GitHub is offered where the Supabase project says so, and nowhere is it configured twice."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.config import Config
from services.sign_in_ways import FRESH_SECONDS, RETRY_SECONDS, SignInWays
from tests.api.conftest import AuthServer
from tests.api.test_screens import needs_bundle


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_answer_is_kept_and_asked_for_again(
    environ: dict[str, str], auth_server: AuthServer
) -> None:
    clock = Clock()
    ways = SignInWays(Config.from_env(environ), clock=clock)
    assert [ways.github() for _ in range(5)] == [False] * 5
    assert auth_server.asked == ["/auth/v1/settings"]
    auth_server.ways = {"external": {"github": True}}
    clock.now += FRESH_SECONDS
    assert ways.github()
    # What was known goes on while Supabase is away, and it is not asked with every page.
    auth_server.status = 500
    clock.now += FRESH_SECONDS
    assert [ways.github() for _ in range(5)] == [True] * 5
    assert len(auth_server.asked) == 3
    auth_server.status, auth_server.ways = 200, {"external": {"github": False}}
    clock.now += RETRY_SECONDS
    assert not ways.github()


@pytest.mark.parametrize(
    "nonsense", [None, [], {}, {"external": None}, {"external": {"github": "true"}}, "<html>"]
)
def test_nonsense_offers_nothing(
    environ: dict[str, str], auth_server: AuthServer, nonsense: Any
) -> None:
    auth_server.ways = nonsense
    assert not SignInWays(Config.from_env(environ)).github()


@needs_bundle
@pytest.mark.parametrize("offered", [True, False])
def test_the_screens_and_the_settings_agree(
    client: FlaskClient, auth_server: AuthServer, offered: bool
) -> None:
    auth_server.ways = {"external": {"github": offered}}
    features = client.get("/api/config").get_json()["features"]
    assert features["github_sign_in"] is offered
    for path in ("/login", "/signup"):
        assert ("data-github" in client.get(path).get_data(as_text=True)) is offered


@needs_bundle
def test_a_page_opens_while_supabase_does_not_answer(app: Flask, auth_server: AuthServer) -> None:
    auth_server.delay = 5
    assert app.test_client().get("/login").status_code == 200
