"""The people of the tests, and what each of them can do with a keyboard and a network."""

from __future__ import annotations

import hashlib
import itertools
import json
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx
from postgrest import SyncPostgrestClient

from tests.stack import Stack

PASSWORD = "roseram-demo"
DEMO_ORG_SLUG = "hearth-crumb"
ROLES = {"olive": "owner", "adam": "admin", "eddie": "editor", "mia": "member", "vera": "viewer"}
_count = itertools.count(1)
_clients: list[httpx.Client] = []


@dataclass
class Person:
    """Somebody with a session, or (anon) without one."""

    name: str
    stack: Stack
    email: str = ""
    session: dict[str, Any] = field(default_factory=dict, repr=False)
    org_id: str = ""

    @property
    def token(self) -> str:
        return str(self.session.get("access_token", ""))

    @property
    def id(self) -> str:
        return str(self.session.get("user", {}).get("id", ""))

    @property
    def headers(self) -> dict[str, str]:
        key = {"apikey": self.stack.publishable_key}
        return key | ({"Authorization": f"Bearer {self.token}"} if self.token else {})

    @cached_property
    def supabase(self) -> httpx.Client:
        """Raw HTTP to Supabase as this person: `supabase.get("/rest/v1/sites")`."""
        return _client(self.stack.supabase_url, self.headers)

    @cached_property
    def db(self) -> SyncPostgrestClient:
        """The client library as this person: `db.table("sites").select("*").execute()`."""
        rest = f"{self.stack.supabase_url}/rest/v1"
        http = _client(rest, self.headers)
        return SyncPostgrestClient(rest, headers=self.headers, http_client=http)

    @cached_property
    def api(self) -> httpx.Client:
        """Raw HTTP to Flask as this person: `api.post("/api/deployments", json=…)`."""
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return _client(self.stack.app_url, bearer)

    def rpc(self, function: str, /, **arguments: Any) -> Any:
        """Call a database function and give its answer; raises what the database refuses."""
        answer = self.supabase.post(f"/rest/v1/rpc/{function}", json=arguments)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def insert(self, table: str, /, **values: Any) -> dict[str, Any]:
        """Insert one row and give it back; raises what the database refuses."""
        prefer = {"Prefer": "return=representation"}
        answer = self.supabase.post(f"/rest/v1/{table}", json=values, headers=prefer)
        if answer.is_error:
            raise AssertionError(f"{answer.status_code} {answer.text}")
        return dict(answer.json()[0])

    def new_site(self, **values: Any) -> dict[str, Any]:
        """A site of their organization that no other test knows of."""
        return self.insert("sites", **{"org_id": self.org_id, "name": unique("Site"), **values})

    def new_page(self, site: dict[str, Any], **values: Any) -> dict[str, Any]:
        usual = {"path": "/", "title": "Home", "html": "<section><h1>Hello</h1></section>"}
        return self.insert("pages", **{"site_id": site["id"], **usual, **values})

    def storage_state(self) -> Any:
        """What a browser holds in which this person is signed in."""
        item = {"name": "roseram-auth", "value": json.dumps(self.session)}
        return {
            "cookies": [],
            "origins": [{"origin": self.stack.app_url, "localStorage": [item]}],
        }

    def close(self) -> None:
        """Close what this person has opened; what is left open closes at the end of all tests."""
        for name in ("supabase", "api"):
            if name in self.__dict__:
                self.__dict__[name].close()
        if "db" in self.__dict__:
            self.db.session.close()


def _client(base_url: str, headers: dict[str, str]) -> httpx.Client:
    client = httpx.Client(base_url=base_url, headers=headers, timeout=30, trust_env=False)
    _clients.append(client)
    return client


def close_all() -> None:
    """A client that is collected while it is open is a warning, and warnings are errors."""
    while _clients:
        _clients.pop().close()


def sign_in(stack: Stack, email: str, password: str = PASSWORD) -> dict[str, Any]:
    return _session(stack, "/auth/v1/token?grant_type=password", email, password)


def sign_up(stack: Stack, email: str, password: str = PASSWORD) -> dict[str, Any]:
    return _session(stack, "/auth/v1/signup", email, password)


def _session(stack: Stack, path: str, email: str, password: str) -> dict[str, Any]:
    answer = httpx.post(
        stack.supabase_url + path,
        headers={"apikey": stack.publishable_key},
        json={"email": email, "password": password},
        timeout=30,
        trust_env=False,
    )
    if answer.is_error:
        raise AssertionError(f"{email}: {answer.status_code} {answer.text}")
    return dict(answer.json())


def new_person(stack: Stack, name: str = "guest", *, organization: str | None = None) -> Person:
    """Somebody who signs up just now, with an organization of their own if it is named."""
    email = f"{name}-{secrets.token_hex(4)}@example.com"
    person = Person(name, stack, email, sign_up(stack, email))
    if organization:
        person.org_id = person.rpc("create_organization", name=organization)["id"]
    return person


def invite(owner: Person, email: str, role: str, *, org_id: str = "") -> str:
    """An invitation made past the mail; the answer is the token that its link would hold."""
    token = f"inv_{secrets.token_urlsafe(32)}"
    digest = hashlib.sha256(token.encode()).hexdigest()
    org_id = org_id or owner.org_id
    owner.rpc("create_invitation", org_id=org_id, email=email, role=role, token_hash=digest)
    return token


def join(person: Person, owner: Person, role: str) -> Person:
    """`person` becomes a member of the owner's organization."""
    person.rpc("accept_invitation", token=invite(owner, person.email, role))
    person.org_id = owner.org_id
    return person


def unique(word: str) -> str:
    return f"{word} {next(_count)} {secrets.token_hex(3)}"
