"""CASES 212: support looks into an organization, as its owners know, and changes nothing."""

from __future__ import annotations

from time import sleep

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import (
    ACME,
    ADAM,
    ANYA,
    BOREALIS,
    EDDIE,
    NORA,
    OLIVE,
    SAM,
    SERVICE,
    SUE,
    VERA,
    Person,
    ident,
    visit,
)
from tests.policies.test_activity import FLUSH, told
from tests.policies.test_presence import realtime, speak

__all__ = ["realtime"]

SITE, PAGE = ident("site of Acme"), ident("page of Acme")
WHY = "Its form does not arrive"
# What everybody reads of themselves, wherever they belong.
OWN = {"profiles", "user_preferences", "user_settings", "ai_generations", "support_visits"}


def open_visit(db: Database, person: Person = NORA, slug: str = "acme", **other: str) -> str:
    told = {"email": person.email, "reason": WHY, **other}
    sql = "select open_support_visit($1, $2, $3)"
    return str(db.value(sql, slug, told["email"], told["reason"], by=SERVICE)["id"])


def sites(db: Database, by: Person) -> int:
    return int(db.value("select count(*) from sites", by=by))


def test_support_sees_what_a_viewer_sees_and_of_others_nothing(db: Database) -> None:
    tables = db.run("""
        select c.relname as name from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
          and has_any_column_privilege('authenticated', c.oid, 'select')""")
    seen = set()
    for table in {row["name"] for row in tables} - OWN:
        counted = f"select org_id, count(*) from {table} group by org_id"
        found = {row["org_id"]: row["count"] for row in db.run(counted, by=SUE)}
        as_viewer = {row["org_id"]: row["count"] for row in db.run(counted, by=VERA)}
        assert found == ({ACME: as_viewer[ACME]} if found else {}), table
        assert bool(found) == (ACME in as_viewer), table
        seen |= {table} if found else set()
    assert {"pages", "sites", "deployments", "organization_members"} <= seen
    assert not seen & {
        *("integrations", "organization_invitations", "form_submissions", "activity_logs"),
        *("subscriptions", "invoices", "preview_links", "published_forms", "form_hooks"),
    }
    assert [row["id"] for row in db.run("select id from organizations", by=SUE)] == [ACME]


def test_support_is_out_the_moment_its_time_is_over(db: Database) -> None:
    """By the clock of whoever asks: no job has to run."""
    db.run(
        "insert into support_visits (org_id, user_id, email, reason, opened_at, ends_at) values "
        "($1, $2, $3, $4, now() - interval '1 h', clock_timestamp() + interval '5 s')",
        *(ACME, NORA.id, NORA.email, WHY),
    )
    assert sites(db, NORA) == 1
    sleep(5.1)
    assert sites(db, NORA) == 0
    with pytest.raises(Refused, match="no open support access"):
        db.run("select close_support_visit(id) from support_visits", by=NORA)


@pytest.mark.parametrize("person", [OLIVE, ADAM, NORA, SERVICE], ids=lambda person: person.name)
def test_owners_admins_the_visitor_and_the_operator_end_it_at_once(
    db: Database, person: Person
) -> None:
    opened = open_visit(db)
    assert sites(db, NORA) == 1
    closed = db.one("select * from close_support_visit($1)", opened, by=person)
    assert closed["closed_by"] == (None if person is SERVICE else person.id)
    assert sites(db, NORA) == 0
    with pytest.raises(Refused, match="no open support access"):
        db.run("select close_support_visit($1)", opened, by=OLIVE)


def test_viewers_are_asked_about_no_more_visits_than_are_open(db: Database) -> None:
    """What every reader is asked is read from end to end, so it must stay a handful."""
    known = "select array_agg(visit_id::text) from private.open_visits"
    before = set(db.value(known) or [])
    opened = open_visit(db)
    assert set(db.value(known)) == before | {opened}
    db.run("update private.open_visits set ends_at = now() where visit_id = $1", opened)
    assert sites(db, NORA) == 0
    again = open_visit(db, SAM)
    assert opened not in db.value(known)
    db.run("select close_support_visit($1)", again, by=OLIVE)
    assert set(db.value(known) or []) == before


@pytest.mark.parametrize("person", [EDDIE, VERA, SAM, ANYA], ids=lambda person: person.name)
def test_nobody_else_sees_it_or_ends_it(db: Database, person: Person) -> None:
    opened = open_visit(db)
    assert db.run("select id from support_visits", by=person) == []
    for number in (opened, ident("no visit at all")):
        with pytest.raises(Refused) as refusal:
            db.run("select close_support_visit($1)", number, by=person)
        assert refusal.value.message == "There is no open support access with this id."
    assert sites(db, NORA) == 1


def test_owners_read_who_looks_in_until_when_and_why_and_who_did(db: Database) -> None:
    before = open_visit(db)
    db.run("select close_support_visit($1)", before, by=OLIVE)
    now = open_visit(db)
    for person in (OLIVE, ADAM):
        rows = db.run("select * from support_visits where user_id = $1", NORA.id, by=person)
        found = {row["id"]: row for row in rows}
        assert set(found) == {before, now}
        assert (found[now]["email"], found[now]["reason"]) == (NORA.email, WHY)
        assert found[before]["closed_by"] == OLIVE.id and found[now]["closed_at"] is None
    assert db.run("select id from support_visits", by=SAM) == []


@pytest.mark.parametrize("person", [NORA, OLIVE, SERVICE], ids=lambda person: person.name)
@pytest.mark.parametrize(
    "sql",
    [
        "update support_visits set ends_at = ends_at + interval '1 h'",
        "update support_visits set closed_at = null",
        "insert into support_visits (org_id, user_id, email, reason, ends_at) values "
        f"('{ACME}', '{NORA.id}', 'nora@example.com', 'x', now() + interval '1 h')",
        "delete from support_visits where true",
    ],
    ids=["longer", "again", "another", "without a trace"],
)
def test_nobody_writes_a_visit_over_the_api(db: Database, person: Person, sql: str) -> None:
    open_visit(db)
    with pytest.raises(Refused) as refusal:
        db.run(sql, by=person)
    assert refusal.value.code == "42501"


def test_people_open_none(db: Database) -> None:
    for person in (NORA, OLIVE):
        with pytest.raises(Refused) as refusal:
            db.run(f"select open_support_visit('acme', '{NORA.email}', 'x')", by=person)
        assert refusal.value.code == "42501"


@pytest.mark.parametrize("column", ["id", "org_id", "user_id", "email", "reason", "ends_at"])
def test_not_even_the_tables_owner_makes_it_another_visit(db: Database, column: str) -> None:
    other = {"email": "'a@example.com'", "reason": "'x'", "ends_at": "ends_at - interval '1 s'"}
    value = other.get(column, "gen_random_uuid()")
    with pytest.raises(Refused, match="fixed when it is made"):
        db.run(f"update support_visits set {column} = {value}")


@pytest.mark.parametrize(
    ("slug", "email", "reason", "hours", "says"),
    [
        ("nowhere", NORA.email, WHY, 1, "No organization has this slug."),
        ("acme", "nobody@example.com", WHY, 1, "Nobody has an account with this e-mail"),
        ("acme", "unsure@example.com", WHY, 1, "and has confirmed it"),
        ("acme", EDDIE.email, WHY, 1, "eddie@example.com is a member of Acme and sees it anyway."),
        ("acme", SUE.email, WHY, 1, "sue@example.com looks into Acme already. To open it anew"),
        ("acme", NORA.email, " ", 1, "Give the reason"),
        ("acme", NORA.email, "x" * 301, 1, "at most 300 characters"),
        ("acme", NORA.email, "two\nlines", 1, "Give the reason in one line"),
        ("acme", NORA.email, WHY, 9, "1 to 8 hours"),
        ("acme", NORA.email, WHY, 0, "1 to 8 hours"),
        ("acme", NORA.email, WHY, None, "1 to 8 hours"),
    ],
)
def test_what_cannot_be_opened_is_told_in_a_sentence(
    db: Database, slug: str, email: str, reason: str, hours: int | None, says: str
) -> None:
    db.run("insert into auth.users (id, email) values ($1, 'unsure@example.com')", ident("unsure"))
    with pytest.raises(Refused, match=says) as refusal:
        db.run("select open_support_visit($1, $2, $3, $4)", slug, email, reason, hours, by=SERVICE)
    assert refusal.value.code in ("PT404", "PT409", "PT422")


def test_the_address_may_be_written_in_any_case_and_owners_are_named_to_the_operator(
    db: Database,
) -> None:
    sql = "select open_support_visit('acme', ' Nora@Example.COM ', $1, 8)"
    opened = db.value(sql, f" {WHY} ", by=SERVICE)
    assert (opened["email"], opened["organization"]) == (NORA.email, "Acme")
    assert opened["reason"] == WHY
    assert OLIVE.email in opened["owners"] and ADAM.email not in opened["owners"]


def test_the_log_says_that_it_was_opened_until_when_and_who_ended_it(db: Database) -> None:
    sql = f"select open_support_visit('acme', '{NORA.email}', '{WHY}')"
    (line,) = told(db, sql, by=SERVICE)
    assert (line["action"], line["actor_kind"]) == ("support.opened", "service")
    assert line["object_label"] == NORA.email
    visit = db.one("select * from support_visits where id = $1", line["object_id"])
    assert line["after"]["reason"] == WHY and line["after"]["ends_at"]
    (line,) = told(db, f"select close_support_visit('{visit['id']}')", by=OLIVE)
    assert (line["action"], line["actor_id"]) == ("support.closed", OLIVE.id)
    assert set(line["after"]) == {"closed_at"}


def test_whoever_looks_in_is_on_no_page_and_on_no_channel(realtime: Database) -> None:
    db = realtime
    db.run("update private.page_presence set seen_at = clock_timestamp()")
    with pytest.raises(Refused, match="There is no such page"):
        db.run("select report_presence($1)", PAGE, by=SUE)
    assert db.value("select count(*) from pages where id = $1", PAGE, by=SUE) == 1
    db.run("insert into realtime.messages values ($1, 'presence')", f"page:{PAGE}")
    assert speak(db, SUE, f"page:{PAGE}") == -1
    db.run("select set_config('realtime.topic', $1, true)", f"page:{PAGE}")
    assert db.value("select count(*) from realtime.messages", by=VERA) == 1
    assert db.value("select count(*) from realtime.messages", by=SUE) == 0


def test_the_service_does_nothing_for_whoever_looks_in(db: Database) -> None:
    """It says for whom it asks: that is looked up among the members."""
    for sql in (
        "select reserve_generation($1, null, $2, 'page', 'A page', '{}', 'grok', 1)",
        "select begin_oauth($2, (select org_id from sites where id = $1), repeat('a', 64))",
    ):
        with pytest.raises(Refused) as refusal:
            db.run(sql, SITE, SUE.id, by=SERVICE)
        assert refusal.value.code == "PT404"


def test_whoever_looks_in_does_not_begin_there(db: Database) -> None:
    with pytest.raises(Refused) as refusal:
        db.run("update user_settings set default_org_id = $1 where true", ACME, by=SUE)
    assert refusal.value.code == "42501"


def test_a_visitor_who_deletes_the_account_takes_nothing_along(db: Database) -> None:
    """Not even an organization in which nobody is left."""
    db.run("insert into organizations (name, slug) values ('Left', 'left-alone')")
    opened = open_visit(db, slug="left-alone")
    db.run("select delete_account()", by=NORA)
    assert db.value("select count(*) from organizations where slug = 'left-alone'") == 1
    kept = db.one("select user_id, email from support_visits where id = $1", opened)
    assert (kept["user_id"], kept["email"]) == (None, NORA.email)
    db.run(FLUSH)


def test_a_visit_counts_for_no_other_role_and_no_seat(db: Database) -> None:
    seats = "select used from usage_quotas where org_id = $1 and metric = 'members'"
    before = db.value(seats, ACME)
    open_visit(db)
    assert db.value(seats, ACME) == before
    for role in ("member", "editor", "admin", "owner"):
        assert db.value(f"select private.org_ids('{role}')", by=NORA) in ([], "{}")
    assert db.value("select private.joined_org_ids()", by=NORA) in ([], "{}")


def test_visits_to_two_organizations_are_two(db: Database) -> None:
    here, there = open_visit(db), open_visit(db, slug="borealis")
    assert sites(db, NORA) == 2
    db.run("select close_support_visit($1)", here, by=OLIVE)
    assert [row["org_id"] for row in db.run("select org_id from sites", by=NORA)] == [BOREALIS]
    with pytest.raises(Refused):
        db.run("select close_support_visit($1)", there, by=OLIVE)


def test_the_operator_lists_what_is_open_and_what_was(db: Database) -> None:
    db.run(
        visit(ident("an old visit"), BOREALIS)
        .replace("reason, ends_at", "reason, opened_at, ends_at")
        .replace("now() + interval '8 h'", "now() - interval '3 h', now() - interval '2 h'")
    )
    newest = open_visit(db)
    listed = db.value("select list_support_visits(500)", by=SERVICE)
    found = {each["id"]: each for each in listed}
    assert found[newest]["is_open"] and found[newest]["slug"] == "acme"
    assert not found[ident("an old visit")]["is_open"]
    assert len(db.value("select list_support_visits(1)", by=SERVICE)) == 1
