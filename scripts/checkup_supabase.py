"""`make doctor` on the Supabase project: keys, tables, tokens, buckets, what strangers may do."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from scripts.checkup import Finding, ask, expect
from services import egress
from services.config import Config

WORST_SKEW = 30
BUCKETS = ("assets", "avatars", "submissions")
# One table of each room: with them the migrations have been applied up to here.
TABLES = (
    *("organizations", "sites", "pages", "deployments", "integrations", "error_logs"),
    *("plans", "form_hooks", "analytics_goals"),
)


def supabase(config: Config) -> Iterator[Finding]:
    """Does the project answer, to both keys, with the tables and buckets of the migrations?"""
    public = {"apikey": config.supabase_publishable_key}
    secret = {"apikey": config.supabase_secret_key}
    if not config.supabase_secret_key.startswith("sb_"):
        secret["Authorization"] = f"Bearer {config.supabase_secret_key}"
    answer = ask(f"{config.supabase_url}/auth/v1/settings", public)
    if answer is None:
        yield Finding("Supabase", False, "does not answer: check SUPABASE_URL and the network.")
        return
    yield from expect("Supabase Auth", answer, 200, "check SUPABASE_PUBLISHABLE_KEY.")
    yield clock(answer)
    if answer.status == 200:
        yield from sign_up(answer.body)
    yield signing_keys(config)
    missing = []
    for table in TABLES:
        read = ask(f"{config.supabase_url}/rest/v1/{table}?select=*&limit=0", secret)
        if read is not None and read.status == 401:
            yield Finding("secret key", False, "is refused: check SUPABASE_SECRET_KEY.")
            return
        if read is None or read.status != 200:
            missing.append(table)
    yield Finding(
        "tables",
        not missing,
        f"{', '.join(missing)} cannot be read: run `npx supabase db push`."
        if missing
        else "the migrations are applied",
    )
    yield open_to_strangers(config, public)
    yield buckets(config, secret)


def clock(answer: egress.Answer) -> Finding:
    try:
        theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return Finding("clock", None, "Supabase did not tell the time")
    skew = abs(time.time() - theirs)
    words = "agrees with Supabase's"
    if skew > WORST_SKEW:
        words = f"is {skew:.0f} seconds off Supabase's: tokens will be refused. Set it by NTP."
    return Finding("clock", skew <= WORST_SKEW, words)


def sign_up(body: bytes) -> Iterator[Finding]:
    try:
        settings = json.loads(body)
        anonymous = settings["external"].get("anonymous_users", False)
        unconfirmed = settings.get("mailer_autoconfirm", False)
    except (ValueError, KeyError, AttributeError):
        return
    if anonymous:
        words = "anonymous sign-ins are on; nothing here uses them: switch them off."
        yield Finding("sign-up", False, words)
    elif unconfirmed:
        words = "addresses are not confirmed by mail, so anybody can sign up with anybody's."
        yield Finding("sign-up", None, words)
    else:
        yield Finding("sign-up", True, "addresses are confirmed by mail")


def signing_keys(config: Config) -> Finding:
    if config.supabase_jwt_secret:
        return Finding("tokens", True, "are checked with SUPABASE_JWT_SECRET")
    answer = ask(f"{config.issuer}/.well-known/jwks.json", {})
    try:
        found = bool(answer and json.loads(answer.body)["keys"])
    except (ValueError, KeyError, TypeError):
        found = False
    words = "are checked with the project's public keys"
    if not found:
        words = "cannot be checked: move the project to signing keys, or set SUPABASE_JWT_SECRET."
    return Finding("tokens", found, words)


def open_to_strangers(config: Config, public: dict[str, str]) -> Finding:
    """What a stranger's key opens: nothing, with the grants of the migrations."""
    answer = ask(f"{config.supabase_url}/rest/v1/organizations?select=id&limit=1", public)
    closed = answer is not None and answer.status in (401, 403)
    words = "strangers can read no table"
    if not closed:
        words = "a stranger's key is let in: run `npx supabase db push`; a grant is too wide."
    return Finding("strangers", closed, words)


def buckets(config: Config, secret: dict[str, str]) -> Finding:
    answer = ask(f"{config.supabase_url}/storage/v1/bucket", secret)
    try:
        there = {bucket["id"] for bucket in json.loads(answer.body)} if answer else set()
    except (ValueError, KeyError, TypeError):
        there = set()
    missing = [name for name in BUCKETS if name not in there]
    words = "the buckets for pictures are there"
    if missing:
        words = f"no bucket {' and no bucket '.join(missing)}: run `npx supabase db push`."
    return Finding("Storage", not missing, words)
