"""`make doctor` on all others: mail, hosts, the model, Stripe, Sentry. Nothing changes there."""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from scripts.checkup import Finding, ask, expect
from services.billing import plans, stripe_api
from services.config import Config
from services.errors import ProblemError
from services.integrations import commands


def mail(config: Config) -> Iterator[Finding]:
    if config.smtp_url is None:
        here = "mails are shown on this machine" if config.mails_stay_here else "nobody is invited"
        yield Finding("mail", None, f"SMTP_URL is not set, so {here}")
        return
    where = urlsplit(config.smtp_url)
    host, tls = where.hostname or "", ssl.create_default_context()
    try:
        if where.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, where.port or 465, timeout=8, context=tls)
        else:
            server = smtplib.SMTP(host, where.port or 587, timeout=8)
        with server:
            server.ehlo()
            if where.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=tls)
            if where.username:
                server.login(unquote(where.username), unquote(where.password or ""))
    except smtplib.SMTPAuthenticationError:
        yield Finding("mail", False, "the server refuses user and password of SMTP_URL.")
    except (OSError, smtplib.SMTPException) as error:
        yield Finding("mail", False, f"the server of SMTP_URL: {type(error).__name__}.")
    else:
        yield Finding("mail", True, "the server takes us; no letter was sent")


def credentials(config: Config) -> Iterator[Finding]:
    if not config.credentials_keys:
        yield Finding("hosts", None, "CREDENTIALS_KEYS is not set, so only local and ZIP")
        return
    wrong = commands.complaint(config)
    yield Finding("hosts", wrong is None, wrong or "the keys of CREDENTIALS_KEYS fit")
    for name in ("netlify", "vercel", "github"):
        answer = ask(str(getattr(config, f"{name}_api_url")), {})
        words = "answers" if answer else "does not answer: is the way out open?"
        yield Finding(name, answer is not None, words)
    if config.github_client_id:
        yield github_app(config)


def github_app(config: Config) -> Finding:
    """A code that nobody has: GitHub says which of the two it does not know."""
    told = ask(
        f"{config.github_url}/login/oauth/access_token",
        {"Accept": "application/json", "Content-Type": "application/json"},
        content=json.dumps(
            {
                "client_id": config.github_client_id,
                "client_secret": config.github_client_secret,
                "code": "doctor",
            }
        ).encode(),
    )
    known = told is not None and b"bad_verification_code" in told.body
    words = "GITHUB_CLIENT_ID and _SECRET fit"
    if not known:
        words = "GitHub does not know GITHUB_CLIENT_ID with this secret."
    return Finding("GitHub app", known, words)


def model(config: Config) -> Iterator[Finding]:
    if config.grok_api_key is None:
        yield Finding("AI", None, "GROK_API_KEY is not set, so it is switched off")
        return
    answer = ask(
        f"{config.grok_base_url}/models", {"Authorization": f"Bearer {config.grok_api_key}"}
    )
    if answer is None:
        yield Finding("AI", False, "GROK_BASE_URL does not answer.")
        return
    yield from expect("AI", answer, 200, "check GROK_API_KEY and GROK_BASE_URL.")


def payments(config: Config) -> Iterator[Finding]:
    """Does Stripe know the key, and a price for every lookup key of the plans?"""
    try:
        wanted = [key for plan in plans.read(config.plans_file) for key in plan["prices"].values()]
    except plans.PlansError as error:
        yield Finding("plans", False, str(error))
        return
    yield Finding("plans", True, f"{config.plans_file.name} can be read")
    if not config.takes_payments:
        words = "STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are not set, so everybody is on Free"
        yield Finding("Stripe", None, words)
        return
    try:
        with stripe_api.speaking():
            prices = stripe_api.client(config).v1.prices
            known = {
                price.lookup_key
                # Stripe takes ten at once.
                for at in range(0, len(wanted), 10)
                for price in prices.list(
                    {"lookup_keys": wanted[at : at + 10], "active": True, "limit": 100}
                ).data
            }
    except ProblemError as problem:
        yield Finding("Stripe", False, problem.detail)
        return
    missing = [key for key in wanted if key not in known]
    words = "has a price for every plan that is sold"
    if missing:
        words = f"has no active price with the lookup key {', '.join(missing)}."
    yield Finding("Stripe", not missing, words)


def errors(config: Config) -> Iterator[Finding]:
    if config.sentry_dsn is None:
        yield Finding("Sentry", None, "SENTRY_DSN is not set; errors are in the app all the same")
        return
    where = urlsplit(config.sentry_dsn)
    answer = ask(f"{where.scheme}://{where.netloc.rpartition('@')[2]}/", {})
    words = "answers" if answer else "does not answer: check SENTRY_DSN."
    yield Finding("Sentry", answer is not None, words)
