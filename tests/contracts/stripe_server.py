"""Stripe as far as subscriptions see it: customers, Checkout, subscriptions, invoices, events.

What happens at Stripe without us (somebody pays, a renewal fails, a subscription ends) is a method
of its own; each returns the events that Stripe would send, for a test to deliver as it likes.
"""

from __future__ import annotations

import json
import time
from typing import Any

import stripe
from stripe import Customer, Event, Invoice, PaymentMethod, Price, Subscription, SubscriptionItem

from tests.contracts.stripe_description import StripeDescription, fields_of, sample
from tests.contracts.wire import Answer, Refuse, Request, Vendor

AMOUNTS = {"pro_month": 1900, "pro_year": 19000, "business_month": 7900, "business_year": 79000}
SECONDS = {"month": 30 * 86400, "year": 365 * 86400}
Thing = dict[str, Any]


def _missing(what: str) -> Refuse:
    error = {"type": "invalid_request_error", "code": "resource_missing", "param": "id"}
    return Refuse(404, {"error": error | {"message": f"No such {what}"}})


class Stripe(Vendor):
    """The server; `settle` and the like are what the world does to it."""

    name = "stripe"
    token = "sk_test_of_the_vendor"  # noqa: S105
    description: StripeDescription  # type: ignore[assignment]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.customers: dict[str, Thing] = {}
        self.sessions: dict[str, Thing] = {}
        self.subscriptions: dict[str, Thing] = {}
        self.invoices: dict[str, Thing] = {}
        self.prices = {f"price_{key}": self._price(key) for key in AMOUNTS}
        self.replies: dict[str, tuple[bytes, Answer]] = {}
        self._made = 0

    def describe(self) -> Any:
        return StripeDescription()

    def respond(self, request: Request, operation: Any) -> Answer | str | bytes:
        """As every vendor, and the same key gets the same answer again."""
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        with self.lock:
            if key in self.replies:
                body, earlier = self.replies[key]
                if body == request.body:
                    return earlier
                error = {"type": "idempotency_error", "message": "Other parameters, same key."}
                return Answer(400, {"error": error})
            answer = super().respond(request, operation)
            if key and isinstance(answer, Answer) and answer.status == 200:
                self.replies[key] = (request.body, answer)
        return answer

    def unauthorized(self) -> Answer:
        error = {"type": "invalid_request_error", "message": "Invalid API Key provided"}
        return Answer(401, {"error": error})

    # Operations -------------------------------------------------------------------

    def Customers_create(self, request: Request) -> Answer:
        return Answer(200, self.customer(**fields_of(request.body.decode())))

    def Customers_retrieve(self, request: Request) -> Answer:
        customer = self.customers.get(request.named["id"])
        if customer is None:
            raise _missing("customer")
        return Answer(200, customer)

    def Prices_list(self, request: Request) -> Answer:
        wanted = fields_of(request.query)["lookup_keys"]
        return self._list(
            [each for each in list(self.prices.values()) if each["lookup_key"] in wanted]
        )

    def CheckoutSessions_create(self, request: Request) -> Answer:
        asked = fields_of(request.body.decode())
        if asked["customer"] not in self.customers:
            raise _missing("customer")
        price = self.prices[asked["line_items"][0]["price"]]
        session = sample(
            stripe.checkout.Session,
            id=self._id("cs_test"), object="checkout.session", mode="subscription",
            customer=asked["customer"], client_reference_id=asked["client_reference_id"],
            status="open", payment_status="unpaid", created=int(time.time()),
            expires_at=int(time.time()) + 86400, url="https://checkout.stripe.com/c/pay",
            success_url=asked["success_url"], metadata=asked.get("metadata", {}),
            amount_total=price["unit_amount"], currency="usd",
        )  # fmt: skip
        session["url"] += f"/{session['id']}"
        self.sessions[session["id"]] = session
        # What only Stripe knows of it.
        self.sessions[session["id"] + " asked"] = asked
        return Answer(200, session)

    def CheckoutSessions_list(self, request: Request) -> Answer:
        customer = fields_of(request.query)["customer"]
        return self._list([each for each in self._sessions() if each["customer"] == customer])

    def CheckoutSessions_retrieve(self, request: Request) -> Answer:
        return Answer(200, self._session(request.named["id"]))

    def CheckoutSessions_expire(self, request: Request) -> Answer:
        session = self._session(request.named["id"])
        session |= {"status": "expired", "url": None}
        return Answer(200, session)

    def PortalSessions_create(self, request: Request) -> Answer:
        asked = fields_of(request.body.decode())
        if asked["customer"] not in self.customers:
            raise _missing("customer")
        url = f"https://billing.stripe.com/p/session/{asked['customer']}"
        made = sample(
            stripe.billing_portal.Session,
            id=self._id("bps"), object="billing_portal.session", customer=asked["customer"],
            url=url, return_url=asked["return_url"], configuration="bpc_1",
        )  # fmt: skip
        return Answer(200, made)

    def Subscriptions_list(self, request: Request) -> Answer:
        asked = fields_of(request.query)
        found = [each for each in list(self.subscriptions.values())
                 if each["customer"] == asked["customer"]]  # fmt: skip
        return self._list(found)

    def Subscriptions_retrieve(self, request: Request) -> Answer:
        return Answer(200, self._subscription(request.named["id"]))

    def Subscriptions_update(self, request: Request) -> Answer:
        subscription = self._subscription(request.named["id"])
        asked = fields_of(request.body.decode())
        (wish,) = asked["items"]
        (item,) = subscription["items"]["data"]
        if wish.get("id") != item["id"]:
            raise _missing("subscription item: a second one would be added")
        item |= {"price": self.prices[wish["price"]]}
        self.bill(subscription, status="paid", reason="subscription_update")
        return Answer(200, subscription)

    def Invoices_list(self, request: Request) -> Answer:
        customer = fields_of(request.query)["customer"]
        return self._list(
            [each for each in list(self.invoices.values()) if each["customer"] == customer]
        )

    def Invoices_create_preview(self, request: Request) -> Answer:
        asked = fields_of(request.body.decode())
        subscription = self._subscription(asked["subscription"])
        (item,) = subscription["items"]["data"]
        amount = item["price"]["unit_amount"]
        lines = [(item["price"]["lookup_key"], amount)]
        if "subscription_details" in asked:
            (wish,) = asked["subscription_details"]["items"]
            new = self.prices[wish["price"]]
            lines = [
                (f"Unused time on {item['price']['lookup_key']}", -amount),
                (f"Remaining time on {new['lookup_key']}", new["unit_amount"]),
            ]
        total = sum(cents for _, cents in lines)
        return Answer(200, self._invoice(subscription, total, lines=lines, status="draft"))

    # What the world does ------------------------------------------------------------

    def customer(self, **told: Any) -> Thing:
        made = sample(
            Customer, id=self._id("cus"), object="customer", created=int(time.time()),
            email=told.get("email"), metadata=told.get("metadata", {}),
            invoice_settings={"default_payment_method": None, "custom_fields": None,
                              "footer": None, "rendering_options": None},
        )  # fmt: skip
        self.customers[made["id"]] = made
        return made

    def settle(self, session_id: str) -> list[Thing]:
        """Somebody pays at Checkout; a trial costs nothing yet."""
        with self.lock:
            session, asked = self._session(session_id), self.sessions[f"{session_id} asked"]
            trial = int(asked["subscription_data"].get("trial_period_days", 0))
            price = self.prices[asked["line_items"][0]["price"]]
            subscription = self.subscribe(session["customer"], price["id"], trial_days=trial)
            invoice = self.bill(subscription, status="paid", total=0 if trial else None)
            session |= {
                "status": "complete", "subscription": subscription["id"], "url": None,
                "payment_status": "no_payment_required" if trial else "paid",
            }  # fmt: skip
            return [
                self.event("checkout.session.completed", session),
                self.event("customer.subscription.created", subscription),
                self.event("invoice.paid", invoice),
            ]

    def subscribe(
        self, customer: str, price: str, *, trial_days: int = 0, status: str = ""
    ) -> Thing:
        now = int(time.time())
        known = self.prices[price]
        length = trial_days * 86400 or SECONDS[known["recurring"]["interval"]]
        item = sample(
            SubscriptionItem, id=self._id("si"), object="subscription_item", price=known,
            current_period_start=now, current_period_end=now + length, created=now, quantity=1,
        )  # fmt: skip
        made = sample(
            Subscription, id=self._id("sub"), object="subscription", customer=customer,
            status=status or ("trialing" if trial_days else "active"), created=now, currency="usd",
            start_date=now, billing_cycle_anchor=now + trial_days * 86400,
            cancel_at_period_end=False, collection_method="charge_automatically",
            trial_start=now if trial_days else None, trial_end=now + length if trial_days else None,
            items={"object": "list", "data": [item], "has_more": False,
                   "url": "/v1/subscription_items"},
            default_payment_method=self._card(),
        )  # fmt: skip
        item["subscription"] = made["id"]
        self.subscriptions[made["id"]] = made
        return made

    def bill(
        self,
        subscription: Thing,
        *,
        status: str,
        total: int | None = None,
        reason: str = "subscription_create",
    ) -> Thing:
        (item,) = subscription["items"]["data"]
        amount = item["price"]["unit_amount"] if total is None else total
        invoice = self._invoice(subscription, amount, status=status, billing_reason=reason)
        self.invoices[invoice["id"]] = invoice
        return invoice

    def fail_renewal(self, subscription: Thing) -> list[Thing]:
        """A period begins and the card is declined."""
        with self.lock:
            invoice = self.bill(subscription, status="open", reason="subscription_cycle")
            invoice |= {"attempt_count": 1, "next_payment_attempt": int(time.time()) + 3 * 86400}
            subscription["status"] = "past_due"
            return [
                self.event("invoice.payment_failed", invoice),
                self.event("customer.subscription.updated", subscription),
            ]

    def pay_late(self, subscription: Thing) -> list[Thing]:
        """A card that works pays what is open."""
        with self.lock:
            (invoice,) = [each for each in list(self.invoices.values())
                          if each["customer"] == subscription["customer"]
                          and each["status"] == "open"]  # fmt: skip
            self._paid(invoice)
            subscription["status"] = "active"
            return [
                self.event("invoice.paid", invoice),
                self.event("customer.subscription.updated", subscription),
            ]

    def end(self, subscription: Thing) -> list[Thing]:
        with self.lock:
            now = int(time.time())
            subscription |= {"status": "canceled", "canceled_at": now, "ended_at": now}
            return [self.event("customer.subscription.deleted", subscription)]

    def event(self, type: str, about: Thing) -> Thing:
        return sample(
            Event, id=self._id("evt"), object="event", type=type, created=int(time.time()),
            livemode=False, api_version=stripe.api_version, pending_webhooks=1, request=None,
            data={"object": json.loads(json.dumps(about))},
        )  # fmt: skip

    # ----------------------------------------------------------------------------------

    def _id(self, kind: str) -> str:
        self._made += 1
        return f"{kind}_{self._made:06d}{int(time.time() * 1000) % 10**9}"

    def _list(self, found: list[Thing]) -> Answer:
        newest = list(reversed(found))
        return Answer(200, {"object": "list", "data": newest, "has_more": False, "url": "/v1/list"})

    def _sessions(self) -> list[Thing]:
        return [each for key, each in list(self.sessions.items()) if not key.endswith(" asked")]

    def _session(self, wanted: str) -> Thing:
        if wanted not in self.sessions:
            raise _missing("checkout.session")
        return self.sessions[wanted]

    def _subscription(self, wanted: str) -> Thing:
        if wanted not in self.subscriptions:
            raise _missing("subscription")
        return self.subscriptions[wanted]

    def _price(self, key: str) -> Thing:
        recurring = sample(
            Price.Recurring, interval=key.split("_")[1], interval_count=1, usage_type="licensed"
        )
        return sample(
            Price, id=f"price_{key}", object="price", active=True, lookup_key=key, currency="usd",
            unit_amount=AMOUNTS[key], type="recurring", recurring=recurring,
            billing_scheme="per_unit", product=f"prod_{key.split('_')[0]}",
        )  # fmt: skip

    def _card(self) -> Thing:
        card = sample(
            PaymentMethod.Card, brand="visa", last4="4242", exp_month=4, exp_year=2030,
            funding="credit",
        )  # fmt: skip
        return sample(
            PaymentMethod, id="pm_1", object="payment_method", type="card", card=card,
        )  # fmt: skip

    def _invoice(
        self,
        subscription: Thing,
        total: int,
        *,
        status: str,
        lines: list[tuple[str, int]] | None = None,
        **more: Any,
    ) -> Thing:
        now = int(time.time())
        id = self._id("in")
        made_lines = [
            sample(
                stripe.InvoiceLineItem, id=self._id("il"), object="line_item", amount=cents,
                description=text, currency="usd", period={"start": now, "end": now},
            )
            for text, cents in lines or ()
        ]  # fmt: skip
        made = sample(
            Invoice, id=id, object="invoice", customer=subscription["customer"], status=status,
            currency="usd", total=total, amount_due=total, number=f"R-{self._made:04d}",
            created=now, period_start=now, period_end=now + 86400 * 30, attempt_count=0,
            hosted_invoice_url=f"https://invoice.stripe.com/i/{id}",
            invoice_pdf=f"https://pay.stripe.com/invoice/{id}/pdf",
            status_transitions={"finalized_at": now, "marked_uncollectible_at": None,
                                "paid_at": None, "voided_at": None},
            lines={"object": "list", "data": made_lines, "has_more": False, "url": "/v1/lines"},
            **more,
        )  # fmt: skip
        if status == "paid":
            self._paid(made)
        return made

    def _paid(self, invoice: Thing) -> None:
        invoice |= {"status": "paid", "amount_paid": invoice["total"], "attempt_count": 1,
                    "amount_remaining": 0, "next_payment_attempt": None}  # fmt: skip
        invoice["status_transitions"]["paid_at"] = int(time.time())
