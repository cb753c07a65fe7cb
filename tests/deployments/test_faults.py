"""Workers that die, freeze, or lose the database: one live version, and no job is stuck."""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from services.config import Config
from services.deployments.live import production_slot
from services.deployments.settle import settle
from services.supabase import as_service
from tests.deployments.faulty_worker import POINTS
from tests.deployments.press import Press, Publisher, wait_for

KILLS = int(os.environ.get("PUBLISH_KILLS", "20"))


def marked(number: int) -> dict[str, str]:
    return {"/": f"<p>mark {number} end</p>", "/a": f"<p>mark {number} end</p>"}


def mark_at(press: Press, url: str) -> int:
    """Return the mark of the version that a visitor sees: whole, and the same on every page."""
    answer = press.visit(url)
    assert answer.status_code == 200, answer.text
    found = re.search(r"mark (\d+) end", answer.text)
    assert found, answer.text
    return int(found[1])


def change(person: Publisher, site: str, number: int) -> None:
    for path, html in marked(number).items():
        person.write(site, path, html)


def assert_settled(press: Press, site: str, row: dict) -> None:
    """The database, the disk and the visitor agree on one live version."""
    live = production_slot(press.data_dir, site).read()
    (kept,) = press.read(f"sites?id=eq.{site}")
    assert live.deployment_id == row["id"] == kept["published_deployment_id"]
    active = "status=in.(queued,building,uploading,processing)"
    assert press.read(f"deployments?site_id=eq.{site}&{active}") == []


@pytest.fixture(scope="module")
def shops(press: Press, olive: Publisher) -> Iterator[str]:
    """Sites that show mark 1, made all at once because starting a worker takes its time."""
    made = olive.sites({f"Shop {n}": marked(1) for n in range(40)})
    with press.worker():
        ended = press.all_finished([olive.publish(site)["id"] for site in made])
        assert {row["status"] for row in ended} == {"ready"}
    return iter(made)


@pytest.fixture
def site(olive: Publisher, shops: Iterator[str]) -> str:
    """A site that shows mark 1, and whose pages say mark 2."""
    made = next(shops)
    change(olive, made, 2)
    return made


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_another_worker_finishes_the_publish(press, olive, site, point):
    url = olive.row_of(site)["published_url"]
    row = olive.publish(site)
    with press.faulty_worker("kill", point) as victim:
        assert victim.process.wait(30) == -signal.SIGKILL
    gone_live = list(POINTS).index(point) >= list(POINTS).index("live")
    assert mark_at(press, url) == (2 if gone_live else 1)
    with press.worker(lease=5):
        ended = press.finished(row["id"])
    assert ended["status"] == "ready", ended
    assert mark_at(press, url) == mark_at(press, url + "a/") == 2
    assert_settled(press, site, ended)


@pytest.mark.parametrize(
    "point", ["begun", "built", "processing", "before-live", "live", "before-finish"]
)
def test_a_frozen_worker_that_wakes_up_later_changes_nothing(press, olive, site, point):
    url = olive.row_of(site)["published_url"]
    row = olive.publish(site)
    with press.faulty_worker("freeze", point) as zombie:
        change(olive, site, 3)
        with press.worker(lease=5):
            taken_over = press.finished(row["id"])
            assert taken_over["status"] == "ready"
            change(olive, site, 4)
            last = olive.published(site)
            pointer = production_slot(press.data_dir, site).pointer.read_bytes()
            zombie.send(signal.SIGCONT)
            wait_for(lambda zombie=zombie: "let go" in zombie.log())
            assert production_slot(press.data_dir, site).pointer.read_bytes() == pointer
        assert press.deployment(row["id"]) == taken_over
        assert mark_at(press, url) == 4
        assert_settled(press, site, last)


def test_killed_at_random_moments_every_visitor_sees_whole_versions_in_order(press, olive):
    sites = olive.sites({f"Corner shop {n}": marked(0) for n in range(4)})
    with press.worker():
        urls = {site: olive.published(site)["url"] for site in sites}
    seen: dict[str, list[int]] = {site: [0] for site in sites}
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            for site, url in urls.items():
                seen[site].append(mark_at(press, url))
            time.sleep(0.01)

    visitor = threading.Thread(target=look)
    visitor.start()
    asked: list[str] = []
    try:
        for number in range(1, KILLS + 1):
            site = sites[number % len(sites)]
            change(olive, site, number)
            asked.append(olive.publish(site)["id"])
            with press.worker(lease=1) as victim:
                wait_for(lambda victim=victim: "job " in victim.log(), every=0.01)
                if number % 3 == 0:
                    # Five deaths put a job aside, which is another test's story.
                    press.all_finished(asked)
                time.sleep(random.uniform(0, 0.35))
        with press.worker(lease=3), press.worker(lease=3):
            ended = press.all_finished(asked)
    finally:
        done.set()
        visitor.join()
    assert {row["status"] for row in ended} <= {"ready", "canceled"}, ended
    for site in sites:
        rows = [row for row in ended if row["site_id"] == site and row["status"] == "ready"]
        last = max(rows, key=lambda row: row["sequence"])
        assert_settled(press, site, last)
        number = max(n for n in range(1, KILLS + 1) if sites[n % len(sites)] == site)
        assert mark_at(press, urls[site]) == number
        assert seen[site] == sorted(seen[site])


def test_many_workers_share_a_long_queue_and_each_job_is_claimed_once(press, olive):
    sites = olive.sites({f"Stall {n}": marked(n) for n in range(110)})
    body = {"host": "local", "target": "production", "message": "", "idempotency_key": None}
    rows = [olive.rest("POST", "rpc/request_deployment", json=body | {"site_id": s}) for s in sites]
    with press.worker() as one, press.worker() as two, press.worker() as three:
        ended = press.all_finished([row["id"] for row in rows])
    assert {row["status"] for row in ended} == {"ready"}
    claims = re.findall(r"job (\S+): production", one.log() + two.log() + three.log())
    assert sorted(claims) == sorted(row["id"] for row in ended)
    for number, row in enumerate(ended):
        assert mark_at(press, row["url"]) == number


def test_a_canceled_publish_stops_and_nothing_of_it_goes_live(press, olive, site):
    url = olive.row_of(site)["published_url"]
    row = olive.publish(site)
    with press.faulty_worker("wait", "first-blob", lease=5) as worker:
        answer = olive.api.post(f"/api/deployments/{row['id']}/cancel")
        assert (answer.status_code, answer.json()["status"]) == (202, "canceled")
        press.go_on(worker)
        wait_for(lambda: "let go" in worker.log())
        assert mark_at(press, url) == 1
        assert press.deployment(row["id"])["status"] == "canceled"
        change(olive, site, 5)
        assert_settled(press, site, olive.published(site))
        assert mark_at(press, url) == 5


def test_a_publish_that_is_going_live_can_no_longer_be_canceled(press, olive, site):
    row = olive.publish(site)
    with press.faulty_worker("wait", "processing", lease=5) as worker:
        assert olive.api.post(f"/api/deployments/{row['id']}/cancel").status_code == 409
        press.go_on(worker)
        assert press.finished(row["id"])["status"] == "ready"


def test_a_newer_publish_replaces_the_one_that_waits_behind_a_running_one(press, olive, site):
    first = olive.publish(site)
    with press.faulty_worker("wait", "built", lease=5) as worker:
        second = olive.publish(site)
        change(olive, site, 3)
        third = olive.publish(site)
        press.go_on(worker)
        ended = [press.finished(row["id"]) for row in (first, second, third)]
    assert [row["status"] for row in ended] == ["ready", "canceled", "ready"]
    assert ended[1]["error"]["code"] == "superseded"
    assert mark_at(press, ended[2]["url"]) == 3
    assert_settled(press, site, ended[2])


@pytest.mark.parametrize("point", ["first-blob", "live"])
def test_a_database_that_goes_away_in_the_middle_is_waited_for(press, olive, site, point):
    row = olive.publish(site)
    with press.faulty_worker("wait", point, lease=30) as patient:
        press.kill("supabase")
        press.go_on(patient)
        time.sleep(3)
        press.start("supabase")
        ended = press.finished(row["id"], seconds=40)
        assert ended["status"] == "ready", ended
        assert patient.process.poll() is None
    assert mark_at(press, ended["url"]) == 2
    assert_settled(press, site, ended)


def test_a_worker_told_to_end_gives_its_job_back_at_once(press, olive, site):
    row = olive.publish(site)
    with press.faulty_worker("wait", "first-blob", lease=60) as leaving:
        started = time.monotonic()
        leaving.send(signal.SIGTERM)
        press.go_on(leaving)
        assert leaving.process.wait(30) == 0
        assert time.monotonic() - started < 10
    with press.worker(lease=60):
        # Long before the lease would have run out.
        ended = press.finished(row["id"], seconds=40)
    assert ended["status"] == "ready"
    assert_settled(press, site, ended)


def test_a_job_that_takes_every_worker_down_is_put_aside(press, olive, site):
    row = olive.publish(site)
    for _ in range(5):
        with press.faulty_worker("kill", "begun"):
            pass
    with press.worker():
        ended = press.finished(row["id"])
    assert (ended["status"], ended["error"]["code"]) == ("error", "worker_lost")
    assert mark_at(press, olive.row_of(site)["published_url"]) == 1


def service(press: Press):
    return as_service(Config.from_env(press.env))


def test_a_publish_put_aside_after_it_went_live_is_taken_back(press, olive, site):
    row = olive.publish(site)
    with press.faulty_worker("kill", "live"):
        pass
    for _ in range(4):
        with press.faulty_worker("kill", "claimed"):
            pass
    with press.worker():
        assert press.finished(row["id"])["status"] == "error"
        (kept,) = press.read(f"sites?id=eq.{site}")
        settle(service(press), press.data_dir)
        assert mark_at(press, kept["published_url"]) == 1
        live = production_slot(press.data_dir, site).read()
        assert live.deployment_id == kept["published_deployment_id"]


def test_a_deleted_site_is_no_longer_served(press, olive, site):
    url = olive.row_of(site)["published_url"]
    olive.rest("DELETE", f"sites?id=eq.{site}")
    settle(service(press), press.data_dir)
    assert press.visit(url).status_code == 404
    assert press.visit(url + "a/").status_code == 404


def test_a_site_deleted_during_its_publish_does_not_come_back(press, olive, site):
    url = olive.row_of(site)["published_url"]
    olive.publish(site)
    with press.faulty_worker("wait", "processing", lease=5) as worker:
        olive.rest("DELETE", f"sites?id=eq.{site}")
        press.go_on(worker)
        wait_for(lambda: "let go" in worker.log())
        settle(service(press), press.data_dir)
        assert press.visit(url).status_code == 404
