"""What visitors send: bounded, told of once, kept as long as the site wants, and gone for good."""

from __future__ import annotations

import json
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
    OLIVE,
    SAM,
    SERVICE,
    VERA,
    Person,
    ident,
)

SITE = ident("site of Acme")
HOOK = ident("hook of Acme")


def store(db: Database, **changed: Any) -> str:
    submission = {
        "id": str(uuid4()),
        "site_id": SITE,
        "form": "contact",
        "path": "/",
        "fields": {"email": "ann@example.com"},
        "files": [],
        "is_spam": False,
        "proof": "",
    } | changed
    return str(db.value("select store_submission($1::jsonb)", json.dumps(submission), by=SERVICE))


def only_hook(db: Database) -> None:
    """Acme has one webhook, which waits for nothing."""
    db.run("delete from form_deliveries")
    db.run("delete from form_hooks where id <> $1", HOOK)


def claim(db: Database) -> dict[str, Any] | None:
    told = db.value("select claim_form_delivery(60)", by=SERVICE)
    return json.loads(told) if isinstance(told, str) else told


def finish(db: Database, job: dict[str, Any], outcome: str = "sent", attempt: int = 0) -> bool:
    return bool(
        db.value(
            "select finish_form_delivery($1, $2, $3, 200, '')",
            job["id"], attempt or job["attempt"], outcome, by=SERVICE,
        )
    )  # fmt: skip


def delivery(db: Database, job: dict[str, Any]) -> dict[str, Any]:
    return db.one("select * from form_deliveries where id = $1", job["id"])


def test_an_answer_is_kept_only_for_a_form_that_is_live(db: Database) -> None:
    store(db)
    for changed in ({"form": "other"}, {"site_id": str(uuid4())}):
        with pytest.raises(Refused, match="does not take answers"):
            store(db, **changed)
    db.run("update published_forms set retired_at = now() - interval '59 minutes'")
    store(db)
    db.run("update published_forms set retired_at = now() - interval '61 minutes'")
    with pytest.raises(Refused, match="does not take answers"):
        store(db)
    assert db.value("select published_form($1, 'contact')", SITE, by=SERVICE) is None


def test_a_proof_of_work_counts_once(db: Database) -> None:
    store(db, proof="a proof")
    with pytest.raises(Refused, match="sent already"):
        store(db, proof="a proof")
    store(db, proof="another")


def test_a_full_inbox_makes_room_from_what_nobody_wants_and_then_says_so(db: Database) -> None:
    db.run("delete from form_submissions")
    db.run(
        "insert into form_submissions (org_id, site_id, form, fields, state) "
        "select $1, $2, 'contact', '{}', case when n <= 150 then 'spam' else 'read' end "
        "from generate_series(1, 20000) n", ACME, SITE,
    )  # fmt: skip
    kept = store(db)
    count = "select count(*) from form_submissions where state = $1"
    assert db.value(count, "spam") == 50
    assert db.value("select state from form_submissions where id = $1", kept) == "new"
    db.run("update form_submissions set state = 'read'")
    db.run("insert into form_submissions (org_id, site_id, form, fields) "
           "select $1, $2, 'contact', '{}' from generate_series(1, 200)", ACME, SITE)  # fmt: skip
    with pytest.raises(Refused, match="full"):
        store(db)


def test_each_webhook_of_the_form_is_told_and_the_team_once(db: Database) -> None:
    only_hook(db)
    db.run("insert into form_hooks (org_id, site_id, form, url) "
           "values ($1, $2, 'other', 'https://other.example/')", ACME, SITE)  # fmt: skip
    kept = store(db)
    rows = db.run("select * from form_deliveries order by hook_id nulls last")
    assert [(row["hook_id"], row["submission_id"]) for row in rows] == [(HOOK, kept), (None, None)]
    store(db)
    assert db.value("select count(*) from form_deliveries where hook_id is null") == 1
    store(db, is_spam=True)
    assert db.value("select count(*) from form_deliveries") == 3


def test_a_claim_holds_until_its_lease_is_over_and_fences_whoever_had_it_before(
    db: Database,
) -> None:
    only_hook(db)
    store(db)
    db.run("delete from form_deliveries where hook_id is null")
    job = claim(db)
    assert job is not None and job["kind"] == "webhook" and job["attempt"] == 1
    assert job["submission"]["fields"] == {"email": "ann@example.com"}
    assert set(job["hook"]) == {"id", "url", "key_id", "nonce", "ciphertext"}
    assert claim(db) is None
    db.run("update form_deliveries set next_at = now() - interval '1 second'")
    second = claim(db)
    assert second is not None and second["attempt"] == 2
    assert not finish(db, job), "it was taken over"
    assert finish(db, second)
    assert not finish(db, second), "it has ended"
    assert claim(db) is None


def test_what_fails_is_tried_again_later_and_later_and_then_given_up(db: Database) -> None:
    only_hook(db)
    store(db)
    db.run("delete from form_deliveries where hook_id is null")
    waits = []
    for _ in range(7):
        db.run("update form_deliveries set next_at = now() - interval '1 second'")
        job = claim(db)
        assert job is not None
        assert finish(db, job, "again")
        wait = "select extract(epoch from next_at - clock_timestamp()) from form_deliveries"
        waits.append(float(db.value(wait)))
    row = db.one("select * from form_deliveries")
    assert (row["state"], row["attempts"]) == ("failed", 7)
    assert row["ended_at"] is not None
    assert all(earlier < later for earlier, later in zip(waits[:6], waits[1:6], strict=False))
    for person in (EDDIE, SAM):
        with pytest.raises(Refused, match="nothing that failed"):
            db.run("select retry_form_delivery($1)", row["id"], by=person)
    db.run("select retry_form_delivery($1)", row["id"], by=ADAM)
    again = claim(db)
    assert again is not None and again["attempt"] == 1


def test_a_receiver_that_is_away_is_not_asked_for_each_answer_anew(db: Database) -> None:
    only_hook(db)
    for _ in range(3):
        store(db)
    db.run("delete from form_deliveries where hook_id is null")
    job = claim(db)
    assert job is not None and finish(db, job, "again")
    assert claim(db) is None
    again = "select count(*) from form_deliveries where state = 'waiting' and next_at > now()"
    assert db.value(again) == 3


def test_organizations_take_turns(db: Database) -> None:
    only_hook(db)
    db.run(
        "insert into form_deliveries (org_id, site_id, hook_id, next_at) select org_id, site_id, "
        "id, now() - interval '1 hour' from form_hooks, generate_series(1, 3)"
    )
    db.run(
        "insert into form_deliveries (org_id, site_id) values ($1, $2)",
        BOREALIS, ident("site of Borealis"),
    )  # fmt: skip
    jobs = [claim(db) for _ in range(3)]
    assert {job["org_id"] for job in jobs[:2] if job} == {ACME, BOREALIS}


def test_what_takes_its_worker_down_every_time_is_put_aside(db: Database) -> None:
    only_hook(db)
    store(db)
    db.run("delete from form_deliveries where hook_id is null")
    for _ in range(12):
        assert claim(db) is not None
        db.run("update form_deliveries set next_at = now() - interval '1 second'")
    assert claim(db) is None
    row = db.one("select state, problem from form_deliveries")
    assert row == {"state": "failed", "problem": "It was interrupted too often."}


def test_the_mail_goes_to_editors_who_want_it_and_tells_what_is_new(db: Database) -> None:
    only_hook(db)
    db.run("delete from form_hooks")
    db.run("delete from form_submissions")
    db.run("update user_settings set notifications = '{\"forms\": false}' where user_id = $1",
           ADAM.id)  # fmt: skip
    store(db)
    store(db)
    store(db, is_spam=True)
    job = claim(db)
    assert job is not None and job["kind"] == "mail"
    assert job["counts"] == {"contact": 2}
    people = set(job["recipients"])
    assert {OLIVE.email, EDDIE.email} <= people
    assert not people & {ADAM.email, MIA.email, VERA.email, SAM.email}
    # One that comes while the mail is on its way has a mail of its own, later.
    db.run("update form_deliveries set claimed_at = now() - interval '1 minute'")
    store(db)
    assert finish(db, job)
    mails = db.run("select * from form_deliveries where state = 'waiting'")
    assert len(mails) == 1
    assert claim(db) is None, "not within five minutes"


def new_job(db: Database, target: str) -> str:
    """A publish that somebody works on, claimed three times."""
    values = "values ($1, $2, 'archive', $3, 'building') returning id"
    columns = "(org_id, site_id, host, target, status)"
    job = db.one(f"insert into deployments {columns} {values}", ACME, SITE, target)["id"]
    db.run(
        "insert into private.deployment_leases (deployment_id, worker, generation, attempts, "
        "claimed_at, lease_until) values ($1, 'w', 3, 1, now(), now())",
        job,
    )
    return str(job)


def test_only_the_worker_that_holds_the_publish_says_which_forms_there_are(db: Database) -> None:
    job = new_job(db, "production")
    note = "select note_published_forms($1, $2, 'https://acme.example/', $3::jsonb)"

    def live() -> set[str]:
        rows = db.run("select form from published_forms where site_id = $1 and host = 'archive' "
                      "and retired_at is null", SITE)  # fmt: skip
        return {row["form"] for row in rows}

    assert db.value(note, job, 2, '{"old": {}}', by=SERVICE) == "lost"
    assert live() == set()
    assert db.value(note, job, 3, '{"one": {}, "two": {}}', by=SERVICE) == "ok"
    assert live() == {"one", "two"}
    db.value(note, job, 3, '{"two": {"proof": true}}', by=SERVICE)
    assert live() == {"two"}
    # The other host's forms are its own.
    kept = "select retired_at from published_forms where site_id = $1 and host = 'local'"
    assert db.value(kept, SITE) is None
    assert db.value(note, new_job(db, "preview"), 3, "{}", by=SERVICE) == "lost"


def test_what_a_site_keeps_no_longer_goes_and_what_was_deleted_a_week_ago(db: Database) -> None:
    db.run("delete from form_submissions")
    rows = {
        "new": ("new", "31 days", "31 days"),
        "young": ("new", "29 days", "29 days"),
        "deleted": ("deleted", "20 days", "8 days"),
        "just deleted": ("deleted", "20 days", "6 days"),
    }
    for name, (state, age, changed) in rows.items():
        db.run(
            "insert into form_submissions (org_id, site_id, form, fields, state, created_at, "
            "changed_at) values ($1, $2, 'contact', $3::jsonb, $4, now() - $5::interval, "
            "now() - $6::interval)",
            ACME, SITE, json.dumps({"name": name}), state, age, changed,
        )  # fmt: skip
    names = (
        "select coalesce(string_agg(fields ->> 'name', ',' order by 1), '') from form_submissions"
    )
    db.run("select purge_submissions()", by=SERVICE)
    assert set(str(db.value(names)).split(",")) == {"new", "young", "just deleted"}
    db.run("update sites set form_retention_days = 30 where id = $1", SITE, by=EDDIE)
    db.run("select purge_submissions()", by=SERVICE)
    assert set(str(db.value(names)).split(",")) == {"young", "just deleted"}


def test_files_are_orphans_once_what_they_belong_to_is_gone(db: Database) -> None:
    kept = store(db)
    files = {f"{ACME}/{kept}/1": "1 hour", f"{ACME}/{uuid4()}/1": "1 minute"}
    for name, age in (files | {f"{ACME}/gone/1": "1 hour"}).items():
        db.run(
            "insert into storage.objects (id, bucket_id, name, created_at) "
            "values ($1, 'submissions', $2, now() - $3::interval)",
            str(uuid4()), name, age,
        )  # fmt: skip
    told = db.value("select orphaned_files()", by=SERVICE)
    found = json.loads(told) if isinstance(told, str) else told
    assert found["submissions"] == [f"{ACME}/gone/1"]


@pytest.mark.parametrize("person", [MIA, VERA, SAM], ids=lambda person: person.name)
def test_nobody_else_erases(db: Database, person: Person) -> None:
    store(db)
    with pytest.raises(Refused, match="your role"):
        db.run("select erase_submissions($1, 'ann@example.com')", ACME, by=person)
    assert db.value("select erase_submissions($1, 'ann@example.com')", BOREALIS, by=SAM) == 0
    assert db.value("select erase_submissions($1, ' ANN@example.com')", ACME, by=EDDIE) == 1


def test_an_address_in_a_field_with_several_answers_is_found(db: Database) -> None:
    store(db, fields={"who": ["bea@example.com", "Ann@example.com"]})
    rows = db.run("select id from submissions_of($1, 'ann@example.com')", ACME, by=EDDIE)
    assert len(rows) == 1


def test_a_site_has_at_most_ten_webhooks(db: Database) -> None:
    db.run("delete from form_hooks")
    save = "select id from save_form_hook($1, $2::jsonb, $3::jsonb)"
    secret = json.dumps({"key_id": "k", "nonce": "AAAAAAAAAAAAAAAA", "ciphertext": "AAAA" * 12})

    def hook() -> str:
        return json.dumps(
            {"id": str(uuid4()), "site_id": SITE, "form": "", "url": "https://a.example/"}
        )

    for _ in range(10):
        db.run(save, ADAM.id, hook(), secret, by=SERVICE)
    with pytest.raises(Refused, match="at most ten"):
        db.run(save, ADAM.id, hook(), secret, by=SERVICE)
    for person, words in ((EDDIE, "Only admins"), (SAM, "no such site")):
        with pytest.raises(Refused, match=words):
            db.run(save, person.id, hook(), secret, by=SERVICE)


def test_webhooks_stand_in_the_log(db: Database) -> None:
    db.run("delete from form_hooks where id = $1", HOOK, by=ADAM)
    db.run("set constraints all immediate")
    row = db.one("select * from activity_logs where action = 'webhook.deleted' "
                 "order by sequence desc limit 1")  # fmt: skip
    assert row["object_label"] == "Acme site"
    assert "hooks.example" not in json.dumps(row["before"], default=str)
