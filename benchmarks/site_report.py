"""A report beside the same questions on Umami's schema: `python benchmarks/site_report.py [n]`.

PostgreSQL with ten million page views of ten sites over the last thirty days (or as many as are
asked for); the same ones in our tables and in Umami's `session` and `website_event` with all its
indexes. Ours have, of the site that is asked about, also when each page was left and how fast it
was. `site_report` runs as a member does, with all panels in one answer, against each of Umami's
questions alone, on its tables' owner; each keeps its best of three. With a filter, the whole report
stands against all of Umami's questions with it, and a funnel against Umami's. The last thousand
views come in by `record_visits`, and both sides must count the same. A goal that is missed ends the
run with 1.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import umami  # noqa: E402
from scripts import postgres as program  # noqa: E402
from tests.policies.people import ACME, MIA, OLIVE, SERVICE, Person, entrance, ident  # noqa: E402
from tests.policies.postgres import Postgres, act_as, running_postgres  # noqa: E402

DATABASE = "visits"
GOAL, ROUNDS, SITES, LAST = 20.0, 3, 10, 1000
SITE = ident("site of Acme")
# What is asked of us, and the same of Umami: of a session, of a page, and both.
FILTERS = (
    ({"device": "mobile"}, "and s.device = 'mobile'"),
    ({"path": "/page-3"}, "and e.url_path = '/page-3'"),
    ({"referrer": "t.co", "country": "FR"}, "and e.referrer_domain = 't.co' and s.country = 'FR'"),
)
LATE = ", with a whole day not summed up"
STEPS = ("/page-0", "/page-1", "/page-2")

# The made-up month: each visitor comes once and sees three pages, some pages and sources often.
VISITS = """
create schema lab;
-- What a row may hold is asked when it comes in; here ten million are known to be right.
do $$ declare each record; begin
  for each in select conrelid::regclass as name, conname from pg_constraint
    where contype in ('c', 'f') and conrelid in
      ('analytics_events'::regclass, 'analytics_daily'::regclass)
  loop execute format('alter table %s drop constraint %I', each.name, each.conname); end loop;
end $$;
update sites set analytics = true, published_url = 'https://' || slug || '.test/';
insert into sites (org_id, name, slug)
select '{acme}', 'Site ' || n, 'bench-' || n from generate_series(1, {sites} - 1) n;
create table lab.sites as
select id, org_id, row_number() over (order by id = '{site}' desc, id) - 1 as nth
from sites where id = '{site}' or slug like 'bench-%';
create unlogged table lab.visits as
select s.id as site, s.org_id, v, p,
  md5(s.nth || ' ' || v)::uuid as session,
  -- Whoever stays past midnight is somebody else to us, and not to Umami.
  least(t.came, (t.came at time zone 'utc')::date::timestamp at time zone 'utc'
    + interval '23 hours 58 minutes') as came,
  '/page-' || floor(power(((v * 3 + p) * 7919 % 1000) / 1000.0, 3) * 200)::int as path,
  (array['', '', 'google.com', 'bing.com', 'news.example', 't.co', 'a.example', 'b.example']
    )[1 + v % 8] as referrer,
  (array['Chrome', 'Safari', 'Firefox', 'Edge'])[1 + v % 4] as browser,
  (array['Windows', 'iOS', 'Android', 'Mac OS X', 'Linux'])[1 + v % 5] as os,
  (array['desktop', 'mobile', 'tablet'])[1 + v % 3] as device,
  (array['DE', 'FR', 'US', 'GB', 'NL', 'JP'])[1 + v % 6] as country,
  case when v % 5 = 0 then 'letter-' || v % 7 end as campaign
from lab.sites s cross join generate_series(1, {events}::bigint / {sites} / 3) v
cross join generate_series(0, 2) p
cross join lateral (select least(now() - interval '2 minutes',
  now() - interval '1 second' * ((v * 2654435761 + s.nth * 77) % 2500000)) as came) t;
"""
OURS = """
insert into analytics_events (org_id, site_id, at, kind, visitor, path, referrer, utm, device,
  browser, os, country, screen, bounced)
select org_id, site, came + interval '20 seconds' * p, 'view', decode(md5(session::text), 'hex'),
  path, referrer, case when campaign is null then '{}' else jsonb_build_object('campaign', campaign)
  end, device, browser, os, country, 'large', case when p = 0 then false end
from lab.visits order by came;
insert into analytics_events (org_id, site_id, at, kind, visitor, path, referrer, utm, device,
  browser, os, country, screen, seconds, depth, properties)
select e.org_id, e.site_id, e.at + interval '15 seconds', k.kind, e.visitor, e.path, e.referrer,
  e.utm, e.device, e.browser, e.os, e.country, e.screen, k.seconds, k.depth, k.properties
from analytics_events e cross join lateral (values
  ('leave', 15, e.id % 101, '{}'::jsonb),
  ('vitals', 0, 0, jsonb_build_object('lcp', 500 + e.id % 3000, 'inp', 50 + e.id % 300,
    'cls', e.id % 200, 'fcp', 300 + e.id % 2000, 'ttfb', 100 + e.id % 900))
) k (kind, seconds, depth, properties)
where e.site_id = '{site}';
insert into analytics_daily (org_id, site_id, day, dimension, value, visitors, views)
select org_id, site, (came at time zone 'utc')::date, d.dimension, d.value,
  count(distinct session), count(*)
from lab.visits cross join lateral (values ('total', ''), ('path', path), ('referrer', referrer),
  ('utm_campaign', campaign), ('device', device), ('browser', browser), ('os', os),
  ('country', country), ('screen', 'large')) d (dimension, value)
where d.value is not null group by 1, 2, 3, 4, 5;
"""


def populate(server: Postgres, events: int) -> None:
    """Fill both halves, and let the last views come in as the service brings them."""
    began = time.perf_counter()
    values = {"acme": ACME, "site": SITE, "sites": str(SITES), "events": str(events)}
    theirs = {"Umami's": umami.UMAMI + umami.SAME, "its indexes": umami.INDEXES}
    for step, sql in {"visits": VISITS, "ours": OURS, **theirs}.items():
        for name, value in values.items():
            sql = sql.replace(f"{{{name}}}", value)
        run(server, sql)
        print(f"  {step}: {time.perf_counter() - began:.0f} s", flush=True)
    host = run(server, f"select slug || '.test' from sites where id = '{SITE}'")
    batch = [view(host, number) for number in range(LAST)]
    run(server, f"select record_visits($v${json.dumps(batch)}$v$)", by=SERVICE)
    run(
        server,
        "insert into umami.session (session_id, website_id, browser, os, device, country) "
        f"select gen_random_uuid(), '{SITE}', 'Chrome', 'Linux', 'desktop', 'DE' "
        f"from generate_series(1, {LAST}); "
        "insert into umami.website_event (event_id, website_id, session_id, visit_id, url_path) "
        f"select gen_random_uuid(), '{SITE}', session_id, session_id, '/' from umami.session "
        "where created_at > now() - interval '1 minute'",
    )
    days = 1
    while days:
        days = int(run(server, "select sum_visits()", by=SERVICE))
    print(f"  summed up by the worker: {time.perf_counter() - began:.0f} s", flush=True)
    run(server, "vacuum analyze")


def view(host: str, number: int) -> dict[str, object]:
    return {
        **{"site": SITE, "host": host, "kind": "view", "visitor": f"{number:032x}", "path": "/"},
        **{"at": datetime.now(UTC).isoformat(), "referrer": "", "utm": {}, "device": "desktop"},
        **{"browser": "Chrome", "os": "Linux", "country": "DE", "screen": "large", "name": ""},
        **{"properties": {}, "seconds": 0, "depth": 0, "vitals": {}},
    }


def run(server: Postgres, sql: str, by: Person | str = "superuser") -> str:
    return server.psql(sql, by=by, database=DATABASE)


def seconds(server: Postgres, sql: str, by: Person | str = "superuser") -> float:
    """The best of some rounds, measured in the database, so that no client is in it."""
    timed = f"""do $lab$ declare began timestamptz; best float8 := 'infinity';
      begin for round in 1..{ROUNDS} loop began := clock_timestamp(); perform * from ({sql}) answer;
        best := least(best, extract(epoch from clock_timestamp() - began)); end loop;
        raise notice 'took %', best; end $lab$;"""
    who = "authenticator" if isinstance(by, Person) else by
    prepare = act_as(by) if isinstance(by, Person) else ""
    told = server.psql(prepare + timed, by=who, database=DATABASE)
    return float(told.rpartition("took ")[2].split()[0])


def main() -> int:
    if program.find() is None:
        print("There is no PostgreSQL here; scripts/postgres.py gets one.")
        return 1
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with running_postgres("-c shared_buffers=1GB", "-c work_mem=64MB") as server:
        print(f"{events:,} page views of {SITES} sites:", flush=True)
        server.make_project(DATABASE, after=entrance())
        populate(server, events)
        missed = [*unfiltered(server), *filtered(server), *funnel(server), *late(server)]
    print("Goals: " + (f"missed: {', '.join(missed)}" if missed else "met"))
    return 1 if missed else 0


def unfiltered(server: Postgres) -> Iterator[str]:
    """Measure the report without a filter; tell what misses its goal."""
    ours = seconds(server, report({}), by=MIA)
    print(f"site_report, all panels, up to this minute, as a member: {ours * 1000:,.1f} ms")
    questions = umami.questions()
    for name, took in asked(server, questions).items():
        print(beside(name, took, ours))
        if took / ours < GOAL:
            yield name
    yield from differences(server, {}, questions)


def filtered(server: Postgres, *, told: str = "") -> Iterator[str]:
    """Measure reports with filters, each against all of Umami's questions with them."""
    for filters, where in FILTERS:
        ours = seconds(server, report(filters), by=MIA)
        questions = umami.questions(where=where, joined="s." in where)
        whole = sum(asked(server, questions).values())
        name = f"{' and '.join(filters)}{told}"
        print(f"filtered by {name}, all panels: {ours * 1000:,.1f} ms")
        print(beside("all of them", whole, ours))
        if whole / ours < GOAL:
            yield f"filtered by {name}"
        yield from differences(server, filters, questions)


def late(server: Postgres) -> Iterator[str]:
    """Measure them again in the last minute of a day of which no worker has summed up anything."""
    run(
        server,
        f"update private.analytics_days set summed_at = null where site_id = '{SITE}' "
        "and day = (now() at time zone 'utc')::date - 1",
    )
    yield from filtered(server, told=LATE)
    yield from funnel(server, told=LATE)


def funnel(server: Postgres, *, told: str = "") -> Iterator[str]:
    """Measure a funnel of three pages."""
    steps = [{"kind": "path", "value": path} for path in STEPS]
    run(server, f"delete from analytics_goals where site_id = '{SITE}'")
    row = f"('{SITE}', 'Funnel', '{json.dumps(steps)}')"
    run(server, f"insert into analytics_goals (site_id, name, steps) values {row}", by=OLIVE)
    ours = seconds(server, f"select goal_report({days()})", by=MIA)
    question = umami.funnel(*STEPS).format(site=SITE)
    theirs = seconds(server, question)
    print(f"a funnel of three pages{told}: {ours * 1000:,.1f} ms")
    print(
        f"  {'the same':13} Umami's schema {theirs * 1000:9,.1f} ms   {theirs / ours:8,.0f} times"
    )
    if theirs / ours < GOAL:
        yield f"a funnel{told}"
    counted = json.loads(run(server, f"select goal_report({days()})", by=MIA))
    if counted["goals"][0]["reached"] != [int(each) for each in run(server, question).split("|")]:
        yield "both must count the same in the funnel"


def beside(name: str, theirs: float, ours: float) -> str:
    return f"  {name:13} Umami's schema {theirs * 1000:9,.1f} ms   {theirs / ours:8,.1f} times"


def differences(
    server: Postgres, filters: dict[str, str], questions: dict[str, str]
) -> Iterator[str]:
    told = json.loads(run(server, report(filters), by=MIA))["totals"]
    counted = run(server, questions["totals"].format(site=SITE)).split("|")[:2]
    if [str(told["views"]), str(told["visitors"])] != counted:
        yield f"both must count the same with {filters}"


def asked(server: Postgres, questions: dict[str, str]) -> dict[str, float]:
    return {name: seconds(server, sql.format(site=SITE)) for name, sql in questions.items()}


def report(filters: dict[str, str]) -> str:
    return f"select site_report({days()}, '{json.dumps(filters)}')"


def days() -> str:
    today = datetime.now(UTC).date()
    return f"'{SITE}', '{today - timedelta(days=29)}', '{today}'"


if __name__ == "__main__":
    sys.exit(main())
