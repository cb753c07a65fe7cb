"""What of billing needs no database: the file of plans, amounts, which subscription counts."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import stripe
from stripe import Subscription

from services.billing import plans, stripe_api
from services.billing.intake import MOST_AT_ONCE, Intake
from services.billing.letters import letter, money
from services.billing.state import PRECEDENCE, choose
from services.config import Config
from services.errors import Invalid, ProblemError, Unavailable
from tests.contracts.stripe_description import sample

FREE = '[[plans]]\nid = "free"\nname = "Free"\n[plans.limits]\nsites = 3\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "plans: Field required"),
        ("plans = 1", "plans: Input should be a valid list"),
        (FREE.replace("free", "gold"), 'one of the plans must be "free"'),
        (FREE.replace("3", "-3"), "plans.0.limits.sites: Input should be greater"),
        (FREE.replace("3", '"3"'), "plans.0.limits.sites: Input should be a valid integer"),
        (FREE.replace("sites", "seats"), "plans.0.limits.seats: Extra inputs"),
        (FREE + FREE, "stands there once"),
        (FREE + "x = [", "cannot be read"),
    ],
)
def test_a_wrong_file_of_plans_is_told_with_the_place(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(plans.PlansError, match=says.replace(".", r"\.")):
        plans.read(file)


def test_what_a_plan_leaves_out_has_no_limit(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(FREE)
    (free,) = plans.read(file)
    assert free["limits"]["sites"] == 3 and free["limits"]["pages"] is None


@pytest.mark.parametrize(
    ("cents", "currency", "written"),
    [
        (1900, "usd", "19.00 USD"), (5, "eur", "0.05 EUR"), (-250, "usd", "-2.50 USD"),
        (1900, "jpy", "1,900 JPY"), (123456789, "usd", "1,234,567.89 USD"),
    ],
)  # fmt: skip
def test_amounts_are_whole_cents_until_they_are_written(
    cents: int, currency: str, written: str
) -> None:
    assert money(cents, currency) == written


def test_names_in_mails_are_text() -> None:
    data = {"metric": "sites", "share": 80, "used": 4, "allowed": 5}
    organization = "<b>Bad</b> & Co"
    mail = {"kind": "quota", "data": data, "to": "o@example.com", "organization": organization}
    written = letter("https://app.example.com", mail)
    assert organization in written.text and "&lt;b&gt;Bad&lt;/b&gt; &amp; Co" in written.html
    assert written.subject == f"{organization} has used 80 % of its sites"


def subscription(id: str, status: str, created: int) -> Subscription:
    made = sample(Subscription, id=id, object="subscription", status=status, created=created)
    return Subscription.construct_from(made, "sk_test_x")


def test_the_better_subscription_counts_and_then_the_newer() -> None:
    every = [subscription(f"sub_{n}", status, n) for n, status in enumerate(PRECEDENCE)]
    for number in range(len(every)):
        chosen = choose(list(reversed(every[number:])))
        assert chosen is not None and chosen.status == PRECEDENCE[number]
    twins = [subscription("sub_old", "active", 1), subscription("sub_new", "active", 2)]
    assert choose(twins) is choose(twins[::-1]) is twins[1]
    assert choose([]) is None
    assert choose([subscription("sub_x", "of the future", 1)]) is None


def test_the_client_has_deadlines_and_tries_again(config: Config) -> None:
    client = stripe_api.client(config)
    options = client._requestor._options
    assert options.max_network_retries == stripe_api.RETRIES == 2
    http = client._requestor._client
    assert isinstance(http, stripe.RequestsClient) and http._timeout == (3.0, 15.0)
    assert client._requestor.api_key == "sk_test_of_a_unit_test"
    assert "sk_test" not in repr(config)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        supabase_url="http://127.0.0.1:1",
        supabase_publishable_key="p" * 20,
        supabase_secret_key="s" * 20,
        app_url="http://127.0.0.1:2",
        sites_url="http://127.0.0.1:3",
        data_dir=tmp_path,
        stripe_secret_key="sk_test_of_a_unit_test",
        stripe_webhook_secret="whsec_of_a_unit_test",
    )


class Book:
    """Stands where the database does: slow, and it will not have some of them."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.kept: set[str] = set()

    def take_events(self, events: list[dict[str, str]]) -> list[str]:
        time.sleep(0.01)
        ids = [event["id"] for event in events]
        self.calls.append(ids)
        if "poison" in ids:
            raise Invalid()
        if "down" in ids:
            raise Unavailable()
        fates = ["known" if id in self.kept else "received" for id in ids]
        self.kept |= set(ids)
        return fates


def test_events_that_come_at_once_are_kept_together_and_each_hears_of_its_own() -> None:
    book = Book()
    intake = Intake(book)  # type: ignore[arg-type]
    ids = [f"evt_{number}" for number in range(200)]
    with ThreadPoolExecutor(64) as pool:
        fates = list(pool.map(lambda id: intake.take({"id": id}), ids))
    assert fates == ["received"] * 200 and book.kept == set(ids)
    assert sorted(id for call in book.calls for id in call) == sorted(ids)
    assert len(book.calls) < 50 and max(map(len, book.calls)) <= MOST_AT_ONCE
    assert intake.take({"id": "evt_0"}) == "known"


def test_one_event_that_is_not_taken_keeps_no_other_out() -> None:
    book = Book()
    intake = Intake(book)  # type: ignore[arg-type]

    def take(id: str) -> str:
        try:
            return intake.take({"id": id})
        except ProblemError as problem:
            return problem.code

    ids = [f"evt_{number}" for number in range(40)] + ["poison"]
    with ThreadPoolExecutor(41) as pool:
        fates = dict(zip(ids, pool.map(take, ids), strict=True))
    assert fates.pop("poison") == "invalid" and set(fates.values()) == {"received"}
    assert take("down") == "unavailable"
    # And then it goes on.
    assert take("evt_last") == "received"
