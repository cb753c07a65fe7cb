"""A deployment's row is the job: who may ask, who works, and what a late worker may write."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import (
    ACME,
    ADAM,
    BOREALIS,
    EDDIE,
    MIA,
    NORA,
    OLIVE,
    SAM,
    SERVICE,
    VERA,
    ident,
)

SITE = ident("site of Acme")
URL = "http://127.0.0.1:5001/acme/site/"


@pytest.fixture(autouse=True)
def empty_queue(db: Database) -> None:
    db.run("update deployments set status = 'canceled' where status not in ('ready', 'error')")


def request(db: Database, site: str = SITE, by: Any = EDDIE, **more: Any) -> dict[str, Any]:
    names = {"host": "local", **more}
    arguments = ", ".join(f"{name} => ${index}" for index, name in enumerate(names, start=2))
    return db.one(
        f"select * from request_deployment($1, {arguments})", site, *names.values(), by=by
    )


def claim(db: Database, seconds: int = 60) -> Any:
    return db.value("select claim_deployment('worker', $1)", seconds, by=SERVICE)


def renew(db: Database, job: Any, **more: Any) -> Any:
    names = {"lease_seconds": 60, **more}
    arguments = ", ".join(f"{name} => ${index}" for index, name in enumerate(names, start=3))
    sql = f"select renew_deployment($1, $2, {arguments})"
    return db.value(sql, job["id"], job["generation"], *names.values(), by=SERVICE)


def finish(db: Database, job: Any, status: str = "ready", manifest: Any = None) -> Any:
    sql = "select finish_deployment($1, $2, $3, url => $4, manifest => $5)"
    values = (job["id"], job["generation"], status, URL, manifest or {"index.html": "00"})
    return db.value(sql, *values, by=SERVICE)


def cancel(db: Database, job: Any, by: Any = EDDIE) -> Any:
    return db.one("select * from cancel_deployment($1)", job["id"], by=by)


def status(db: Database, job: Any) -> Any:
    return db.value("select status from deployments where id = $1", job["id"], by=VERA)


def lapse(db: Database, job: Any) -> None:
    """The worker is silent until its lease ends."""
    db.run(
        "update private.deployment_leases set lease_until = now() - interval '1 second' "
        f"where deployment_id = '{job['id']}'"
    )


def new_site(db: Database, org: str = ACME) -> str:
    sql = "insert into sites (org_id, name) values ($1, $2) returning id"
    return str(db.value(sql, org, f"Site {uuid4()}"))


# Asking -------------------------------------------------------------------------------------------


def test_a_request_is_queued_in_the_name_of_whoever_asked(db: Database) -> None:
    row = request(db, message="  First try ")
    assert row["status"] == "queued"
    assert (row["org_id"], row["requested_by"], row["message"]) == (ACME, EDDIE.id, "First try")
    assert (row["target"], row["progress"], row["log"]) == ("production", {}, [])


@pytest.mark.parametrize("person", [VERA, MIA], ids=lambda person: person.name)
def test_below_editor_nobody_publishes(db: Database, person: Any) -> None:
    waiting = request(db)
    ready = {"id": ident("deployment of Acme")}
    for sql, thing in (
        ("select request_deployment($1, 'local')", {"id": SITE}),
        ("select cancel_deployment($1)", waiting),
        ("select request_restore($1)", ready),
    ):
        with pytest.raises(Refused, match="Only editors, admins and owners publish") as refusal:
            db.run(sql, thing["id"], by=person)
        assert refusal.value.code == "42501"


@pytest.mark.parametrize("person", [SAM, NORA], ids=lambda person: person.name)
def test_a_stranger_is_told_that_there_is_nothing(db: Database, person: Any) -> None:
    for site in (SITE, str(uuid4())):
        with pytest.raises(Refused, match="^PT404: There is no such site.$"):
            request(db, site, by=person)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"host": "moonbase"}, "host"),
        ({"scheduled_for": "2001-01-01T00:00:00Z", "time_zone": "Europe/Berlin"}, "next year"),
        ({"scheduled_for": "tomorrow", "time_zone": "Mars/Olympus"}, "time zone"),
        ({"time_zone": "Europe/Berlin"}, "time zone"),
        ({"host": None}, "host"),
        ({"target": "moon"}, "target"),
        ({"target": None}, "target"),
        ({"message": "x" * 201}, "message"),
        ({"message": "two\nlines"}, "message"),
        ({"idempotency_key": "x" * 201}, "idempotency key"),
    ],
    ids=str,
)
def test_a_wrong_request_is_refused_in_plain_words(
    db: Database, wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        request(db, **wrong)
    assert refusal.value.code == "23514"


def test_a_newer_request_replaces_one_that_waits_but_never_one_that_runs(db: Database) -> None:
    request(db)
    running = claim(db)
    waiting, newest = request(db), request(db, by=ADAM)
    assert [status(db, job) for job in (running, waiting, newest)] == [
        "building",
        "canceled",
        "queued",
    ]
    error = db.value("select error from deployments where id = $1", waiting["id"])
    assert error["code"] == "superseded"
    assert claim(db) is None
    assert finish(db, running)
    assert claim(db)["id"] == newest["id"]


def test_hosts_and_targets_do_not_wait_for_each_other(db: Database) -> None:
    asked = [request(db), request(db, host="archive"), request(db, target="preview")]
    assert {claim(db)["id"] for _ in asked} == {row["id"] for row in asked}


def test_a_repeated_click_gets_the_same_deployment(db: Database) -> None:
    first = request(db, idempotency_key="k")
    assert request(db, idempotency_key="k")["id"] == first["id"]
    finish(db, claim(db))
    assert request(db, idempotency_key="k")["status"] == "ready"
    assert request(db, idempotency_key="k", by=ADAM)["id"] != first["id"]
    with pytest.raises(Refused, match="PT409"):
        request(db, idempotency_key="k", host="archive")


# Working ------------------------------------------------------------------------------------------


def test_a_publish_goes_its_way(db: Database) -> None:
    asked = request(db)
    job = claim(db)
    assert (job["id"], job["status"], job["generation"], job["attempts"]) == (
        asked["id"],
        "building",
        1,
        1,
    )
    assert job["started_at"]
    assert renew(db, job, progress={"step": "pages", "done": 3, "total": 9}) == "ok"
    assert renew(db, job, status="uploading", log=[{"text": "3 files"}]) == "ok"
    assert renew(db, job, status="processing", log={"text": "switching"}) == "ok"
    assert finish(db, job, manifest={"index.html": "9f86"})
    row = db.one("select * from deployments where id = $1", asked["id"], by=VERA)
    assert (row["status"], row["url"], row["manifest"]) == ("ready", URL, {"index.html": "9f86"})
    assert row["log"] == [{"text": "3 files"}, {"text": "switching"}]
    site = db.one("select * from sites where id = $1", SITE, by=VERA)
    assert site["published_url"] == URL
    assert site["published_deployment_id"] == asked["id"]
    assert site["published_at"] == row["finished_at"]


@pytest.mark.parametrize("other", [{"host": "archive"}, {"target": "preview"}], ids=str)
def test_only_a_production_publish_makes_the_site_live(db: Database, other: dict[str, str]) -> None:
    request(db, **other)
    assert finish(db, claim(db))
    assert db.value("select published_url from sites where id = $1", SITE) is None


def test_a_failed_publish_leaves_the_live_site_alone(db: Database) -> None:
    request(db)
    assert finish(db, claim(db))
    request(db)
    job = claim(db)
    assert finish(db, job, "error")
    assert status(db, job) == "error"
    live = db.value("select published_deployment_id from sites where id = $1", SITE)
    assert live != job["id"]


def test_a_worker_that_lost_its_lease_writes_nothing(db: Database) -> None:
    request(db)
    zombie = claim(db)
    lapse(db, zombie)
    heir = claim(db)
    assert (heir["id"], heir["generation"], heir["attempts"]) == (zombie["id"], 2, 2)
    assert renew(db, zombie) == "lost"
    assert finish(db, zombie, "error") is False
    assert status(db, heir) == "building"
    assert finish(db, heir)
    assert finish(db, zombie, "error") is False
    assert status(db, heir) == "ready"


def test_a_late_but_lone_worker_may_go_on(db: Database) -> None:
    """The database was away for a while, and nobody else took the job."""
    request(db)
    job = claim(db)
    lapse(db, job)
    assert renew(db, job) == "ok"
    assert claim(db) is None


def test_a_lost_answer_may_be_asked_again(db: Database) -> None:
    request(db)
    job = claim(db)
    assert finish(db, job)
    assert finish(db, job)
    assert finish(db, job, "error") is False


def test_a_status_never_steps_back(db: Database) -> None:
    request(db)
    job = claim(db)
    renew(db, job, status="processing")
    renew(db, job, status="building")
    assert status(db, job) == "processing"
    lapse(db, job)
    assert claim(db)["status"] == "processing"


@pytest.mark.parametrize("wrong", ["ready", "queued", "canceled", "error", "nonsense"])
def test_a_renewal_cannot_end_a_deployment(db: Database, wrong: str) -> None:
    request(db)
    job = claim(db)
    with pytest.raises(Refused, match="23514"):
        renew(db, job, status=wrong)
    with pytest.raises(Refused, match="23514"):
        finish(db, job, "building")


def test_giving_a_job_back_lets_another_worker_go_on_at_once(db: Database) -> None:
    request(db)
    for _ in range(8):
        job = claim(db)
        assert renew(db, job, lease_seconds=0) == "ok"
    assert job["attempts"] == 1


def test_a_job_that_kills_its_worker_is_put_aside(db: Database) -> None:
    poison = request(db)
    other = request(db, new_site(db))
    for _ in range(5):
        job = claim(db)
        assert job["id"] == poison["id"]
        lapse(db, job)
    assert claim(db)["id"] == other["id"]
    row = db.one("select status, error from deployments where id = $1", poison["id"])
    assert (row["status"], row["error"]["code"]) == ("error", "worker_lost")


def test_a_long_log_keeps_its_end(db: Database) -> None:
    request(db)
    job = claim(db)
    for part in range(3):
        renew(db, job, log=[{"line": part * 90 + line} for line in range(90)])
    log = db.value("select log from deployments where id = $1", job["id"])
    assert [entry["line"] for entry in log] == list(range(70, 270))


def test_a_big_organization_does_not_keep_a_small_one_waiting(db: Database) -> None:
    for _ in range(30):
        request(db, new_site(db), by=OLIVE)
    small = request(db, new_site(db, BOREALIS), by=SAM)
    claimed = [claim(db)["id"] for _ in range(2)]
    assert small["id"] in claimed


# Stopping and going back -------------------------------------------------------------------------


def test_a_waiting_publish_is_canceled_at_once(db: Database) -> None:
    job = request(db)
    row = cancel(db, job, by=ADAM)
    assert (row["status"], row["error"]["code"]) == ("canceled", "canceled")
    assert row["finished_at"]
    assert claim(db) is None
    assert cancel(db, job)["status"] == "canceled"


@pytest.mark.parametrize("step", ["building", "uploading"])
def test_a_running_publish_stops_at_its_next_step(db: Database, step: str) -> None:
    request(db)
    job = claim(db)
    renew(db, job, status=step)
    cancel(db, job)
    assert renew(db, job) == "canceled"
    assert finish(db, job) is False
    assert status(db, job) == "canceled"
    assert db.value("select published_url from sites where id = $1", SITE) is None


def test_a_publish_that_is_going_live_can_no_longer_be_canceled(db: Database) -> None:
    request(db)
    job = claim(db)
    renew(db, job, status="processing")
    with pytest.raises(Refused, match="PT409: .*going live"):
        cancel(db, job)
    assert finish(db, job)
    with pytest.raises(Refused, match="PT409"):
        cancel(db, job)


def test_going_back_is_a_publish_of_its_own(db: Database) -> None:
    request(db, message="Good")
    good = claim(db)
    finish(db, good)
    request(db, message="Bad")
    finish(db, claim(db))
    row = db.one("select * from request_restore($1)", good["id"], by=ADAM)
    assert (row["status"], row["restored_from"], row["message"]) == ("queued", good["id"], "Good")
    again = db.one("select * from request_restore($1, 'k')", good["id"], by=ADAM)
    same = db.one("select * from request_restore($1, 'k')", good["id"], by=ADAM)
    assert again["id"] == same["id"]
    job = claim(db)
    assert (job["id"], job["restored_from"]) == (again["id"], good["id"])
    assert finish(db, job)
    live = db.value("select published_deployment_id from sites where id = $1", SITE)
    assert live == again["id"]


def test_only_what_was_ready_can_be_restored(db: Database) -> None:
    job = request(db)
    with pytest.raises(Refused, match="PT409"):
        db.run("select request_restore($1)", job["id"], by=EDDIE)
    cancel(db, job)
    with pytest.raises(Refused, match="PT409"):
        db.run("select request_restore($1)", job["id"], by=EDDIE)


def test_a_deleted_site_takes_its_running_publish_along(db: Database) -> None:
    site = new_site(db)
    request(db, site)
    job = claim(db)
    db.run("delete from sites where id = $1", site, by=ADAM)
    assert renew(db, job) == "lost"
    assert finish(db, job) is False


def test_a_member_removed_meanwhile_does_not_stop_the_publish_of_the_team(db: Database) -> None:
    request(db, by=ADAM)
    job = claim(db)
    db.run("delete from organization_members where user_id = $1 and org_id = $2", ADAM.id, ACME)
    with pytest.raises(Refused, match="PT404"):
        cancel(db, job, by=ADAM)
    assert finish(db, job)


def test_the_queue_says_how_it_is(db: Database) -> None:
    request(db)
    request(db, new_site(db))
    claim(db)
    queue = db.value("select deployment_queue()", by=SERVICE)
    assert (queue["queued"], queue["active"]) == (1, 1)
    assert queue["oldest_queued_seconds"] == 0
    assert queue["worker_seen_seconds_ago"] < 60
