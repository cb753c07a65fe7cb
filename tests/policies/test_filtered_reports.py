"""Filtered reports, goals and Web Vitals against a count over the raw visits."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import Any

import pytest

from tests.clock import DAY, far_from_the_end
from tests.policies import visits
from tests.policies.database import Database
from tests.policies.people import ACME, MIA, OLIVE, SERVICE, Person, entrance
from tests.policies.postgres import Postgres
from tests.policies.visits import SITE, Filters

# Of each test: see `one_day`.
TODAY = FIRST = date.min
SUMMED = "summed"
FILTERS: list[Filters] = [
    {"device": "mobile"},
    {"referrer": ""},
    {"utm_source": "letter"},
    {"utm_medium": "mail"},
    {"utm_campaign": "may", "os": "iOS"},
    {"browser": "Firefox", "country": "DE", "screen": "small"},
    {"path": "/about"},
    {"path": "/about", "device": "desktop"},
    {"event": "Order"},
    {"event": "/about", "path": "/shop", "referrer": "t.co"},
    {"country": "JP"},
]
FUNNELS = [
    [("path", "/"), ("path", "/shop"), ("event", "Order")],
    [("event", "Order"), ("event", "Order")],
    [("path", "/about"), ("path", "/about"), ("path", "/thanks"), ("path", "/")],
    [("event", "/about")],
    [("path", "/about")],
]


@pytest.fixture(autouse=True)
def one_day() -> None:
    """A run may go on past midnight; each of its tests takes place on one day."""
    global TODAY, FIRST
    far_from_the_end(DAY, seconds=180)
    TODAY = visits.today()
    FIRST = TODAY - timedelta(days=visits.DAYS - 1)


@pytest.fixture
def visited(db: Database) -> Database:
    """Four days of visits, today's among them."""
    visits.take_in(db, visits.made_up(seed=random.randrange(10**9)))
    return db


def report(db: Database, filters: Filters, days: list[date]) -> dict[str, Any]:
    told: dict[str, Any] = db.value(
        "select site_report($1, $2, $3, $4::jsonb)",
        *(SITE, days[0].isoformat(), days[-1].isoformat(), json.dumps(filters)),
        by=MIA,
    )
    return told


def shown(told: dict[str, Any]) -> dict[str, Any]:
    """Return a report in the shape of a count: panels by value, whatever their order."""
    return {
        "totals": told["totals"],
        "days": told["days"],
        "panels": {
            name: {row.pop("value"): row for row in rows} for name, rows in told["panels"].items()
        },
        "vitals": {
            (row["path"], metric): row[metric]
            for row in told["vitals"]
            for metric in row.keys() - {"path", "times"}
        },
    }


def days_from(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((TODAY - first).days + 1)]


def check(db: Database) -> None:
    rows = visits.raw(db)
    assert visits.counted(rows, {"device": "mobile"}, days_from(FIRST))["totals"]["visitors"] > 5
    for filters in FILTERS:
        for days in (days_from(FIRST), days_from(FIRST)[:1], [TODAY]):
            assert shown(report(db, filters, days)) == visits.counted(rows, filters, days), filters
        days = days_from(FIRST)
        told = report(db, filters, days[2:])["previous"]
        assert told == visits.counted(rows, filters, days[:2])["totals"], filters


def sum_up(db: Database) -> int:
    """Sum up all that is due; on a slow machine that takes more than one call."""
    total = 0
    while summed := db.value("select sum_visits()", by=SERVICE):
        total += summed
    return total


def test_every_panel_says_what_a_count_over_the_visits_says(visited: Database) -> None:
    check(visited)


def test_days_that_are_summed_up_say_the_same(visited: Database) -> None:
    assert sum_up(visited) == visits.DAYS - 1
    check(visited)


def test_a_visit_that_comes_late_is_counted_at_once(visited: Database) -> None:
    sum_up(visited)
    visits.take_in(visited, visits.made_up(seed=1, visitors=20))
    check(visited)
    assert sum_up(visited) == visits.DAYS - 1
    check(visited)


def test_names_made_up_by_the_thousand_are_no_work(db: Database) -> None:
    """One visitor with N names fits N filters, each with N rows to show."""
    day = FIRST.isoformat()
    visits.take_in(db, visits.made_up(seed=2, visitors=5))
    db.run(
        """
        insert into analytics_events (org_id, site_id, at, kind, visitor, path, name)
        select s.org_id, s.id, $2::date + interval '1 hour' + interval '1 s' * n, 'event',
          decode(repeat('7', 32), 'hex'), '/', 'made up ' || n
        from sites s cross join generate_series(1, 3000) n where s.id = $1""",
        *(SITE, day),
    )
    sum_up(db)
    rows = db.run(
        "select filter, cardinality(panels) as size from private.analytics_filtered "
        "where site_id = $1 and day = $2",
        *(SITE, day),
    )
    assert 0 < len(rows) < 100 and max(row["size"] for row in rows) < 300


def test_a_day_that_cannot_be_summed_up_stops_no_other(visited: Database) -> None:
    visited.run(
        f"""
        create function private.refuse() returns trigger language plpgsql as $$
        begin raise 'no'; end $$;
        create trigger refuse before insert on private.analytics_hits for each row
        when (new.day = '{FIRST.isoformat()}') execute function private.refuse()"""
    )
    assert sum_up(visited) == visits.DAYS - 2
    # It comes last from now on, and its report is answered from the visits.
    assert visited.value("select sum_visits()", by=SERVICE) == 0
    check(visited)


def test_a_filter_by_nothing_is_none(visited: Database) -> None:
    days = days_from(FIRST)
    sum_up(visited)
    everybody = report(visited, {}, days)
    nothing = report(visited, {"device": None}, days)
    assert nothing["totals"] == everybody["totals"]


def test_today_is_never_summed_up(visited: Database) -> None:
    sum_up(visited)
    days = visited.run(
        "select distinct day::text from private.analytics_visitors where site_id = $1", SITE
    )
    assert TODAY.isoformat() not in {row["day"] for row in days}
    assert sum_up(visited) == 0


def test_some_days_are_summed_up_at_a_time(visited: Database) -> None:
    assert visited.value("select sum_visits(2)", by=SERVICE) == 2
    assert visited.value("select sum_visits(2)", by=SERVICE) == visits.DAYS - 3


def test_a_filter_that_lets_everybody_through_changes_nothing(db: Database) -> None:
    everybody = [row | {"country": "DE"} for row in visits.made_up(seed=random.randrange(10**9))]
    visits.take_in(db, everybody)
    days = days_from(FIRST)
    stored, filtered = report(db, {}, days), report(db, {"country": "DE"}, days)
    assert stored["vitals"] == filtered["vitals"]
    assert (
        stored["totals"].items()
        >= {n: filtered["totals"][n] for n in ("visitors", "views", "bounces")}.items()
    )
    assert stored["days"] == filtered["days"]
    assert filtered["panels"]["path"] == stored["panels"]["path"]
    for panel in filtered["panels"]:
        of = [
            [(row["value"], row["visitors"], row["views"]) for row in told["panels"][panel]]
            for told in (stored, filtered)
        ]
        assert sorted(of[0]) == sorted(of[1]), panel


@pytest.mark.parametrize("summed", [False, True])
def test_goals_and_funnels_honour_the_filters(visited: Database, *, summed: bool) -> None:
    if summed:
        sum_up(visited)
    visited.run("delete from analytics_goals where site_id = $1", SITE)
    for funnel in FUNNELS:
        steps = json.dumps([{"kind": kind, "value": value} for kind, value in funnel])
        row = "insert into analytics_goals (site_id, name, steps) values ($1, $2, $3::jsonb)"
        visited.run(row, SITE, steps[:80], steps, by=OLIVE)
    rows = visits.raw(visited)
    for filters in [{}, *FILTERS]:
        asked = (SITE, FIRST.isoformat(), TODAY.isoformat(), json.dumps(filters))
        told = visited.value("select goal_report($1, $2, $3, $4::jsonb)", *asked, by=MIA)
        assert (
            told["visitors"]
            == visits.counted(rows, filters, days_from(FIRST))["totals"]["visitors"]
        )
        assert len(told["goals"]) == len(FUNNELS)
        for goal in told["goals"]:
            assert goal["reached"] == visits.reached(rows, filters, goal["steps"]), (filters, goal)


def test_the_days_of_a_plan_end_for_its_sums_too(visited: Database) -> None:
    sum_up(visited)
    old = "2020-01-01"
    visited.run("insert into private.analytics_days values ($1, $2, now())", SITE, old)
    visited.run(
        """
        insert into private.analytics_visitors
        select o.* from private.analytics_visitors v,
          jsonb_populate_record(v, jsonb_build_object('day', $2::text)) o
        where v.site_id = $1 order by v.day desc limit 1""",
        *(SITE, old),
    )
    kept = "select count(*)::int from private.analytics_visitors where site_id = $1 and day"
    fresh = visited.value(f"{kept} >= $2", SITE, FIRST.isoformat())
    assert visited.value(f"{kept} = $2", SITE, old) == 1
    visited.run("select trim_visits()", by=SERVICE)
    assert visited.value(f"{kept} < $2", SITE, FIRST.isoformat()) == 0
    assert visited.value(f"{kept} >= $2", SITE, FIRST.isoformat()) == fresh > 0


def test_what_is_due_is_looked_for_once_and_not_for_each_visit(db: Database) -> None:
    """A plan that a session keeps from the time without visits would begin anew for each of them.

    In the embedded database, which is one session, that held everything up for a minute.
    """
    db.run("alter function private.visit_days(text) rename to usual_days")
    db.run("create sequence private.asked")
    db.run(
        "create function private.visit_days(plan text) returns integer language plpgsql "
        "security definer set search_path = '' as "
        "'begin perform nextval(''private.asked''); return private.usual_days(plan); end'"
    )
    db.run("delete from analytics_events")
    for _ in range(6):
        db.run("select trim_visits()", by=SERVICE)
    visits.take_in(db, visits.made_up(seed=1))
    assert db.value("select count(*)::int from analytics_events") > 200
    before = db.value("select last_value::int from private.asked")
    db.run("select trim_visits()", by=SERVICE)
    asked = db.value("select last_value::int from private.asked") - before
    assert asked == db.value("select count(*)::int from plans")


def test_a_filtered_report_says_from_when_visits_are_kept(visited: Database) -> None:
    visited.run("update organizations set plan = 'free' where id = $1", ACME)
    days = [TODAY - timedelta(days=1), TODAY]
    told = report(visited, {"device": "mobile"}, days)
    assert told["kept_from"] == (TODAY - timedelta(days=30)).isoformat()
    assert "kept_from" not in report(visited, {}, days)
    # What came before that day is not compared with: half of it has been deleted.
    assert told["previous"]["views"] > 0
    two_days = "update plans set limits = limits || '{\"retention_days\": 2}' where id = 'free'"
    visited.run(two_days)
    lately = report(visited, {"device": "mobile"}, days)
    assert lately["previous"] == {"visitors": 0, "views": 0, "bounces": 0, "seconds": 0}
    assert lately["totals"] == told["totals"]


def test_visits_that_come_while_days_are_summed_up_are_all_counted(server: Postgres) -> None:
    """On PostgreSQL, which has more than one connection, and plans of its own."""
    server.make_project(SUMMED, after=entrance() + ";".join(["", *visits.PREPARE]))
    events = visits.made_up(seed=random.randrange(10**9), visitors=300)
    halves = [
        f"select record_visits($v${json.dumps(half)}$v$);" for half in (events[::2], events[1::2])
    ]

    def ask(sql: str, by: Person | str = "migrator") -> Any:
        return json.loads(server.psql(sql, by=by, database=SUMMED))

    def agrees() -> None:
        rows = ask(f"select json_agg(r) from ({visits.RAW}) r")
        for filters in FILTERS:
            asked = f"'{SITE}', '{FIRST}', '{TODAY}', $f${json.dumps(filters)}$f$"
            report = shown(ask(f"select site_report({asked})", MIA))
            assert report == visits.counted(rows, filters, days_from(FIRST)), filters

    ask(halves[0], SERVICE)
    # The worker comes while the second half is in and not yet to be seen: it leaves the site alone.
    came = f"begin; {halves[1]} select pg_sleep(8); commit;"
    looked = "select pg_sleep(3); select sum_visits();"
    _, worker = server.at_once([(SERVICE, came), (SERVICE, looked)], SUMMED)
    assert worker.strip() == "0"
    agrees()
    assert ask("select sum_visits()", SERVICE) == visits.DAYS - 1
    agrees()
