"""From a beacon to the rows that the database takes: what is not needed is left out here.

Query strings go (but for the campaign), e-mail addresses in paths go, referrers keep their host.
Everything is text of bounded length without characters that a log or a spreadsheet would obey;
what a page shows of it is escaped there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from services.analytics.agents import Agent
from services.analytics.shapes import NO_CAMPAIGN, Beacon, Event, Utm

Row = dict[str, Any]
LONGEST_PATH = 300
_MOMENT = timedelta(microseconds=1)
# Rows share these: nobody changes one that is made.
_NOTHING: Row = {
    "referrer": "", "utm": {}, "name": "", "properties": {}, "seconds": 0, "depth": 0, "vitals": {}
}  # fmt: skip
# It begins where a word does, so that a long one is looked at once.
_MAIL = re.compile(r"(?<![^/\s@])[^/\s@]+@[^/\s@]+")
_WIDTHS = (0, 640, 1024, 1920)
_SCREENS = ("", "small", "medium", "large", "wide")


class Source(NamedTuple):
    """What the request says besides its body."""

    site: str
    host: str
    visitor: str
    country: str
    agent: Agent
    at: datetime


def rows_of(beacon: Beacon, source: Source) -> list[Row]:
    """Return a row for each event, as `record_visits` takes them."""
    common = _NOTHING | {
        "site": source.site,
        "host": source.host,
        "visitor": source.visitor,
        "country": source.country,
        "device": source.agent.device,
        "browser": source.agent.browser,
        "os": source.agent.system,
        "screen": screen_of(beacon.width),
    }
    # A beacon tells things in their order, and a funnel asks for it.
    rows = []
    for nth, event in enumerate(beacon.events):
        path, query = path_of(event.path)
        row = common | {"at": source.at + nth * _MOMENT, "kind": event.kind, "path": path}
        if tell := _TELL.get(event.kind):
            tell(row, event, query)
        rows.append(row)
    return rows


def in_order(batch: list[Row]) -> list[Row]:
    """Return what came in one moment with the views first that say where somebody came from.

    Beacons overtake each other: whoever opens two pages at once would otherwise come from nowhere.
    """
    return sorted(batch, key=lambda row: not (row["referrer"] or row["utm"]))


def _tell_view(row: Row, event: Event, query: str) -> None:
    row["referrer"] = referrer_of(event.referrer, row["host"])
    row["utm"] = utm_of(event.utm, query)


def _tell_leave(row: Row, event: Event, _query: str) -> None:
    row["seconds"], row["depth"] = round(event.seconds), event.depth


def _tell_event(row: Row, event: Event, _query: str) -> None:
    row["name"] = plain(event.name, 100)
    row["properties"] = {
        plain(name, 40): plain(value, 200) if isinstance(value, str) else value
        for name, value in event.properties.items()
    }


def _tell_outbound(row: Row, event: Event, _query: str) -> None:
    row["name"] = link_of(event.url)


def _tell_vitals(row: Row, event: Event, _query: str) -> None:
    row["vitals"] = event.vitals


_TELL = {
    "view": _tell_view,
    "leave": _tell_leave,
    "event": _tell_event,
    "outbound": _tell_outbound,
    "vitals": _tell_vitals,
}


def path_of(address: str) -> tuple[str, str]:
    """Return the readable path without e-mail addresses, and the query it came with."""
    before, _, query = address.partition("#")[0].partition("?")
    path = before
    if "%" in path:
        path = unquote(path, errors="replace").replace("?", "%3F").replace("#", "%23")
    if "@" in path:
        path = _MAIL.sub("(e-mail)", path)
    return plain(path, LONGEST_PATH) or "/", query


def referrer_of(url: str, own_host: str) -> str:
    """Return the host of another site; nothing for one's own, and for what is no address."""
    if not url:
        return ""
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
    if utm is NO_CAMPAIGN and not query:
        return {}
    told = utm.model_dump()
    if query and not any(told.values()):
        asked = parse_qs(query[:2000], max_num_fields=100) if query.count("&") < 100 else {}
        told = {name: asked.get(f"utm_{name}", [""])[0] for name in told}
    cleaned = {name: plain(_MAIL.sub("(e-mail)", told[name]), 100) for name in told if told[name]}
    return {name: value for name, value in cleaned.items() if value}


def screen_of(width: int) -> str:
    """Return the class of a screen's width."""
    return _SCREENS[bisect_left(_WIDTHS, width)]


def plain(text: str, longest: int) -> str:
    """Return readable text of one line."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text.strip()[:longest].strip()
