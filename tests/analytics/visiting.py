"""A published site with counted visits, and what its visitors send."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.cast import Person
from tests.deployments.press import wait_for

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
PAGE = "<section><h1>Hello</h1>{}</section>"


_addresses = itertools.count(2)


def from_elsewhere() -> httpx.Client:
    """A client with a network address of its own: limits are counted by address."""
    number = next(_addresses)
    transport = httpx.HTTPTransport(local_address=f"127.77.{number // 250}.{number % 250 + 1}")
    return httpx.Client(transport=transport, timeout=30, trust_env=False)


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def days_ago(days: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=days)).isoformat()


@dataclass
class Shop:
    """A site of somebody's that is live, and asked for its numbers by them."""

    owner: Person
    site: dict[str, Any]
    url: str
    http: httpx.Client = field(default_factory=lambda: from_elsewhere())

    @classmethod
    def opens(cls, owner: Person, *, html: dict[str, str] | None = None) -> Shop:
        """Make a site, count its visits, and publish it."""
        site = owner.new_site()
        site = cls.set(owner, site, analytics=True)
        for path, inside in (html or {"/": "", "/about": ""}).items():
            title = path.strip("/").title() or "Home"
            owner.new_page(
                site, path=path, title=title, html=PAGE.format(inside), status="published"
            )
        shop = cls(owner, site, "")
        shop.publish()
        return shop

    @staticmethod
    def set(owner: Person, site: dict[str, Any], **values: Any) -> dict[str, Any]:
        prefer = {"Prefer": "return=representation"}
        path = f"/rest/v1/sites?id=eq.{site['id']}"
        answer = owner.supabase.patch(path, json=values, headers=prefer)
        assert answer.is_success, answer.text
        return dict(answer.json()[0])

    def publish(self, **wanted: Any) -> dict[str, Any]:
        asked = {"site_id": self.site["id"], "host": "local", **wanted}
        job = self.owner.api.post("/api/deployments", json=asked).json()

        def ended() -> dict[str, Any] | None:
            found = self.owner.supabase.get(f"/rest/v1/deployments?id=eq.{job['id']}").json()[0]
            return found if found["status"] in ("ready", "error", "canceled") else None

        row: dict[str, Any] = wait_for(ended)
        assert row["status"] == "ready", row["error"]
        if row["target"] == "production":
            self.url = row["url"]
        return row

    @property
    def base(self) -> str:
        return httpx.URL(self.url).path

    def beacon(self, *events: dict[str, Any], **more: Any) -> dict[str, Any]:
        usual = {"kind": "view", "path": self.base}
        told = [usual | event for event in events or ({},)]
        host = httpx.URL(self.url).netloc.decode()
        return {"site": self.site["id"], "host": host, "width": 1440, "events": told, **more}

    def send(
        self, *events: dict[str, Any], headers: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        return self.post(json.dumps(self.beacon(*events, **more)), headers)

    def post(self, body: str | bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        """Send as a published page does: plain text, from a sandbox."""
        usual = {
            "Content-Type": "text/plain;charset=UTF-8",
            "Origin": "null",
            "User-Agent": CHROME,
        }
        where = f"{self.owner.stack.app_url}/api/analytics/collect"
        return self.http.post(where, content=body, headers=usual | (headers or {}))

    def report(self, filters: dict[str, str] | None = None, **days: str) -> dict[str, Any]:
        asked = {"from_day": today(), "to_day": today(), **days}
        told: dict[str, Any] = self.owner.rpc(
            "site_report", site_id=self.site["id"], filters=filters or {}, **asked
        )
        return told

    def goal(self, name: str, *steps: tuple[str, str]) -> None:
        told = [{"kind": kind, "value": value} for kind, value in steps]
        row = {"site_id": self.site["id"], "name": name, "steps": told}
        answer = self.owner.supabase.post("/rest/v1/analytics_goals", json=row)
        assert answer.is_success, answer.text

    def goals(self, filters: dict[str, str] | None = None) -> dict[str, list[int]]:
        """How many reached each step today: name → steps."""
        asked = {"from_day": today(), "to_day": today(), "filters": filters or {}}
        told = self.owner.rpc("goal_report", site_id=self.site["id"], **asked)
        return {goal["name"]: goal["reached"] for goal in told["goals"]}

    def values(self, dimension: str, **asked: Any) -> dict[str, int]:
        """What a panel shows: value → views."""
        rows = self.report(**asked)["panels"].get(dimension, [])
        return {row["value"]: row["views"] for row in rows}

    def settled(self, views: int) -> dict[str, Any]:
        """The report, once it counts so many views."""

        def counted() -> dict[str, Any] | None:
            told = self.report()
            assert told["totals"]["views"] <= views, told["totals"]
            return told if told["totals"]["views"] == views else None

        found: dict[str, Any] = wait_for(counted, seconds=20)
        return found

    def close(self) -> None:
        self.http.close()
