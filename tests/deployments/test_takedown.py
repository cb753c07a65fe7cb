"""CASES 213: an operator takes a site down, and its hosts serve nothing of it any more."""

from __future__ import annotations

import subprocess
import sys

from scripts import local
from tests.deployments.press import Press, Publisher, wait_for


def flask(press: Press, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the operator's, as its own process."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "flask", "--app", "app:create_app", *arguments],
        env=press.env,
        cwd=local.ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_reported_site_goes_offline_and_stays_so(press: Press, olive: Publisher) -> None:
    site_id = olive.site(name="Not a bank", pages={"/": "<h1>Your password, please</h1>"})
    with press.worker():
        url = olive.published(site_id)["url"]
        preview = olive.published(site_id, target="preview")["url"]
    assert press.visit(url).status_code == press.visit(preview).status_code == 200

    hidden = "\u001b[2J"
    told = {"url": f"{url}login{hidden}", "reason": "phishing", "words": f"It is {hidden} no bank."}
    assert press.http.post(f"{press.app_url}/api/abuse-reports", json=told).status_code == 204
    told["reason"] = "dislike"
    refused = press.http.post(f"{press.app_url}/api/abuse-reports", json=told)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "reason")
    listed = flask(press, "sites", "reports").stdout
    assert f"phishing  {url}login[2J  It is [2J no bank." in listed and "\u001b" not in listed

    down = flask(press, "sites", "take-down", f"{url}login", "--reason", "It is not your bank")
    assert f"Not a bank ({site_id}) is being taken off local." in down.stdout, down.stderr
    with press.worker():
        wait_for(lambda: press.visit(url).status_code == 404)
        wait_for(lambda: press.visit(preview).status_code == 404)
        body = {"site_id": site_id, "host": "local"}
        answer = olive.api.post("/api/deployments", json=body)
        assert answer.status_code == 403
        assert "It is not your bank." in answer.json()["detail"]

        lifted = flask(press, "sites", "lift", site_id)
        assert "can be published again" in lifted.stdout, lifted.stderr
        assert press.visit(url).status_code == 404
        olive.published(site_id)
        assert press.visit(url).status_code == 200
    nothing = flask(press, "sites", "take-down", "https://nobody.example/", "--reason", "x")
    assert nothing.returncode == 1 and "No site has this id or address." in nothing.stderr
