"""Requests to the embedded Supabase as a named person: the way a browser reaches the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.policies.people import ANON, SERVICE, Person
from tests.stack import Stack


@dataclass(frozen=True)
class Newcomer(Person):
    """Somebody who has really signed up; the others are planted."""

    account: str = ""

    @property
    def id(self) -> str:
        return self.account


class Rest:
    """The REST, storage and other addresses of a running Supabase."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.url = stack.supabase_url
        self.client = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def ask(self, by: Person, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"apikey": self.stack.secret_key if by is SERVICE else self.stack.publishable_key}
        if by not in (ANON, SERVICE):
            headers["authorization"] = f"Bearer {by.token(self.stack.jwt_secret, self.url)}"
        headers |= options.pop("headers", {})
        return self.client.request(method, path, headers=headers, **options)

    def newcomer(self, name: str) -> Newcomer:
        body = {"email": f"{name}-{uuid4()}@example.com", "password": "correct horse battery"}
        user = self.ask(ANON, "POST", "/auth/v1/signup", json=body).json()["user"]
        return Newcomer(name, account=user["id"])

    def get(self, by: Person, table: str, **params: str) -> httpx.Response:
        return self.ask(by, "GET", f"/rest/v1/{table}", params=params)

    def insert(self, by: Person, table: str, **row: Any) -> httpx.Response:
        return self.write(by, "POST", table, {}, row)

    def update(self, by: Person, table: str, where: dict[str, str], **row: Any) -> httpx.Response:
        return self.write(by, "PATCH", table, where, row)

    def delete(self, by: Person, table: str, where: dict[str, str]) -> httpx.Response:
        return self.write(by, "DELETE", table, where, None)

    def call(self, by: Person, function: str, **arguments: Any) -> httpx.Response:
        return self.ask(by, "POST", f"/rest/v1/rpc/{function}", json=arguments)

    def write(
        self, by: Person, method: str, table: str, where: dict[str, str], body: Any
    ) -> httpx.Response:
        return self.ask(
            by,
            method,
            f"/rest/v1/{table}",
            params={column: f"eq.{value}" for column, value in where.items()},
            headers={"prefer": "return=representation"},
            **({"json": body} if body is not None else {}),
        )
