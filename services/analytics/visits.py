"""From a beacon to the rows that the database takes: what is not needed is left out here.

Query strings go (but for the campaign), e-mail addresses in paths go, referrers keep their host.
Everything is text of bounded length without characters that a log or a spreadsheet would obey;
what a page shows of it is escaped there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from services.analytics.agents import Agent
from services.analytics.shapes import Beacon, Event, Utm

Row = dict[str, Any]
LONGEST_PATH = 300
# It begins where a word does, so that a long one is looked at once.
_MAIL = re.compile(r"(?<![^/\s@])[^/\s@]+@[^/\s@]+")
_SCREENS = ((0, ""), (640, "small"), (1024, "medium"), (1920, "large"))


@dataclass(frozen=True)
class Source:
    """What the request says besides its body."""

    host: str
    visitor: str
    country: str
    agent: Agent
    at: datetime


def rows_of(beacon: Beacon, source: Source) -> list[Row]:
    """Return a row for each event, as `record_visits` takes them."""
    common = {
        "site": str(beacon.site),
        "host": source.host,
        "visitor": source.visitor,
        "country": source.country,
        "device": source.agent.device,
        "browser": source.agent.browser,
        "os": source.agent.system,
        "screen": screen_of(beacon.width),
    }
    # A beacon tells things in their order, and a funnel asks for it.
    return [
        common
        | {"at": (source.at + timedelta(microseconds=nth)).isoformat()}
        | _of_event(event, source.host)
        for nth, event in enumerate(beacon.events)
    ]


def in_order(batch: list[Row]) -> list[Row]:
    """Return what came in one moment with the views first that say where somebody came from.

    Beacons overtake each other: whoever opens two pages at once would otherwise come from nowhere.
    """
    return sorted(batch, key=lambda row: not (row["referrer"] or row["utm"]))


def _of_event(event: Event, host: str) -> Row:
    path, query = path_of(event.path)
    return {
        "kind": event.kind,
        "path": path,
        "referrer": referrer_of(event.referrer, host) if event.kind == "view" else "",
        "utm": utm_of(event.utm, query) if event.kind == "view" else {},
        "name": link_of(event.url) if event.kind == "outbound" else plain(event.name, 100),
        "properties": {
            plain(name, 40): plain(value, 200) if isinstance(value, str) else value
            for name, value in event.properties.items()
        }
        if event.kind == "event"
        else {},
        "seconds": round(event.seconds) if event.kind == "leave" else 0,
        "depth": event.depth if event.kind == "leave" else 0,
        "vitals": event.vitals if event.kind == "vitals" else {},
    }


def path_of(address: str) -> tuple[str, str]:
    """Return the readable path without e-mail addresses, and the query it came with."""
    before, _, query = address.partition("#")[0].partition("?")
    path = unquote(before, errors="replace").replace("?", "%3F").replace("#", "%23")
    return plain(_MAIL.sub("(e-mail)", path), LONGEST_PATH) or "/", query


def referrer_of(url: str, own_host: str) -> str:
    """Return the host of another site; nothing for one's own, and for what is no address."""
    host = host_of(url)
    return "" if host == own_host else plain(host.removeprefix("www."), 253)


def link_of(url: str) -> str:
    """Return host and path of where a click led."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(unknown)"
    return plain(_MAIL.sub("(e-mail)", parts.netloc.rpartition("@")[2] + parts.path), 300)


def host_of(url: str) -> str:
    """Return the host and port of an address, in lower case; nothing if it has none."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2].lower() if parts.scheme in ("http", "https") else ""


def utm_of(utm: Utm, query: str) -> dict[str, str]:
    """Return the named campaign, else the one in the query."""
    told = utm.model_dump()
    if query and not any(told.values()):
        asked = parse_qs(query[:2000], max_num_fields=100) if query.count("&") < 100 else {}
        told = {name: asked.get(f"utm_{name}", [""])[0] for name in told}
    cleaned = {name: plain(_MAIL.sub("(e-mail)", told[name]), 100) for name in told if told[name]}
    return {name: value for name, value in cleaned.items() if value}


def screen_of(width: int) -> str:
    """Return the class of a screen's width."""
    return next((name for most, name in _SCREENS if width <= most), "wide")


def plain(text: str, longest: int) -> str:
    """Return readable text of one line."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text.strip()[:longest].strip()
