"""The activity log: complete whichever way a change came, read by members, and never changed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import (
    ACME,
    ADAM,
    ANON,
    BOREALIS,
    EDDIE,
    MIA,
    NORA,
    OLIVE,
    PEOPLE,
    RITA,
    SAM,
    SERVICE,
    VERA,
    Person,
    ident,
)
from tests.policies.rest import Rest

SITE, PAGE = ident("site of Acme"), ident("page of Acme")
FLUSH = "set constraints all immediate; set constraints all deferred"


def told(
    db: Database, sql: str, by: Person | None = EDDIE, org: str = ACME
) -> list[dict[str, Any]]:
    """What a statement leaves in the log."""
    db.run(FLUSH)
    last = "select coalesce(max(sequence), 0)::int from activity_logs where org_id = $1"
    before = db.value(last, org)
    db.run(sql, by=by)
    # At the end of a request the claims are still those of the person.
    db.run(FLUSH, by=by)
    return db.run(
        "select * from activity_logs where org_id = $1 and sequence > $2 order by sequence",
        org,
        before,
    )


def actions(rows: list[dict[str, Any]]) -> list[str]:
    return [row["action"] for row in rows]


# What is told ------------------------------------------------------------------------------------


def test_a_line_says_who_did_what_to_what_before_and_after(db: Database) -> None:
    (row,) = told(db, f"update sites set name = 'New name', theme = '{{}}' where id = '{SITE}'")
    assert (row["actor_kind"], row["actor_id"], row["actor_name"]) == ("person", EDDIE.id, "eddie")
    assert (row["action"], row["object_type"], row["object_id"]) == ("site.updated", "site", SITE)
    assert row["object_label"] == "New name"
    assert (row["before"], row["after"]) == ({"name": "Acme site"}, {"name": "New name"})


@pytest.mark.parametrize(
    ("sql", "by", "expected"),
    [
        (
            "update organizations set name = 'A' where id = '%(acme)s'",
            OLIVE,
            "organization.updated",
        ),
        ("select set_member_role('%(acme)s', '%(vera)s', 'member')", OLIVE, "member.role_changed"),
        ("select remove_member('%(acme)s', '%(vera)s')", OLIVE, "member.removed"),
        ("select leave_organization('%(acme)s')", MIA, "member.removed"),
        (
            "select create_invitation('%(acme)s', 'x@example.com', 'viewer', repeat('1', 64))",
            ADAM,
            "invitation.created",
        ),
        ("select withdraw_invitation('%(invitation)s')", ADAM, "invitation.withdrawn"),
        (
            "select resend_invitation('%(invitation)s', repeat('1', 64))",
            ADAM,
            "invitation.resent",
        ),
        ("insert into sites (org_id, name) values ('%(acme)s', 'New')", EDDIE, "site.created"),
        ("update sites set domain = 'a.org' where id = '%(site)s'", EDDIE, "site.updated"),
        ("delete from sites where id = '%(site)s'", ADAM, "site.deleted"),
        (
            "insert into pages (site_id, title, path) values ('%(site)s', 'P', '/p')",
            EDDIE,
            "page.created",
        ),
        ("update pages set status = 'draft' where id = '%(page)s'", EDDIE, "page.updated"),
        (
            "update pages set seo = '{\"noindex\": true}' where id = '%(page)s'",
            EDDIE,
            "page.updated",
        ),
        ("delete from pages where id = '%(page)s'", EDDIE, "page.deleted"),
        ("select request_deployment('%(site)s', 'archive')", EDDIE, "deployment.requested"),
    ],
)
def test_what_people_do_is_told_once(db: Database, sql: str, by: Person, expected: str) -> None:
    names = {"acme": ACME, "vera": VERA.id, "site": SITE, "page": PAGE}
    names["invitation"] = ident("invitation of Acme")
    rows = told(db, sql % names if "%(" in sql else sql, by=by)
    assert actions(rows) == [expected]
    assert (rows[0]["actor_kind"], rows[0]["actor_id"]) == ("person", by.id)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("update organizations set plan = 'pro' where id = '%s'", "organization.updated"),
        ("update subscriptions set status = 'active' where org_id = '%s'", "subscription.updated"),
        ("delete from subscriptions where org_id = '%s'", "subscription.deleted"),
        ("update invoices set status = 'void' where org_id = '%s'", "invoice.updated"),
        (
            "insert into invoices (org_id, stripe_invoice_id, status, currency, total_cents) "
            "values ('%s', 'in_2', 'open', 'usd', 900)",
            "invoice.created",
        ),
        ("update integrations set state = 'broken' where org_id = '%s'", "integration.updated"),
        ("delete from integrations where org_id = '%s'", "integration.disconnected"),
        (
            "insert into integrations (org_id, provider) values ('%s', 'vercel')",
            "integration.connected",
        ),
        (
            "update deployments set status = 'error' where org_id = '%s' and target = 'production'",
            "deployment.failed",
        ),
    ],
)
def test_what_happens_in_the_database_itself_is_told_too(
    db: Database, sql: str, expected: str
) -> None:
    rows = told(db, sql % ACME, by=None)
    assert actions(rows) == [expected]
    assert (rows[0]["actor_kind"], rows[0]["actor_id"]) == ("operator", None)


def test_a_publish_is_told_by_the_worker(db: Database) -> None:
    db.run("select request_deployment($1, 'archive')", SITE, by=EDDIE)
    job = {"id": None}
    while job["id"] != db.value(
        "select id from deployments where site_id = $1 order by sequence desc limit 1", SITE
    ):
        job = db.value("select claim_deployment('worker', 60)", by=SERVICE)
    done = f"select finish_deployment('{job['id']}', 1, 'ready', null, '{{}}')"
    (row,) = told(db, done, by=SERVICE)
    assert (row["action"], row["actor_kind"]) == ("deployment.ready", "service")
    assert row["object_label"] == "Acme site"


@pytest.mark.parametrize(
    "sql",
    [
        "update pages set html = '<p>typed</p>' where id = '%(page)s'",
        "update pages set content = '{}', css = 'p {}', js = '1' where id = '%(page)s'",
        "update pages set position = 3 where id = '%(page)s'",
        "update pages set title = title where id = '%(page)s'",
        "update sites set name = name where id = '%(site)s'",
    ],
)
def test_autosaves_and_changes_of_nothing_are_not_told(db: Database, sql: str) -> None:
    assert told(db, sql % {"page": PAGE, "site": SITE}) == []


def test_the_pages_of_a_deleted_site_are_told_with_it(db: Database) -> None:
    db.run("insert into pages (site_id, title, path) values ($1, 'P', '/p')", SITE, by=EDDIE)
    assert actions(told(db, f"delete from sites where id = '{SITE}'", by=OLIVE)) == ["site.deleted"]


def test_custom_code_is_told_of_but_not_told(db: Database) -> None:
    (row,) = told(db, f"update sites set head_code = 'key=hidden-word' where id = '{SITE}'")
    assert row["after"] == {"head_code": "(hidden)"}
    assert "hidden-word" not in str(row)


def test_a_long_value_is_told_by_its_beginning(db: Database) -> None:
    seo = '{"description": "' + "x" * 9000 + '"}'
    (row,) = told(db, f"update sites set seo = '{seo}' where id = '{SITE}'")
    assert row["after"] == {"seo": "…"}


def test_a_deleted_account_stays_named_in_the_log(db: Database) -> None:
    (row,) = told(db, "select delete_account()", by=MIA)
    assert (row["action"], row["actor_id"]) == ("member.removed", MIA.id)
    assert db.value("select verify_activity_chain($1) ->> 'ok'", ACME, by=OLIVE) == "true"


def test_a_write_over_the_api_is_told_with_its_writer(rest: Rest) -> None:
    """The triggers run when the request commits, and must still know whose it is."""
    site = rest.insert(EDDIE, "sites", org_id=ACME, name="Told of").json()[0]["id"]
    rest.call(EDDIE, "request_deployment", site_id=site, host="archive")
    job = {"site_id": None}
    while job["site_id"] != site:
        job = rest.call(SERVICE, "claim_deployment", worker="a worker").json()
    done = {"deployment_id": job["id"], "generation": 1, "status": "error", "error": {}}
    assert rest.call(SERVICE, "finish_deployment", **done).json() is True
    rows = rest.get(MIA, "activity_logs", order="sequence.desc", limit="100").json()
    lines = [
        (row["action"], row["actor_kind"], row["actor_id"])
        for row in reversed(rows)
        if row["object_id"] in (site, job["id"])
    ]
    assert lines == [
        ("site.created", "person", EDDIE.id),
        ("deployment.requested", "person", EDDIE.id),
        ("deployment.failed", "service", None),
    ]
    assert rest.call(MIA, "verify_activity_chain", org_id=ACME).json()["ok"] is True


# Reading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [*PEOPLE, ANON], ids=lambda person: person.name)
def test_only_members_of_the_organization_read_its_log(db: Database, person: Person) -> None:
    db.run(FLUSH)
    count = "select count(*)::int from activity_logs where org_id = $1"
    readers = {OLIVE, ADAM, EDDIE, MIA}
    if person == ANON:
        with pytest.raises(Refused):
            db.run(count, ACME, by=person)
    else:
        assert (db.value(count, ACME, by=person) > 0) == (person in readers)


def test_each_filter_of_the_screen_has_an_index(db: Database) -> None:
    indexes = db.run("select indexdef from pg_indexes where tablename = 'activity_logs'")
    found = " ".join(row["indexdef"] for row in indexes)
    for columns in (
        "(org_id, sequence)",
        "(org_id, actor_id, sequence DESC)",
        "(org_id, action, sequence DESC)",
        "(org_id, object_type, object_id, sequence DESC)",
        "(org_id, created_at DESC)",
    ):
        assert columns in found


# Forging -----------------------------------------------------------------------------------------

FORGED = (
    "insert into activity_logs "
    "(org_id, sequence, actor_kind, action, object_type, object_id, created_at, "
    "previous_hash, hash) "
    f"values ('{ACME}', 1, 'person', 'site.deleted', 'site', '{SITE}', '2020-01-01', '', "
    "repeat('0', 64))"
)


@pytest.mark.parametrize("person", [*PEOPLE, SERVICE, ANON], ids=lambda person: person.name)
@pytest.mark.parametrize(
    "sql",
    [
        FORGED,
        "update activity_logs set actor_name = 'somebody else'",
        "delete from activity_logs",
        "truncate activity_logs",
        "select private.chain_activity()",
        "update private.activity_heads set sequence = 0",
        "delete from private.activity_heads",
        "alter table activity_logs disable trigger all",
    ],
)
def test_nobody_writes_in_the_log(db: Database, person: Person, sql: str) -> None:
    with pytest.raises(Refused) as refusal:
        db.run(sql, by=person)
    assert refusal.value.code == "42501"


@pytest.mark.parametrize(
    "sql",
    [
        "update activity_logs set actor_name = 'somebody else'",
        "delete from activity_logs",
        "truncate activity_logs",
        "truncate organizations cascade",
    ],
)
def test_not_even_the_tables_owner_changes_the_log(db: Database, sql: str) -> None:
    db.run(FLUSH)
    with pytest.raises(Refused, match="only ever added to") as refusal:
        db.run(sql)
    assert refusal.value.code == "42501"


def test_a_forged_line_gets_its_place_and_its_time_from_the_chain(db: Database) -> None:
    db.run(FLUSH)
    db.run(FORGED)
    row = db.one(
        "select *, created_at > now() - interval '1 day' as is_new from activity_logs "
        "where org_id = $1 order by sequence desc limit 1",
        ACME,
    )
    assert row["sequence"] > 1 and row["is_new"]
    assert row["hash"] != "0" * 64


# The chain ---------------------------------------------------------------------------------------


def check(db: Database, org: str = ACME, by: Person = MIA) -> dict[str, Any]:
    answer: dict[str, Any] = db.value("select verify_activity_chain($1)", org, by=by)
    return answer


def test_the_chain_holds_and_every_organization_has_its_own(db: Database) -> None:
    for number in range(5):
        told(db, f"update sites set name = 'Name {number}' where id = '{SITE}'")
    answer = check(db)
    entries = db.value("select count(*)::int from activity_logs where org_id = $1", ACME)
    assert answer["ok"] and answer["entries"] == entries
    assert check(db, BOREALIS, SAM)["ok"]
    new = db.value("select id from create_organization('New')", by=NORA)
    assert check(db, new, NORA) == {"ok": True, "entries": 0, "hash": ""}


@pytest.mark.parametrize(
    "tampering",
    [
        "update activity_logs set actor_name = 'mia' where org_id = '%s' and sequence = 3",
        "update activity_logs set actor_id = null, actor_kind = 'person' "
        "where org_id = '%s' and sequence = 3",
        'update activity_logs set after = \'{"role": "viewer"}\' '
        "where org_id = '%s' and sequence = 3",
        "update activity_logs set created_at = created_at + interval '1 microsecond' "
        "where org_id = '%s' and sequence = 3",
        "update activity_logs set object_label = 'x' where org_id = '%s' and sequence = 3",
        "update activity_logs set hash = repeat('0', 64) where org_id = '%s' and sequence = 3",
        "update activity_logs a set object_label = 'x', hash = private.activity_hash("
        'jsonb_populate_record(a, \'{"object_label": "x"}\')) '
        "where org_id = '%s' and sequence = 2",
        "delete from activity_logs where org_id = '%s' and sequence = 3",
    ],
)
def test_a_line_that_a_superuser_changed_is_found(db: Database, tampering: str) -> None:
    for number in range(3):
        told(db, f"update sites set name = 'Name {number}' where id = '{SITE}'")
    db.run("set local session_replication_role = replica")
    db.run(tampering % ACME)
    db.run("set local session_replication_role = origin")
    answer = check(db)
    assert not answer["ok"]
    # The line itself, or the one after the gap.
    assert answer["sequence"] in (3, 4)


def test_lines_missing_at_the_end_are_missed(db: Database) -> None:
    rows = told(db, f"update sites set name = 'Secret deed' where id = '{SITE}'")
    db.run("set local session_replication_role = replica")
    db.run("delete from activity_logs where id = $1", rows[-1]["id"])
    db.run("set local session_replication_role = origin")
    assert check(db) == {"ok": False, "sequence": rows[-1]["sequence"], "id": None}


@pytest.mark.parametrize("person", [VERA, RITA, SAM, NORA], ids=lambda person: person.name)
def test_the_chain_is_verified_for_those_who_may_read_it(db: Database, person: Person) -> None:
    with pytest.raises(Refused) as refusal:
        check(db, by=person)
    assert refusal.value.code == ("42501" if person == VERA else "PT404")
