"""Judging a beacon: who wants none, who is a robot, who comes too often; the rest is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from services.analytics import agents
from services.analytics.shapes import Beacon
from services.analytics.visitors import Salts, visitor
from services.analytics.visits import Row, Source, host_of, in_order, rows_of
from services.analytics.writer import Writer
from services.config import Config
from services.deployments.addresses import PREVIEW_LABEL, SHARED_PREFIX, Addresses
from services.edge.limits import Rate, network_of
from services.errors import TooManyRequests, Unavailable
from services.supabase import as_service, rows, send_as_service

# One visitor reads, scrolls and clicks far less; an office behind one address still gets through.
PER_ADDRESS = "300 per minute"
PER_SITE = "30000 per minute"
_COUNTRY = re.compile(r"[A-Z]{2}")
_NO_COUNTRY = ("XX", "ZZ", "T1")


@dataclass(frozen=True)
class Request:
    """What counts of a request's headers, by their WSGI names."""

    said: Mapping[str, str]

    @property
    def address(self) -> str:
        return network_of(self.said.get("REMOTE_ADDR", ""))

    @property
    def user_agent(self) -> str:
        return self.said.get("HTTP_USER_AGENT", "")

    @property
    def wants_none(self) -> bool:
        """Say whether the visitor asked not to be counted, or has not seen the page yet."""
        asked = self.said.get("HTTP_DNT") == "1" or self.said.get("HTTP_SEC_GPC") == "1"
        purpose = self.said.get("HTTP_SEC_PURPOSE", "") + self.said.get("HTTP_PURPOSE", "")
        return asked or "prefetch" in purpose or "prerender" in purpose

    @property
    def host(self) -> str:
        """Return the host of the page; a browser says it, and no page can make it say another.

        "null" of a sandboxed page, which has none to tell.
        """
        origin = self.said.get("HTTP_ORIGIN", "")
        return origin if origin == "null" else host_of(origin)


class Collector:
    """Takes beacons; one per process."""

    def __init__(self, config: Config) -> None:
        self._country_header = header_name(config)
        self._addresses = Addresses(config.sites_url)
        # The host of all sites that share an origin; none where each has its own.
        self._shared = "" if self._addresses.by_host else urlsplit(config.sites_url).netloc
        self._salts = Salts(lambda: str(rows(as_service(config).rpc("visitor_salt", {}))[0]))
        self._writer = Writer(
            lambda batch: send_as_service(config, "record_visits", {"batch": in_order(batch)}),
            config.data_dir / "visits",
        )
        self._per_address, self._per_site = Rate(PER_ADDRESS), Rate(PER_SITE)

    def take(self, beacon: Beacon, request: Request) -> None:
        """Count what a beacon tells, unless it is not to be counted.

        Raises TooManyRequests, or Unavailable when more waits for the database than may.
        Nobody learns from the answer which sites there are.
        """
        if request.wants_none:
            return
        salt, site, address = self._salts.today(), str(beacon.site), request.address
        # Not even the counters know an address.
        someone = visitor(salt, "", address, "")
        if not (self._per_address.allows(someone) and self._per_site.allows(site)):
            raise TooManyRequests(retry_after=60)
        agent = agents.describe(request.user_agent)
        if agent is None:
            return
        source = Source(
            site=site,
            host=self._host(beacon, request),
            visitor=visitor(salt, site, address, request.user_agent),
            country=self._country(request),
            agent=agent,
            at=datetime.now(UTC),
        )
        found = [row for row in rows_of(beacon, source) if not self._is_preview(row)]
        if found and not self._writer.put(found):
            raise Unavailable()

    def _host(self, beacon: Beacon, request: Request) -> str:
        """Return where the page was.

        A browser tells neither origin nor address of a sandboxed page. Sites that share an origin
        are sandboxed by us, so a page that says it is one of them is believed; of nobody else.
        """
        host = request.host
        if host != "null":
            return host[:253]
        return self._shared if beacon.host.lower() == self._shared else ""

    def _country(self, request: Request) -> str:
        told = request.said.get(self._country_header, "").upper()
        return told if _COUNTRY.fullmatch(told) and told not in _NO_COUNTRY else ""

    def _is_preview(self, row: Row) -> bool:
        """Say whether somebody looks at a site that is not published yet, on our own origin."""
        if not self._shared:
            label = self._addresses.label_of_host(row["host"])
            return label is not None and (label + "-").startswith(PREVIEW_LABEL)
        return row["host"] == self._shared and str(row["path"]).startswith(
            ("/preview/", SHARED_PREFIX)
        )


def header_name(config: Config) -> str:
    """Return the WSGI name of the header with the country; only our own proxy may send one."""
    if not config.trusted_proxies or not config.country_header:
        return ""
    return "HTTP_" + config.country_header.upper().replace("-", "_")
