"""CASES 128: a host that says "live" and serves something else is not believed."""

from __future__ import annotations

import pytest

from services.deployments.hosts import served as looking
from tests.contracts.conftest import Owner, Town
from tests.deployments.press import Worker

PROVIDERS = {"netlify": "netlify", "vercel": "vercel", "github_pages": "github"}
pytestmark = pytest.mark.usefixtures("worker")


@pytest.mark.parametrize("host", PROVIDERS)
def test_a_host_that_serves_old_files_is_found_out(town: Town, olive: Owner, host: str) -> None:
    vendor = {"netlify": town.netlify, "vercel": town.vercel, "github_pages": town.github}[host]
    site = olive.site(name=f"Looked at {host}", pages={"/": "<p>Old bread</p>"})
    account = {"integration_id": olive.accounts[PROVIDERS[host]]}
    said = [olive.puts_live(site, host, **account)["report"]]
    olive.write(site, "/", "<p>New bread</p>")
    said.append(olive.puts_live(site, host)["report"])
    assert not [line for report in said for line in report if "Unverified" in line]
    vendor.serves_old_files = True
    try:
        olive.write(site, "/", "<p>Newest bread</p>")
        row = olive.puts_live(site, host)
    finally:
        vendor.serves_old_files = False
    (line,) = [line for line in row["report"] if line.startswith("Unverified")]
    assert "still serves other files" in line
    # It stands where people look: with the publish, and in its log.
    assert any("Unverified" in entry["text"] for entry in row["log"])


def test_only_the_hosts_own_domains_are_looked_at(worker: Worker) -> None:
    """A vendor's answer, or somebody's domain, must not lead us into our own network."""
    for base in (
        "https://169.254.169.254/",
        "https://bakery.example/",
        "https://netlify.app.evil/",
    ):
        assert looking.look(None, base, {}, {}) == ()  # type: ignore[arg-type]
