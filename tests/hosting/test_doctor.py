"""`make doctor` finds what is wrong, says it in words, and shows no secret."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import servers
from tests.contracts.github import GitHub
from tests.contracts.stripe_server import Stripe
from tests.contracts.xai import KEY, XAI
from tests.smtp_server import mail_server
from tests.stack import Stack, free_ports

ROOT = Path(__file__).resolve().parents[2]


def doctor(stack: Stack, **settings: str) -> tuple[int, dict[str, str]]:
    env = {name: value for name, value in (stack.env | settings).items() if value}
    done = subprocess.run(
        [sys.executable, "scripts/doctor.py"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    for name in ("SUPABASE_SECRET_KEY", "SUPABASE_JWT_SECRET", "CREDENTIALS_KEYS", "SMTP_URL"):
        assert not env.get(name) or env[name] not in done.stdout + done.stderr
    told = [line.partition(": ") for line in done.stdout.splitlines() if ": " in line]
    return done.returncode, {what: words for what, _, words in told}


def test_a_good_installation_is_said_to_be_one(stack: Stack, tmp_path: Path) -> None:
    with GitHub() as github, XAI() as xai, Stripe() as stripe, mail_server() as smtp:
        port = free_ports(1)[0]
        with servers.redis(port, tmp_path):
            code, told = doctor(
                stack,
                NETLIFY_API_URL=github.url,
                VERCEL_API_URL=github.url,
                GITHUB_API_URL=github.url,
                GROK_API_KEY=KEY,
                GROK_BASE_URL=xai.url,
                SMTP_URL=smtp.url,
                PLANS_FILE="plans.toml",
                STRIPE_API_URL=stripe.url,
                STRIPE_SECRET_KEY=Stripe.token,
                STRIPE_WEBHOOK_SECRET="whsec_new_secret_of_the_tests",
                RATELIMIT_STORAGE_URI=f"redis://127.0.0.1:{port}",
            )
    bad = {what: words for what, words in told.items() if what.startswith("✗")}
    assert (code, bad) == (0, {})
    for what in (
        "tables",
        "strangers",
        "Storage",
        "clock",
        "tokens",
        "mail",
        "AI",
        "Stripe",
        "limits",
    ):
        assert f"✓ {what}" in told, told


@pytest.mark.parametrize(
    ("settings", "what", "words"),
    [
        ({"SUPABASE_URL": "http://127.0.0.1:9"}, "Supabase", "check SUPABASE_URL"),
        (
            {"SUPABASE_SECRET_KEY": "sb_secret_that-nobody-knows-of"},
            "secret key",
            "check SUPABASE_SECRET_KEY",
        ),
        ({"SMTP_URL": "smtp://127.0.0.1:9"}, "mail", "ConnectionRefusedError"),
        ({"RATELIMIT_STORAGE_URI": "redis://127.0.0.1:9"}, "limits", "RATELIMIT_STORAGE_URI"),
        ({"GROK_API_KEY": "x", "GROK_BASE_URL": "http://127.0.0.1:9"}, "AI", "does not answer"),
        ({"NETLIFY_API_URL": "http://127.0.0.1:9"}, "netlify", "does not answer"),
        ({"SENTRY_DSN": "http://key@127.0.0.1:9/1"}, "Sentry", "check SENTRY_DSN"),
        ({"PLANS_FILE": "pyproject.toml"}, "plans", "pyproject.toml"),
        (
            {
                "PLANS_FILE": "plans.toml",
                "STRIPE_API_URL": "http://127.0.0.1:9",
                "STRIPE_SECRET_KEY": Stripe.token,
                "STRIPE_WEBHOOK_SECRET": "whsec_new_secret_of_the_tests",
            },
            "Stripe",
            "cannot be reached",
        ),
        ({"DATA_DIR": "/proc/nowhere"}, "DATA_DIR", "cannot be written to"),
        ({"APP_URL": "nonsense"}, "settings", "APP_URL must be an address"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    stack: Stack, settings: dict[str, str], what: str, words: str
) -> None:
    code, told = doctor(stack, **settings)
    assert code == 1
    assert words in told[f"✗ {what}"], told
