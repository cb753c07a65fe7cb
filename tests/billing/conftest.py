"""The product with Stripe in its place: a local one, held to the types of Stripe's own client."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from scripts import local
from tests.contracts.stripe_server import Stripe, Thing
from tests.deployments.press import Press, Publisher, wait_for

OLD_SECRET, SECRET = "whsec_old_secret_of_the_tests", "whsec_new_secret_of_the_tests"


@dataclass
class Shop:
    """The product and Stripe."""

    press: Press
    stripe: Stripe

    def deliver(self, event: Thing, **options: Any) -> httpx.Response:
        """Post an event as Stripe does: its raw bytes, signed."""
        return self.post(json.dumps(event, indent=2), **options)

    def events(self, filters: str) -> int:
        """How many events are kept, of those that `filters` names."""
        return len(self.press.read(f"events_kept?{filters}&select=id"))

    def make_payers(self, customers: list[str]) -> None:
        """An organization for each of these customers, without anybody in it."""
        headers = {"apikey": self.press.secret_key}
        answer = self.press.http.post(
            f"{self.press.supabase_url}/rest/v1/rpc/make_payers",
            headers=headers | {"Authorization": f"Bearer {self.press.secret_key}"},
            json={"customers": customers},
        )
        assert answer.is_success, answer.text

    def join(self, person: Owner, org_id: str, role: str) -> None:
        """Make somebody a member, as if they had been invited."""
        answer = self.press.http.post(
            f"{self.press.supabase_url}/rest/v1/organization_members",
            headers={
                "apikey": self.press.secret_key,
                "Authorization": f"Bearer {self.press.secret_key}",
            },
            json={"org_id": org_id, "user_id": person.id, "role": role},
        )
        assert answer.is_success, answer.text

    def mail_to(self, person: Owner, subject: str) -> dict[str, Any]:
        """Wait for a mail, and return it."""

        def found() -> list[dict[str, Any]]:
            return [m for m in self.press.mails(person.email) if subject in m["subject"]]

        mail: dict[str, Any] = wait_for(found, seconds=30)[0]
        return mail

    def payers(self, seen: Sequence[str]) -> list[dict[str, Any]]:
        """How the mirror stands for each of them."""
        wanted = f"id,plan,subscriptions({','.join(seen)}),invoices(status,paid_cents)"
        found = self.press.read(f"organizations?slug=like.payer-*&select={wanted}")
        return [
            _one(each["subscriptions"])
            | {"now": each["plan"]}
            | {"bills": sorted(f"{b['status']} {b['paid_cents']}" for b in each["invoices"])}
            for each in found
        ]

    def flask(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app:create_app", *command],
            env=self.press.env,
            cwd=local.ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def post(
        self,
        payload: str | bytes,
        *,
        secret: str = SECRET,
        at: float = 0,
        header: str | None = None,
    ) -> httpx.Response:
        if header is None:
            text = payload if isinstance(payload, str) else payload.decode()
            stamp = int(time.time() + at)
            header = stripe.WebhookSignature.generate_signature_header(text, secret, stamp)
        return self.press.http.post(
            f"{self.press.app_url}/api/webhooks/stripe",
            content=payload,
            headers={"Stripe-Signature": header, "Content-Type": "application/json"},
        )


def _one(embedded: Any) -> dict[str, Any]:
    row: dict[str, Any] = embedded[0] if isinstance(embedded, list) else embedded
    return row


class Owner(Publisher):
    """Somebody who owns an organization and pays for it."""

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.api.post(f"/api/billing/{path}", json={"org_id": self.org_id, **body})

    def done(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.post(path, **body)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def checks_out(self, plan: str = "pro", interval: str = "month") -> str:
        """Begin a Checkout and return its session's id."""
        return str(self.done("checkout", plan=plan, interval=interval)["url"].rsplit("/", 1)[1])

    def plan(self) -> str:
        return str(self.rest("GET", f"organizations?id=eq.{self.org_id}&select=plan")[0]["plan"])

    def subscription(self) -> dict[str, Any]:
        row: dict[str, Any] = self.rest("GET", f"subscriptions?org_id=eq.{self.org_id}")[0]
        return row

    def invoices(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.rest("GET", f"invoices?org_id=eq.{self.org_id}")
        return found

    def has_plan(self, plan: str) -> None:
        """Wait until an organization has a plan."""
        wait_for(lambda: self.plan() == plan, seconds=20)


# What the API hides; for these tests alone.
LOOK = """
create view public.events_kept as select * from private.stripe_events;
grant select on public.events_kept to service_role;
create function public.make_payers(customers text[]) returns void
language sql security definer as $$
  with made as (
    insert into public.organizations (name, slug)
    select 'Payer ' || c, 'payer-' || replace(c, '_', '-') from unnest(customers) c
    returning id, name
  )
  select public.set_stripe_customer(m.id, replace(m.name, 'Payer ', '')) from made m
$$;
grant execute on function public.make_payers(text[]) to service_role;
grant insert on public.organization_members to service_role;
"""


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    """Start the product, with a worker, and Stripe beside it."""
    migrations = folder / "migrations"
    migrations.mkdir()
    for migration in (local.ROOT / "supabase/migrations").glob("*.sql"):
        shutil.copy(migration, migrations)
    (migrations / "99999999999999_look.sql").write_text(LOOK)
    with Stripe() as server:
        press = Press(
            folder / "data",
            SEED="0",
            PLANS_FILE="plans.toml",
            SUPABASE_MIGRATIONS_DIR=str(migrations),
            STRIPE_SECRET_KEY=Stripe.token,
            STRIPE_WEBHOOK_SECRET=f"{SECRET}, {OLD_SECRET}",
            STRIPE_API_URL=server.url,
        )
        try:
            press.open()
            press.start("worker")
            yield Shop(press, server)
        finally:
            press.close()


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as running:
        yield running


@pytest.fixture(autouse=True)
def by_the_book(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test did: Stripe would have taken every request, and given every answer."""
    yield
    if "shop" in request.fixturenames:
        server: Stripe = request.getfixturevalue("shop").stripe
        found, server.faults = list(server.faults), []
        assert not found, "\n".join(found)


@pytest.fixture
def owner(shop: Shop) -> Iterator[Owner]:
    person = Owner.signs_up(shop.press, "olive")
    yield person
    person.close()
