"""Lighthouse on a published page of the demo site: `python benchmarks/lighthouse.py`.

Lighthouse is 176 MB of packages, so the product does not install it: `npm install --no-save
lighthouse` puts it beside the others, and without it this says so and ends well. The goal is 100 in
each of its four categories, and not one script on the page.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts import browser as chromium  # noqa: E402
from scripts import local  # noqa: E402
from tests.cast import Person, sign_in  # noqa: E402
from tests.stack import Stack, running_stack  # noqa: E402

COMMAND = Path(os.environ.get("LIGHTHOUSE") or ROOT / "node_modules/lighthouse/cli/index.js")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PATIENCE = 120


def publish(stack: Stack, person: Person) -> str:
    """Publish the demo site; return its address."""
    site = person.supabase.get("/rest/v1/sites?select=id&limit=1").json()[0]["id"]
    wish = {"site_id": site, "host": "local", "target": "production", "message": ""}
    made = person.api.post("/api/deployments", json=wish, headers={"Idempotency-Key": "lighthouse"})
    made.raise_for_status()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        path = f"/rest/v1/deployments?id=eq.{made.json()['id']}&select=status,url"
        (row,) = person.supabase.get(path).json()
        if row["status"] == "ready":
            return str(row["url"])
        time.sleep(0.5)
    raise TimeoutError("the demo site was not published")


def score(url: str, chrome: str, environment: dict[str, str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        flags = "--headless=new --no-sandbox --disable-gpu"
        options = [f"--output-path={report}", "--output=json", "--quiet", f"--chrome-flags={flags}"]
        subprocess.run(
            ["node", str(COMMAND), url, *options],
            check=True,
            env={**environment, "CHROME_PATH": chrome},
        )
        read: dict[str, Any] = json.loads(report.read_text("utf-8"))
        return read


def main() -> int:
    chrome = chromium.find()
    if chrome is None or not COMMAND.exists():
        print("Not measured: Lighthouse or Chromium is not installed here.")
        return 0
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack:
        person = Person("olive", stack, "olive@example.com", sign_in(stack, "olive@example.com"))
        url = publish(stack, person)
        html = httpx.get(url, trust_env=False, follow_redirects=True).text
        person.close()
        environment = local.with_programs(dict(os.environ), ROOT)
        found = score(url, str(chrome), environment)
    scores = {name: round(found["categories"][name]["score"] * 100) for name in CATEGORIES}
    scripts = len(re.findall(r"<script(?![^>]*ld\+json)", html))
    print(" / ".join(f"{name} {value}" for name, value in scores.items()), f"; {scripts} scripts")
    return int(min(scores.values()) < 100 or scripts > 0)


if __name__ == "__main__":
    raise SystemExit(main())
