"""Visits in the database: what is kept for how long, and what nobody may ask."""

from __future__ import annotations

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import ACME, ADAM, MIA, OLIVE, SAM, SERVICE, VERA, Person, ident

SITE = ident("site of Acme")
DAYS = "'2026-01-01', '2026-01-31'"


def test_visits_leave_when_their_plan_keeps_them_no_longer(db: Database) -> None:
    for plan, days in (("free", 30), ("pro", 365), ("business", 1095)):
        db.run("delete from analytics_events")
        db.run("update organizations set plan = $1", plan)
        for age in (days - 1, days + 1):
            db.run(f"""
                insert into analytics_events (org_id, site_id, kind, visitor, path, at)
                values ('{ACME}', '{SITE}', 'view', decode(repeat('00', 16), 'hex'), '/',
                  now() - interval '{age} days')""")
        assert db.value("select trim_visits()", by=SERVICE) == 1
        assert db.value("select count(*)::int from analytics_events") == 1
    # The sums stay, and whose hash was whose is gone.
    assert db.value("select count(*)::int from analytics_daily") > 0
    assert db.value("select count(*)::int from private.analytics_salts") == 0
    assert db.value("select count(*)::int from private.analytics_visits") == 0
    assert db.value("select count(*)::int from private.analytics_seen") == 0


def test_with_a_site_goes_all_that_is_known_of_its_visitors(db: Database) -> None:
    today = ("private.analytics_visits", "private.analytics_seen")
    tables = ("analytics_events", "analytics_daily", *today)

    def rows(site: str) -> list[int]:
        where = f"where site_id = '{site}'"
        return [db.value(f"select count(*)::int from {table} {where}") for table in tables]

    other = ident("site of Borealis")
    others = rows(other)
    assert all(rows(SITE)) and all(others)
    db.run(f"delete from sites where id = '{SITE}'", by=OLIVE)
    assert rows(SITE) == [0, 0, 0, 0]
    assert rows(other) == others


def test_many_old_visits_leave_some_at_a_time(db: Database) -> None:
    db.run(f"""
        insert into analytics_events (org_id, site_id, kind, visitor, path, at)
        select '{ACME}', '{SITE}', 'view', decode(repeat('00', 16), 'hex'), '/', '2020-01-01'
        from generate_series(1, 25)""")
    before = db.value("select count(*)::int from analytics_events where at < '2021-01-01'")
    assert db.value("select trim_visits(10)", by=SERVICE) == 10
    left = db.value("select count(*)::int from analytics_events where at < '2021-01-01'")
    assert left == before - 10


@pytest.mark.parametrize("person", [SAM, VERA], ids=str)
def test_a_strangers_site_and_one_that_nobody_has_get_the_same_answer(
    db: Database, person: Person
) -> None:
    """CASES 162. A viewer of the organization sees no visits either."""
    answers = set()
    for site in (SITE, ident("no site")):
        for function in (f"site_report('{site}', {DAYS})", f"goal_report('{site}', {DAYS})"):
            with pytest.raises(Refused) as refused:
                db.run(f"select {function}", by=person)
            answers.add((refused.value.code, refused.value.message))
            db.rollback()
    assert len(answers) == 1 and answers.pop()[0] == "PT404"


@pytest.mark.parametrize(
    "asked",
    [
        f"site_report('{SITE}', '2026-01-31', '2026-01-01')",
        f"site_report('{SITE}', '2020-01-01', '2026-01-01')",
        f"site_report('{SITE}', null, '2026-01-01')",
        f"""site_report('{SITE}', {DAYS}, '{{"visitor": "x"}}')""",
        f"site_report('{SITE}', {DAYS}, '[]')",
        f"goal_report('{SITE}', '2026-01-31', '2026-01-01')",
    ],
)
def test_a_question_without_measure_is_refused(db: Database, asked: str) -> None:
    with pytest.raises(Refused) as refused:
        db.run(f"select {asked}", by=MIA)
    assert refused.value.code == "22023"


def test_a_link_to_visits_ends(db: Database) -> None:
    link = ident("report link of Acme")
    asked = f"select shared_report('{link}', {DAYS})"
    assert db.value(asked, by=SERVICE)["site"] == "Acme site"
    db.run(f"update analytics_links set expires_at = now() where id = '{link}'")
    with pytest.raises(Refused):
        db.run(asked, by=SERVICE)


def test_a_link_is_for_a_year_whatever_somebody_asks(db: Database) -> None:
    made = db.one(
        f"insert into analytics_links (site_id) values ('{SITE}') "
        "returning expires_at > now() + interval '364 days' as long, "
        "expires_at < now() + interval '367 days' as short, created_by, org_id",
        by=ADAM,
    )
    assert made == {"long": True, "short": True, "created_by": ADAM.id, "org_id": ACME}


@pytest.mark.parametrize(
    "steps",
    [
        "[]",
        "{}",
        '[{"kind": "path"}]',
        '[{"kind": "path", "value": "about"}]',
        '[{"kind": "path", "value": "/a?b"}]',
        '[{"kind": "visitor", "value": "x"}]',
        '[{"kind": "event", "value": " "}]',
        '[{"kind": "event", "value": "x", "more": 1}]',
        '["path"]',
        str([{"kind": "event", "value": "x"}] * 9).replace("'", '"'),
    ],
)
def test_what_is_no_step_makes_no_goal(db: Database, steps: str) -> None:
    row = f"insert into analytics_goals (site_id, name, steps) values ('{SITE}', 'G', $1)"
    with pytest.raises(Refused) as refused:
        db.run(row, steps, by=OLIVE)
    assert refused.value.code == "23514"


def test_a_site_has_fifty_goals_at_most(db: Database) -> None:
    row = f"""insert into analytics_goals (site_id, name, steps)
        select '{SITE}', 'Goal ' || n, '[{{"kind": "event", "value": "x"}}]'
        from generate_series(1, 50) n"""
    with pytest.raises(Refused) as refused:
        db.run(row, by=OLIVE)
    assert refused.value.code == "PT409"
