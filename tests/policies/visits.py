"""Made-up visits, and what a report of them must say, counted one by one over the raw rows."""

from __future__ import annotations

import json
import math
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.policies.database import Database
from tests.policies.people import SERVICE, ident

SITE = ident("site of Acme")
HOST = "acme.test"
DAYS = 4

PAGES = ("/", "/about", "/shop", "/thanks")
EVENTS = ("Order", "/about", "Sign up")
VALUES = {
    "referrer": ("", "news.example", "t.co"),
    "device": ("desktop", "mobile"),
    "browser": ("Chrome", "Firefox"),
    "os": ("Linux", "iOS"),
    "country": ("", "DE", "FR"),
    "screen": ("small", "large"),
}
CAMPAIGNS: tuple[dict[str, str], ...] = (
    {},
    {"source": "letter", "campaign": "may"},
    {"medium": "mail"},
)

PREPARE = (
    "delete from analytics_events where visitor = decode(repeat('00', 16), 'hex')",
    f"update sites set analytics = true, published_url = 'https://{HOST}/' where id = '{SITE}'",
)
RAW = f"""
select kind, path, name, referrer, device, browser, os, country, screen, seconds, depth,
  bounced, encode(visitor, 'hex') as visitor, properties as vitals,
  utm ->> 'source' as utm_source, utm ->> 'medium' as utm_medium,
  utm ->> 'campaign' as utm_campaign,
  to_char(at at time zone 'utc', 'YYYY-MM-DD') as day,
  to_char(at at time zone 'utc', 'HH24') as hour
from analytics_events
where site_id = '{SITE}'
  and at >= ((now() at time zone 'utc')::date - {DAYS - 1}) at time zone 'utc'
order by at, id
"""

Row = dict[str, Any]
Filters = dict[str, str]


def today() -> date:
    return datetime.now(UTC).date()


def made_up(seed: int, visitors: int = 60) -> list[Row]:
    """Return events as the service sends them, in the order of their time."""
    chance = random.Random(seed)
    events: list[Row] = []
    for _ in range(visitors):
        ago = DAYS - 1 - chance.randrange(DAYS)
        day = today() - timedelta(days=ago)
        second = chance.randrange(0, 80_000)
        if ago == 0:
            second = int(now_second() * chance.random())
        who = {
            **{name: chance.choice(values) for name, values in VALUES.items()},
            **{"visitor": chance.randbytes(16).hex(), "utm": chance.choice(CAMPAIGNS)},
        }
        kinds = chance.choices(
            ("view", "leave", "event", "outbound", "not_found", "vitals"),
            weights=(5, 4, 2, 1, 1, 2),
            k=chance.randrange(0, 9),
        )
        # Most begin with a view; a tab that is closed after midnight leaves without one.
        kinds = ["view", *kinds] if chance.random() < 0.9 else [*kinds, "leave"]
        for nth, kind in enumerate(kinds):
            at = datetime.combine(day, time(), UTC) + timedelta(seconds=second, milliseconds=nth)
            events.append(event(chance, kind, at) | who)
    return sorted(events, key=lambda each: str(each["at"]))


def now_second() -> float:
    return (datetime.now(UTC) - datetime.combine(today(), time(), UTC)).total_seconds()


def event(chance: random.Random, kind: str, at: datetime) -> Row:
    names = {"event": chance.choice(EVENTS), "outbound": f"x.example/{chance.randrange(3)}"}
    measured = {"lcp": chance.randrange(4000), "cls": chance.randrange(300), "ttfb": 0.4}
    kept = dict(chance.sample(list(measured.items()), chance.randrange(1, 4)))
    return {
        **{"site": SITE, "host": HOST, "at": at.isoformat(timespec="microseconds"), "kind": kind},
        **{"path": chance.choice(PAGES), "name": names.get(kind, ""), "properties": {}},
        "seconds": chance.randrange(90) if kind == "leave" else 0,
        "depth": chance.randrange(101) if kind == "leave" else 0,
        "vitals": kept if kind == "vitals" else {},
    }


def take_in(db: Database, events: list[Row], at_once: int = 50) -> None:
    """Let them come in batch by batch, as the service brings them; the cast's own visit goes."""
    for statement in PREPARE:
        db.run(statement)
    for start in range(0, len(events), at_once):
        batch = events[start : start + at_once]
        told = db.value("select record_visits($1::jsonb)", json.dumps(batch), by=SERVICE)
        assert told == len(batch)


def raw(db: Database) -> list[Row]:
    """Return what was kept of the visits of these days."""
    return db.run(RAW)


class Count:
    """What is added up for one value of a panel."""

    def __init__(self) -> None:
        self.visitors: set[str] = set()
        self.views = self.bounces = self.seconds = self.depth = self.leaves = 0

    def told(self) -> Row:
        depth = math.floor(self.depth / self.leaves + 0.5) if self.leaves else None
        numbers = {"views": self.views, "bounces": self.bounces, "seconds": self.seconds}
        return {"visitors": len(self.visitors), **numbers, "depth": depth}


def fits(done: list[Row], filters: Filters) -> bool:
    """Whether somebody who did this is let through, whatever the page."""
    return all(
        any(row["kind"] == "event" and row["name"] == value for row in done)
        if name == "event"
        else done[0][name] == value
        for name, value in filters.items()
        if name != "path"
    )


def let_through(rows: Iterable[Row], filters: Filters) -> list[list[Row]]:
    """Return of each visitor of a day what they did, on the page if one is asked for."""
    by_visitor = defaultdict(list)
    for row in rows:
        by_visitor[row["day"], row["visitor"]].append(row)
    page = filters.get("path")
    return [
        [row for row in done if page is None or row["path"] == page]
        for done in by_visitor.values()
        if fits(done, filters)
    ]


def counted(rows: list[Row], filters: Filters, days: list[date]) -> Row:
    """Return the totals, days, panels and Web Vitals of a report on these days."""
    wanted = {day.isoformat() for day in days}
    panels: dict[str, dict[str, Count]] = defaultdict(lambda: defaultdict(Count))
    measured: dict[tuple[str, str], list[float]] = defaultdict(list)
    for done in let_through((row for row in rows if row["day"] in wanted), filters):
        count_visitor(panels, done, by_hour=len(days) == 1)
        for row in done:
            for metric, value in row["vitals"].items() if row["kind"] == "vitals" else ():
                measured[row["path"], metric].append(value)
    told = {
        panel: {value: count.told() for value, count in counts.items()}
        for panel, counts in panels.items()
    }
    none = Count().told()
    totals = told.pop("total", {}).get("", none)
    by_day = told.pop("day", {})
    return {
        "totals": {name: totals[name] for name in ("visitors", "views", "bounces", "seconds")},
        "days": [
            {"day": day, **{each: by_day.get(day, none)[each] for each in ("visitors", "views")}}
            for day in sorted(wanted)
        ],
        "panels": told,
        "vitals": {key: p75(key[1], values) for key, values in measured.items()},
    }


def count_visitor(panels: Any, done: list[Row], *, by_hour: bool) -> None:
    views = [row for row in done if row["kind"] == "view"]
    for row in done:
        kind, who = row["kind"], row["visitor"]
        if kind in ("view", "leave"):
            page = panels["path"][row["path"]]
            page.visitors |= {who} if kind == "view" else set()
            page.views += kind == "view"
            page.bounces += bool(row["bounced"])
            page.seconds += row["seconds"]
            page.depth += row["depth"]
            page.leaves += kind == "leave"
        elif kind != "vitals":
            act = panels[kind][row["path"] if kind == "not_found" else row["name"]]
            act.visitors.add(who)
            act.views += 1
    if not views:
        return
    of = views[0]
    values = {"total": "", "day": of["day"], **{name: of[name] for name in VALUES}}
    values |= {name: of[name] for name in of if name.startswith("utm_")}
    values["entry"] = next((row["path"] for row in views if row["bounced"] is not None), None)
    for panel, value in values.items():
        if value is not None:
            count = panels[panel][value]
            count.visitors.add(of["visitor"])
            count.views += len(views)
            count.bounces += any(row["bounced"] for row in views)
            count.seconds += sum(row["seconds"] for row in done)
    if by_hour:
        panels["hour"][of["hour"]].visitors.add(of["visitor"])
        for row in views:
            panels["hour"][row["hour"]].views += 1


def p75(metric: str, values: list[float]) -> float:
    """Return what three of four were no slower than, from buckets that grow by a tenth."""
    buckets = sorted(math.ceil(math.log(max(value, 1.0)) / math.log(1.1)) for value in values)
    slow = 1.1 ** (buckets[math.ceil(0.75 * len(buckets)) - 1] - 0.5)
    return round(slow / 1000, 3) if metric == "cls" else round(slow)


def reached(rows: list[Row], filters: Filters, steps: list[Row]) -> list[int]:
    """Return how many did the first step, the first two in this order, and so on."""
    page = filters.get("path")
    counts = [0] * len(steps)
    for done in let_through(
        rows, {name: value for name, value in filters.items() if name != "path"}
    ):
        if page and not any(row["kind"] == "view" and row["path"] == page for row in done):
            continue
        at = 0
        for row in done:
            what = {"view": ("path", row["path"]), "event": ("event", row["name"])}.get(row["kind"])
            if at < len(steps) and what == (steps[at]["kind"], steps[at]["value"]):
                counts[at] += 1
                at += 1
    return counts
