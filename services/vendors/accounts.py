"""Whose credential is this, and what may it do? Asked of the host itself, at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.config import Config
from services.vendors.api import Api, Reply, listed, value

PROVIDERS = ("netlify", "vercel", "github")
NAMES = {"netlify": "Netlify", "vercel": "Vercel", "github": "GitHub"}
GITHUB_VERSION = "2022-11-28"


@dataclass(frozen=True)
class Team:
    """A team that an account belongs to."""

    id: str
    name: str


@dataclass(frozen=True)
class Account:
    """An account at a host, as the host describes it."""

    id: str
    label: str
    scopes: tuple[str, ...]
    teams: tuple[Team, ...] = ()


def connect(config: Config, provider: str, token: str, team_id: str = "", **hooks: Any) -> Api:
    """Return the host's API as this credential sees it; `team_id` goes with every call."""
    if provider == "netlify":
        return Api("Netlify", config.netlify_api_url, token, **hooks)
    if provider == "vercel":
        # On every call, uploads too: without it a team's project is "not found" half way.
        query = {"teamId": team_id} if team_id else {}
        return Api("Vercel", config.vercel_api_url, token, query=query, **hooks)
    headers = {
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": GITHUB_VERSION,
    }
    return Api("GitHub", config.github_api_url, token, headers=headers, **hooks)


def look_up(config: Config, provider: str, token: str, team_id: str = "") -> Account:
    """Try a credential. Raises VendorError; Refused with 401 when it is not accepted."""
    api = connect(config, provider, token, team_id, sleep=_briefly)
    return _ASKERS[provider](api)


def _netlify(api: Api) -> Account:
    user = api.get("/user").data
    teams = [
        Team(value(each, "slug", str), str(each.get("name") or each["slug"]))
        for each in listed(api.get("/accounts").data)
    ]
    label = str(user.get("email") or user.get("full_name") or "") if isinstance(user, dict) else ""
    # Netlify's tokens have no scopes: each may do whatever its account may.
    return Account(value(user, "id", str), label, ("everything the account may do",), tuple(teams))


def _vercel(api: Api) -> Account:
    user = value(api.get("/v2/user").data, "user", dict)
    found = value(api.get("/v2/teams").data, "teams", list)
    teams = [Team(value(each, "id", str), str(each.get("name") or "")) for each in listed(found)]
    team = api.query.get("teamId")
    known = next((each.name for each in teams if each.id == team), "")
    label = str(user.get("username") or user.get("email") or "")
    scopes = (f"team {known or team}",) if team else ("the account",)
    return Account(value(user, "id", str), label, scopes, tuple(teams))


def _github(api: Api) -> Account:
    reply = api.get("/user")
    return Account(
        str(value(reply.data, "id", int)), value(reply.data, "login", str), _scopes(reply)
    )


def _scopes(reply: Reply) -> tuple[str, ...]:
    """A classic or OAuth token tells its scopes; a fine-grained one tells nothing."""
    told = reply.headers.get("x-oauth-scopes")
    if told is None:
        return ("fine-grained",)
    return tuple(scope.strip() for scope in told.split(",") if scope.strip())


def _briefly(seconds: float) -> None:
    """Wait as long as somebody looks at a spinner."""
    time.sleep(min(seconds, 2.0))


_ASKERS: dict[str, Callable[[Api], Account]] = {
    "netlify": _netlify,
    "vercel": _vercel,
    "github": _github,
}
