"""CASES C 72 and 88: schemathesis over the served description, as an owner and as nobody.

It makes up requests that keep to the description and requests that do not, and follows what one
answer gives to the next request; whatever answers must be described, and be no failure of ours.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cast import Person, sign_in
from tests.contracts.github import GitHub
from tests.contracts.netlify import Netlify
from tests.contracts.stripe_server import Stripe
from tests.contracts.vercel import Vercel
from tests.contracts.xai import KEY, XAI
from tests.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,negative_data_rejection,ignored_auth,use_after_free,"
    "unsupported_method"
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Every process and every vendor, so that nothing has a reason to answer 503."""
    with ExitStack() as cleanup:
        netlify, vercel, github, xai, stripe = (
            cleanup.enter_context(vendor()) for vendor in (Netlify, Vercel, GitHub, XAI, Stripe)
        )
        stack = Stack(
            tmp_path_factory.mktemp("described"),
            NETLIFY_API_URL=netlify.url,
            VERCEL_API_URL=vercel.url,
            GITHUB_API_URL=github.url,
            GITHUB_URL=github.url,
            GITHUB_CLIENT_ID="client-id",
            GITHUB_CLIENT_SECRET="client-secret",
            GROK_API_KEY=KEY,
            GROK_BASE_URL=xai.url,
            STRIPE_API_URL=stripe.url,
            STRIPE_SECRET_KEY=Stripe.token,
            STRIPE_WEBHOOK_SECRET="whsec_new_secret_of_the_tests",
        )
        stack.commands["web"] = (
            "granian --interface wsgi --factory --port $PORT --http 1 --no-ws "
            "--blocking-threads 64 tests.api.unlimited:create_app"
        )
        cleanup.callback(stack.stop)
        stack.start()
        yield stack


@pytest.mark.slow
def test_every_answer_is_described_and_none_is_a_failure_of_ours(
    whole: Stack, tmp_path: Path
) -> None:
    olive = Person("olive", whole, session=sign_in(whole, "olive@example.com"))
    # Ids that exist: an id made up at random only ever meets "not found".
    [site] = olive.supabase.get("/rest/v1/sites?select=id&limit=1").json()
    asked = olive.api.post("/api/deployments", json={"site_id": site["id"], "host": "archive"})
    real = {"site_id": site["id"], "deployment_id": asked.json()["id"], "host": "netlify"}
    settings = "".join(f'"path.{name}" = "{value}"\n' for name, value in real.items())
    # A body that is too large is refused before anybody looks whether it keeps to its schema.
    refusals = '[400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]'
    checks = f"[checks.negative_data_rejection]\nexpected-statuses = {refusals}\n"
    (tmp_path / "schemathesis.toml").write_text(f"{checks}[parameters]\n{settings}")
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{whole.app_url}/api/openapi.json"),
        *("--header", f"Authorization: Bearer {olive.token}", "--checks", CHECKS),
        *("--phases", "examples,coverage,fuzzing,stateful", "--mode", "all"),
        *("--request-timeout", "10", "--warnings", "off"),
        # One worker: threads that generate at once trip over a fault of Python 3.11.
        *("--workers", "1", "--max-examples", "8"),
        *("--suppress-health-check", "all", "--no-color", "--continue-on-failure"),
    ]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=400, check=False
    )
    told = re.search(r"([\d,]+) generated", done.stdout)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert told and int(told[1].replace(",", "")) > 500, done.stdout
