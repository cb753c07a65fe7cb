"""Mails about money: templates/mail/{receipt,payment_failed,quota}, filled in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services import letters
from services.mail import Letter

# How many of the smallest unit make one: https://docs.stripe.com/currencies#zero-decimal
_WHOLE = {
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
    "xaf", "xof", "xpf",
}  # fmt: skip
METRICS = {
    "sites": "sites",
    "pages": "pages",
    "members": "members",
    "ai_credits": "AI credits",
    "deployments": "publishes",
    "storage": "of space for pictures",
    "custom_domains": "custom domains",
}


def letter(app_url: str, mail: dict[str, Any]) -> Letter:
    """Write one mail: to whom, what kind, about what."""
    kind, data = mail["kind"], mail["data"]
    values = {
        "app_url": app_url,
        "organization": mail["organization"],
        "link": f"{app_url}/billing",
    }
    if kind == "quota":
        metric = METRICS.get(data["metric"], data["metric"].replace("_", " "))
        values |= {"metric": metric, "share": data["share"]}
        values |= {name: _many(data["metric"], data[name]) for name in ("used", "allowed")}
        what = "all" if data["share"] >= 100 else f"{data['share']} %"
        subject = f"{mail['organization']} has used {what} of its {metric}"
    else:
        values |= {
            "number": data["number"] or data["id"],
            "amount": money(data["paid"] if kind == "receipt" else data["total"], data["currency"]),
            "hosted_url": data["hosted_url"],
            "pdf_url": data["pdf_url"],
            "next_attempt": _day(data["next_attempt"]),
        }
        subject = (
            f"Receipt for {mail['organization']}: {values['amount']}"
            if kind == "receipt"
            else f"A payment for {mail['organization']} did not go through"
        )
    return letters.write(
        kind,
        to=mail["to"],
        subject=subject,
        **values,
    )


def money(cents: int, currency: str) -> str:
    """Write an amount: 1900, usd → 19.00 USD. Whole numbers all the way."""
    if currency in _WHOLE:
        return f"{cents:,} {currency.upper()}"
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d} {currency.upper()}"


def _many(metric: str, number: int) -> str:
    return f"{number // 1048576:,} MB" if metric == "storage" else f"{number:,}"


def _day(text: str | None) -> str:
    return "" if text is None else datetime.fromisoformat(text).strftime("%d %B %Y").lstrip("0")
