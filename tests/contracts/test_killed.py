"""Workers that die or freeze while a host works for them: one live version, nothing stuck.

`PUBLISH_KILLS=200` kills at so many random points; the suite makes do with a few of each host.
"""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.contracts.conftest import Owner, Town
from tests.contracts.test_publishing import home_of, served
from tests.contracts.wire import Request, Vendor
from tests.deployments.press import Worker, wait_for

KILLS = int(os.environ.get("PUBLISH_KILLS", "3"))
pytestmark = pytest.mark.slow

PROVIDERS = {"netlify": "netlify", "vercel": "vercel", "github_pages": "github"}
# About as many requests as a publish with one changed page makes.
LENGTH = {"netlify": 7, "vercel": 8, "github_pages": 9}


class PowerCut(Exception):
    """The connection ends before the host has done anything."""


@pytest.fixture(scope="module")
def shops(town: Town, olive: Owner) -> dict[str, str]:
    """One site per host, live and showing mark 0."""
    made = {host: olive.site(name=f"Killed {host}", pages={"/": "<p>mark 0 end</p>"})
            for host in PROVIDERS}  # fmt: skip
    with town.press.worker():
        for host, site in made.items():
            olive.puts_live(site, host, integration_id=olive.accounts[PROVIDERS[host]])
    return made


def vendor_of(town: Town, host: str) -> Vendor:
    return {"netlify": town.netlify, "vercel": town.vercel, "github_pages": town.github}[host]


@contextmanager
def struck(vendor: Vendor, point: int, strike: object) -> Iterator[threading.Event]:
    """Call `strike` when the vendor is asked for the point-th time."""
    seen, done = iter(range(10_000)), threading.Event()

    def hook(request: Request) -> None:
        if next(seen) == point:
            done.set()
            strike()  # type: ignore[operator]

    vendor.pause = hook
    try:
        yield done
    finally:
        vendor.pause = lambda request: None


def live_versions(town: Town, host: str, site: str) -> list[str]:
    """Every version that visitors of this site were ever shown, in order."""
    project = home_of(town, site, host)["project"]
    key = project["name"] if host == "github_pages" else project["id"]
    return [version for where, version in vendor_of(town, host).went_live if where == key]


def assert_one_more(town: Town, host: str, site: str, before: list[str], mark: str) -> None:
    """Visitors saw the old version, then the new one, and nothing else."""
    now = live_versions(town, host, site)
    assert now[: len(before)] == before
    assert len(set(now[len(before) :])) == 1, now
    assert mark in served(town, site, host)
    assert not town.press.read(
        f"deployments?site_id=eq.{site}&status=in.(queued,building,uploading,processing)"
    )


@pytest.mark.parametrize("round_", range(KILLS))
def test_killed_at_a_random_point_another_worker_ends_with_one_live_version(
    town: Town, olive: Owner, shops: dict[str, str], round_: int
) -> None:
    host = list(PROVIDERS)[round_ % 3]
    site, vendor, mark = shops[host], vendor_of(town, host), f"mark {round_}-{random.random()} end"
    before = live_versions(town, host, site)
    olive.write(site, "/", f"<p>{mark}</p>")
    row = olive.asks(site, host)
    happens = random.random() < 0.5
    with town.press.worker(lease=1) as victim:

        def strike() -> None:
            victim.send(signal.SIGKILL)
            if not happens:
                raise PowerCut

        with struck(vendor, random.randrange(LENGTH[host]), strike):
            wait_for(
                lambda: (
                    victim.process.poll() is not None
                    or town.press.deployment(row["id"])["status"] == "ready"
                )
            )
    with town.press.worker(lease=5):
        ended = town.press.finished(row["id"], seconds=60)
    assert ended["status"] == "ready", ended
    assert_one_more(town, host, site, before, mark)


def test_a_frozen_worker_that_wakes_late_changes_nothing(town: Town, olive: Owner, shops) -> None:
    site = shops["netlify"]
    olive.write(site, "/", "<p>slow end</p>")
    slow = olive.asks(site, "netlify")
    with town.press.worker(lease=1) as frozen:

        def freeze() -> None:
            frozen.send(signal.SIGSTOP)

        # At the last question before it would go live: the deploy is ready.
        with struck_at(town.netlify, "getDeploy", freeze) as done:
            assert done.wait(60)
        with town.press.worker(lease=5):
            assert town.press.finished(slow["id"])["status"] == "ready"
            olive.write(site, "/", "<p>fast end</p>")
            olive.puts_live(site, "netlify")
        before = live_versions(town, "netlify", site)
        frozen.send(signal.SIGCONT)
        wait_for(lambda: "let go" in frozen.log() or "lost" in frozen.log().lower())
        assert live_versions(town, "netlify", site) == before
        assert "fast" in served(town, site, "netlify")


@contextmanager
def struck_at(vendor: Vendor, operation: str, strike: object) -> Iterator[threading.Event]:
    begun, done = threading.Event(), threading.Event()

    def hook(request: Request) -> None:
        if request.operation == operation and not begun.is_set():
            begun.set()
            strike()  # type: ignore[operator]
            done.set()

    vendor.pause = hook
    try:
        yield done
    finally:
        vendor.pause = lambda request: None


def test_a_worker_that_is_told_to_stop_gives_the_job_back(town: Town, olive: Owner, shops) -> None:
    site, before = shops["vercel"], live_versions(town, "vercel", shops["vercel"])
    olive.write(site, "/", "<p>handed over end</p>")
    town.vercel.polls_until_ready = 10_000
    row = olive.asks(site, "vercel")
    with town.press.worker(lease=30) as first:
        wait_for(lambda: town.vercel.calls("getDeployment"))
        assert first.terminate() == 0
    town.vercel.polls_until_ready = 1
    # A lease of 30 seconds, and it goes on at once.
    with town.press.worker(lease=5):
        assert town.press.finished(row["id"], seconds=25)["status"] == "ready"
    assert_one_more(town, "vercel", site, before, "handed over")


def test_the_database_goes_away_in_the_middle(town: Town, olive: Owner, shops) -> None:
    site, before = shops["netlify"], live_versions(town, "netlify", shops["netlify"])
    olive.write(site, "/", "<p>outage end</p>")
    row = olive.asks(site, "netlify")

    def outage() -> None:
        town.press.kill("supabase")

    with town.press.worker(lease=5) as worker:
        with struck_at(town.netlify, "uploadDeployFile", outage) as done:
            assert done.wait(60)
        town.press.start("supabase")
        ended = town.press.finished(row["id"], seconds=90)
        assert isinstance(worker, Worker)
    assert ended["status"] == "ready", ended
    assert_one_more(town, "netlify", site, before, "outage")
