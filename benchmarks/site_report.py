"""A report beside the same questions on Umami's schema: `python benchmarks/site_report.py [n]`.

PostgreSQL with ten million page views of ten sites over the last thirty days (or as many as are
asked for); the same ones in our tables and in Umami's `session` and `website_event` with all its
indexes. `site_report` runs as a member does, with all panels in one answer, against each of Umami's
questions alone, on its tables' owner; each keeps its best of three. The last thousand views come in
by `record_visits`, and both sides must count the same. A goal that is missed ends the run with 1.

Umami's schema and questions: github.com/umami-software/umami, prisma/schema.prisma and
src/queries/sql (version 2): views, visitors and bounces by visit, and groups of `website_event`.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts import postgres as program  # noqa: E402
from tests.policies.people import ACME, MIA, SERVICE, Person, entrance, ident  # noqa: E402
from tests.policies.postgres import Postgres, act_as, running_postgres  # noqa: E402

DATABASE = "visits"
GOAL, ROUNDS, SITES, LAST = 20.0, 3, 10, 1000
SITE = ident("site of Acme")

# What Umami keeps, as its migrations make it.
UMAMI = """
create schema umami;
create table umami.session (
  session_id uuid primary key, website_id uuid not null, browser varchar(20), os varchar(20),
  device varchar(20), screen varchar(11), language varchar(35), country char(2), region varchar(20),
  city varchar(50), distinct_id varchar(50), created_at timestamptz default now()
);
create table umami.website_event (
  event_id uuid primary key, website_id uuid not null, session_id uuid not null,
  visit_id uuid not null, created_at timestamptz default now(), url_path varchar(500) not null,
  url_query varchar(500), utm_source varchar(255), utm_medium varchar(255),
  utm_campaign varchar(255), referrer_path varchar(500), referrer_query varchar(500),
  referrer_domain varchar(500), page_title varchar(500), event_type integer not null default 1,
  event_name varchar(50), tag varchar(50), hostname varchar(100)
);
"""
INDEXES = """
create index on umami.session (created_at);
create index on umami.session (website_id);
create index on umami.session (website_id, created_at);
create index on umami.session (website_id, created_at, browser);
create index on umami.session (website_id, created_at, os);
create index on umami.session (website_id, created_at, device);
create index on umami.session (website_id, created_at, country);
create index on umami.website_event (created_at);
create index on umami.website_event (session_id);
create index on umami.website_event (visit_id);
create index on umami.website_event (website_id);
create index on umami.website_event (website_id, created_at);
create index on umami.website_event (website_id, created_at, url_path);
create index on umami.website_event (website_id, created_at, referrer_domain);
create index on umami.website_event (website_id, created_at, event_name);
create index on umami.website_event (website_id, session_id, created_at);
create index on umami.website_event (website_id, visit_id, created_at);
"""

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
  least(now() - interval '2 minutes',
    now() - interval '1 second' * ((v * 2654435761 + s.nth * 77) % 2500000)) as came,
  '/page-' || floor(power(((v * 3 + p) * 7919 % 1000) / 1000.0, 3) * 200)::int as path,
  (array['', '', 'google.com', 'bing.com', 'news.example', 't.co', 'a.example', 'b.example']
    )[1 + v % 8] as referrer,
  (array['Chrome', 'Safari', 'Firefox', 'Edge'])[1 + v % 4] as browser,
  (array['Windows', 'iOS', 'Android', 'Mac OS X', 'Linux'])[1 + v % 5] as os,
  (array['desktop', 'mobile', 'tablet'])[1 + v % 3] as device,
  (array['DE', 'FR', 'US', 'GB', 'NL', 'JP'])[1 + v % 6] as country,
  case when v % 5 = 0 then 'letter-' || v % 7 end as campaign
from lab.sites s, generate_series(1, {events}::bigint / {sites} / 3) v, generate_series(0, 2) p;
"""
OURS = """
insert into analytics_events (org_id, site_id, at, kind, visitor, path, referrer, utm, device,
  browser, os, country, screen, bounced)
select org_id, site, came + interval '20 seconds' * p, 'view', decode(md5(session::text), 'hex'),
  path, referrer, case when campaign is null then '{}' else jsonb_build_object('campaign', campaign)
  end, device, browser, os, country, 'large', case when p = 0 then false end
from lab.visits order by came;
insert into analytics_daily (org_id, site_id, day, dimension, value, visitors, views)
select org_id, site, (came at time zone 'utc')::date, d.dimension, d.value,
  count(distinct session), count(*)
from lab.visits cross join lateral (values ('total', ''), ('path', path), ('referrer', referrer),
  ('utm_campaign', campaign), ('device', device), ('browser', browser), ('os', os),
  ('country', country), ('screen', 'large')) d (dimension, value)
where d.value is not null group by 1, 2, 3, 4, 5;
"""
SAME = """
insert into umami.session (session_id, website_id, browser, os, device, country, created_at)
select session, site, browser, os, device, country, came from lab.visits where p = 0;
insert into umami.website_event (event_id, website_id, session_id, visit_id, created_at, url_path,
  utm_campaign, referrer_domain)
select gen_random_uuid(), site, session, session, came + interval '20 seconds' * p, path, campaign,
  referrer
from lab.visits order by came;
"""

RANGE = "website_id = '{site}' and created_at >= now() - interval '30 days'"
EVENTS = f"from umami.website_event where {RANGE} and event_type = 1"
JOINED = (
    "from umami.website_event e join umami.session s using (session_id) where "
    "e.website_id = '{site}' and e.created_at >= now() - interval '30 days' and e.event_type = 1"
)
THEIRS = {
    "totals": f"""
      select sum(views), count(distinct session_id), sum((views = 1)::int), sum(seconds) from (
        select session_id, visit_id, count(*) as views,
          extract(epoch from max(created_at) - min(created_at)) as seconds
        {EVENTS} group by 1, 2) t""",
    "days": f"select date_trunc('day', created_at), count(*), count(distinct session_id) {EVENTS} "
    "group by 1 order by 1",
    "path": f"select url_path, count(distinct session_id) {EVENTS} group by 1 order by 2 desc "
    "limit 100",
    "referrer": f"select referrer_domain, count(distinct session_id) {EVENTS} "
    "and referrer_domain <> '' group by 1 order by 2 desc limit 100",
    "utm_campaign": f"select utm_campaign, count(distinct session_id) {EVENTS} "
    "and utm_campaign is not null group by 1 order by 2 desc limit 100",
    **{
        panel: f"select s.{panel}, count(distinct e.session_id) {JOINED} group by 1 "
        "order by 2 desc limit 100"
        for panel in ("browser", "os", "device", "country")
    },
}


def populate(server: Postgres, events: int) -> None:
    """Fill both halves, and let the last views come in as the service brings them."""
    began = time.perf_counter()
    values = {"acme": ACME, "site": SITE, "sites": str(SITES), "events": str(events)}
    visits = VISITS
    for name, value in values.items():
        visits = visits.replace(f"{{{name}}}", value)
    steps = {"visits": visits, "ours": OURS, "Umami's": UMAMI + SAME, "its indexes": INDEXES}
    for name, sql in steps.items():
        run(server, sql)
        print(f"  {name}: {time.perf_counter() - began:.0f} s", flush=True)
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
    today = datetime.now(UTC).date()
    days = f"'{SITE}', '{today - timedelta(days=29)}', '{today}'"
    with running_postgres("-c shared_buffers=1GB", "-c work_mem=64MB") as server:
        print(f"{events:,} page views of {SITES} sites:", flush=True)
        server.make_project(DATABASE, after=entrance())
        populate(server, events)
        theirs = {name: seconds(server, sql.format(site=SITE)) for name, sql in THEIRS.items()}
        ours = seconds(server, f"select site_report({days})", by=MIA)
        filtered = seconds(
            server, f'select site_report({days}, \'{{"device": "mobile"}}\')', by=MIA
        )
        told = json.loads(run(server, f"select site_report({days})", by=MIA))["totals"]
        counted = run(server, THEIRS["totals"].format(site=SITE)).split("|")[:2]
    return tell(theirs, ours, filtered, same=[str(told["views"]), str(told["visitors"])] == counted)


def tell(theirs: dict[str, float], ours: float, filtered: float, *, same: bool) -> int:
    """Print the figures; 1 when a goal is missed."""
    print(f"site_report, all panels, up to this minute, as a member: {ours * 1000:,.1f} ms")
    for name, took in theirs.items():
        print(f"  {name:13} Umami's schema {took * 1000:9,.1f} ms   {took / ours:8,.0f} times")
    whole = sum(theirs.values())
    print(
        f"  {'all of them':13} Umami's schema {whole * 1000:9,.1f} ms   {whole / ours:8,.0f} times"
    )
    print(f"with one filter, from the visits themselves: {filtered * 1000:,.1f} ms (no goal)")
    missed = [name for name, took in theirs.items() if took / ours < GOAL]
    if not same:
        missed.append("both must count the same")
    print(f"Goal, each {GOAL:g} times: " + (f"missed: {', '.join(missed)}" if missed else "met"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
