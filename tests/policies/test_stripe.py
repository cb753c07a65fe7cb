"""The mirror of Stripe in the database: one writer at a time, nothing twice, nothing lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import ACME, BOREALIS, OLIVE, SERVICE, ident

CUSTOMER = "cus_acme"
PAID = {
    "id": "in_new", "number": "R-1", "status": "paid", "currency": "usd", "total": 1900,
    "paid": 1900, "hosted_url": None, "pdf_url": "https://pay.stripe.com/x", "due_at": None,
    "period_start": "2026-11-01", "period_end": "2026-12-01", "attempts": 1,
    "next_attempt": None, "created": "2026-11-01",
}  # fmt: skip


def call(db: Database, function: str, **arguments: Any) -> Any:
    named = ", ".join(f"{name} => ${n}" for n, name in enumerate(arguments, 1))
    values = [json.dumps(v) if isinstance(v, (dict, list)) else v for v in arguments.values()]
    return db.value(f"select {function}({named})", *values, by=SERVICE)


def told(id: str, customer: str | None = CUSTOMER, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "type": "invoice.paid", "livemode": False, "created_at": "2026-11-01",
        "customer": customer, "payload": {"id": id}, **more,
    }  # fmt: skip


def event(db: Database, id: str, customer: str | None = CUSTOMER, **more: Any) -> str:
    taken: list[str] = call(db, "take_stripe_events", events=[told(id, customer, **more)])
    (fate,) = taken
    # The moment that a burst of events is given is over.
    db.run("update private.stripe_customers set not_before = now() where attempts = 0")
    return fate


def state(status: str = "active", plan: str = "pro", **more: Any) -> dict[str, Any]:
    subscription = {
        "id": "sub_1", "status": status, "plan": plan, "interval": "month",
        "period_start": more.pop("since", "2026-11-20"), "period_end": "2026-12-20",
        "trial_end": None, "cancel_at": None, "canceled_at": None,
    }  # fmt: skip
    return {
        "subscription": subscription, "had_subscription": True, "trial_used": False, "card": None,
        "invoices": [], "problem": None, **more,
    }  # fmt: skip


def claim(db: Database, **arguments: Any) -> dict[str, Any]:
    taken: dict[str, Any] = call(db, "claim_stripe_customer", **arguments)
    return taken


def apply(db: Database, taken: dict[str, Any], told: dict[str, Any]) -> bool:
    done: bool = call(
        db, "apply_stripe_state", customer=taken["customer"], generation=taken["generation"],
        turn=taken["turn"], state=told,
    )  # fmt: skip
    return done


def standing(db: Database) -> tuple[str, str]:
    row = db.one(
        "select o.plan, s.status from organizations o join subscriptions s on s.org_id = o.id "
        "where o.id = $1",
        ACME,
    )
    return row["plan"], row["status"]


def fate(db: Database, id: str) -> str:
    status: str = db.value("select status from private.stripe_events where id = $1", id)
    return status


def test_an_event_is_kept_once_and_acts_when_its_customer_was_asked_about(db: Database) -> None:
    assert event(db, "evt_1") == "received"
    assert event(db, "evt_1") == "known"
    taken = claim(db)
    assert (taken["customer"], taken["org_id"]) == (CUSTOMER, ACME)
    assert taken["prices"]["pro_month"] == "pro"
    assert fate(db, "evt_1") == "received"
    assert apply(db, taken, state())
    assert (fate(db, "evt_1"), standing(db)) == ("applied", ("pro", "active"))
    assert claim(db) is None


def test_a_burst_of_events_is_one_question(db: Database) -> None:
    event(db, "evt_1")
    first = db.value("select not_before::text from private.stripe_customers where id = 'cus_acme'")
    for number in range(2, 12):
        event(db, f"evt_{number}")
        now = db.value(
            "select not_before::text from private.stripe_customers where id = $1", CUSTOMER
        )
        # A later one does not put it off.
        assert now == first
    assert apply(db, claim(db), state())
    assert {fate(db, f"evt_{number}") for number in range(1, 12)} == {"applied"}
    assert claim(db) is None


def test_several_events_are_kept_at_once_and_each_is_told_its_fate(db: Database) -> None:
    event(db, "evt_2")
    several = [told("evt_1"), told("evt_2"), told("evt_3", "cus_x"), told("evt_1"), told("evt_4")]
    fates = call(db, "take_stripe_events", events=several)
    assert fates == ["received", "known", "ignored", "known", "received"]
    with pytest.raises(Refused):
        call(db, "take_stripe_events", events=[told("evt_5"), told("wrong")])
    assert db.value("select count(*)::int from private.stripe_events where id = 'evt_5'") == 0


def test_what_is_not_ours_is_kept_without_effect(db: Database) -> None:
    assert event(db, "evt_1", "cus_of_somebody") == "ignored"
    assert event(db, "evt_2", None) == "ignored"
    assert event(db, "evt_3", refused="Of the other mode.") == "ignored"
    assert claim(db) is None
    assert fate(db, "evt_3") == "ignored"


def test_whoever_was_away_too_long_writes_nothing(db: Database) -> None:
    event(db, "evt_1")
    first = claim(db)
    assert claim(db) is None and claim(db, customer=CUSTOMER) == {"busy": True}
    db.run("update private.stripe_customers set lease_until = now() - interval '1 second'")
    second = claim(db)
    assert second["generation"] == first["generation"] + 1
    assert not apply(db, first, state(plan="business"))
    assert not call(
        db, "fail_stripe_sync", customer=CUSTOMER, generation=first["generation"], error="x"
    )
    assert apply(db, second, state())
    assert standing(db) == ("pro", "active")


def test_an_event_that_comes_while_stripe_is_asked_is_asked_about_again(db: Database) -> None:
    event(db, "evt_1")
    taken = claim(db)
    event(db, "evt_2")
    assert apply(db, taken, state())
    assert (fate(db, "evt_1"), fate(db, "evt_2")) == ("applied", "received")
    again = claim(db)
    assert apply(db, again, state("canceled"))
    assert (fate(db, "evt_2"), standing(db)) == ("applied", ("free", "canceled"))


def test_what_fails_is_tried_later_and_put_aside_in_the_end(db: Database) -> None:
    event(db, "evt_1")
    for attempt in range(20):
        db.run("update private.stripe_customers set not_before = now() - interval '1 second'")
        taken = claim(db)
        assert taken, attempt
        assert call(
            db, "fail_stripe_sync", customer=CUSTOMER, generation=taken["generation"], error="down"
        )
        # Not at once.
        assert claim(db) is None
    db.run("update private.stripe_customers set not_before = now() - interval '1 second'")
    assert claim(db) is None and fate(db, "evt_1") == "failed"
    assert call(db, "want_stripe_sync", customer=None) == 2
    assert apply(db, claim(db, customer=CUSTOMER), state())
    assert fate(db, "evt_1") == "applied"


def test_a_price_that_no_plan_has_is_told_and_buys_nothing(db: Database) -> None:
    event(db, "evt_1")
    nothing = state(problem="No plan has the price of sub_1.") | {"subscription": None}
    assert apply(db, claim(db), nothing | {"had_subscription": False})
    assert (fate(db, "evt_1"), standing(db)) == ("failed", ("free", "none"))


def test_a_plan_that_an_operator_gave_stays_until_there_is_a_subscription(db: Database) -> None:
    db.run("update organizations set plan = 'business' where id = $1", ACME)
    nothing = state() | {"subscription": None, "had_subscription": False}
    event(db, "evt_1")
    apply(db, claim(db), nothing)
    assert standing(db) == ("business", "none")
    event(db, "evt_2")
    apply(db, claim(db), state("canceled"))
    assert standing(db) == ("free", "canceled")


def test_two_weeks_after_a_failed_payment_the_plan_ends_by_itself(db: Database) -> None:
    event(db, "evt_1")
    recently = db.value("select (now() - interval '1 day')::text")
    apply(db, claim(db), state("past_due", since=recently))
    assert standing(db) == ("pro", "past_due")
    db.run("update subscriptions set grace_until = now() - interval '1 second'")
    claim(db)
    assert standing(db) == ("free", "past_due")


def test_each_owner_gets_one_receipt_for_an_invoice(db: Database) -> None:
    db.run("delete from private.billing_mails")
    now = db.value("select now()::text")
    for number in range(3):
        event(db, f"evt_{number}")
        apply(db, claim(db), state(invoices=[PAID | {"paid_at": now}]))
    mails = call(db, "take_billing_mails")
    assert {mail["kind"] for mail in mails} == {"receipt"}
    assert OLIVE.email in [mail["to"] for mail in mails]
    owners = db.value(
        "select count(*)::int from organization_members where org_id = $1 and role = 'owner'", ACME
    )
    assert len(mails) == owners
    # What is under way is not taken again; what is sent never.
    assert call(db, "take_billing_mails") == []
    assert call(db, "note_billing_mail", mail_id=mails[0]["id"])
    assert not call(db, "note_billing_mail", mail_id=mails[0]["id"])


def test_a_reminder_comes_once_for_each_attempt(db: Database) -> None:
    db.run("delete from private.billing_mails")
    for number, attempts in enumerate((1, 1, 2)):
        event(db, f"evt_{number}")
        bill = PAID | {"status": "open", "paid": 0, "paid_at": None, "attempts": attempts}
        apply(db, claim(db), state("past_due", invoices=[bill]))
    sent = db.run("select distinct key from private.billing_mails order by key")
    assert [row["key"] for row in sent] == ["payment failed in_new 1", "payment failed in_new 2"]


def test_an_organization_has_one_customer_and_a_customer_one_organization(db: Database) -> None:
    assert call(db, "set_stripe_customer", org_id=ACME, customer="cus_second") == CUSTOMER
    eddies = ident("Eddies")
    assert call(db, "set_stripe_customer", org_id=eddies, customer="cus_e") == "cus_e"
    assert call(db, "set_stripe_customer", org_id=eddies, customer="cus_f") == "cus_e"
    with pytest.raises(Refused):
        call(db, "set_stripe_customer", org_id=ident("Nobodys"), customer="cus_borealis")
    kept = db.value("select stripe_customer_id from subscriptions where org_id = $1", BOREALIS)
    assert kept == "cus_borealis"
