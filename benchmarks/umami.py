"""Umami's schema and its questions, beside which `site_report.py` measures ours.

github.com/umami-software/umami, prisma/schema.prisma and src/queries/sql (version 2): views,
visitors and bounces by visit, groups of `website_event`, and the funnel's common table expressions.
`{site}` stands for the site; a filter of the session joins its table, as Umami's do.
"""

from __future__ import annotations

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

SAME = """
insert into umami.session (session_id, website_id, browser, os, device, country, created_at)
select session, site, browser, os, device, country, came from lab.visits where p = 0;
insert into umami.website_event (event_id, website_id, session_id, visit_id, created_at, url_path,
  utm_campaign, referrer_domain)
select gen_random_uuid(), site, session, session, came + interval '20 seconds' * p, path, campaign,
  referrer
from lab.visits order by came;
"""

RANGE = "e.website_id = '{site}' and e.created_at >= now() - interval '30 days'"
SESSIONS = "join umami.session s using (session_id)"


def questions(*, where: str = "", joined: bool = False) -> dict[str, str]:
    """Return one statement for each panel, for the visits that fit a condition on `e` and `s`."""

    def events(*, join: bool = False) -> str:
        sessions = SESSIONS if join or joined else ""
        return f"from umami.website_event e {sessions} where {RANGE} and e.event_type = 1 {where}"

    def top(column: str, *, join: bool = False, known: str = "") -> str:
        return (
            f"select {column}, count(distinct e.session_id) {events(join=join)} {known} "
            "group by 1 order by 2 desc limit 100"
        )

    return {
        "totals": f"""
      select sum(views), count(distinct session_id), sum((views = 1)::int), sum(seconds) from (
        select e.session_id, e.visit_id, count(*) as views,
          extract(epoch from max(e.created_at) - min(e.created_at)) as seconds
        {events()} group by 1, 2) t""",
        "days": "select date_trunc('day', e.created_at), count(*), count(distinct e.session_id) "
        f"{events()} group by 1 order by 1",
        "path": top("e.url_path"),
        "referrer": top("e.referrer_domain", known="and e.referrer_domain <> ''"),
        "utm_campaign": top("e.utm_campaign", known="and e.utm_campaign is not null"),
        **{panel: top(f"s.{panel}", join=True) for panel in ("browser", "os", "device", "country")},
    }


def funnel(*paths: str) -> str:
    """Return the statement that counts who saw these pages one after the other within a day."""
    levels = [
        "level1 as (select distinct e.session_id, e.created_at from umami.website_event e "
        f"where {RANGE} and e.url_path = '{paths[0]}')"
    ]
    for nth, path in enumerate(paths[1:], start=2):
        levels.append(
            f"level{nth} as (select distinct e.session_id, e.created_at from level{nth - 1} l "
            f"join umami.website_event e on e.session_id = l.session_id where {RANGE} "
            "and e.created_at between l.created_at and l.created_at + interval '1 day' "
            f"and e.url_path = '{path}')"
        )
    counts = ", ".join(
        f"(select count(distinct session_id) from level{nth + 1})" for nth in range(len(paths))
    )
    return f"with {', '.join(levels)} select {counts}"
