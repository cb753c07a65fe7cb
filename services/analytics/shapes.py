"""What a published page tells of a visit, and what a shared report is asked for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.edge.json_body import Body

MAX_BYTES = 4096
Kind = Literal["view", "leave", "event", "outbound", "not_found", "vitals"]
Metric = Literal["lcp", "inp", "cls", "fcp", "ttfb"]
_NEEDED = {"event": "name", "outbound": "url", "vitals": "vitals"}
_Word = Annotated[str, Field(max_length=200)]
_Value = Annotated[str, Field(max_length=200)] | int | Annotated[float, Field(allow_inf_nan=False)]


class Utm(Body):
    """The campaign that a link to the page named: all that is kept of a query string."""

    # Or each event without a campaign would get a copy of its own of the default below.
    model_config = ConfigDict(frozen=True)

    source: _Word = ""
    medium: _Word = ""
    campaign: _Word = ""
    term: _Word = ""
    content: _Word = ""


NO_CAMPAIGN = Utm()


class Event(Body):
    """One thing that happened on a page."""

    kind: Kind
    path: Annotated[str, Field(max_length=2048, pattern=r"^/", description="location.pathname")]
    referrer: Annotated[str, Field(max_length=2048, description="Of a view: where from.")] = ""
    utm: Utm = NO_CAMPAIGN
    name: Annotated[str, Field(max_length=100, description="Of an event: what it is called.")] = ""
    properties: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=40)], _Value], Field(max_length=10)
    ] = Field(default_factory=dict)
    url: Annotated[str, Field(max_length=2048, description="Of an outbound click: where to.")] = ""
    seconds: Annotated[
        float, Field(ge=0, le=86400, description="Of a leave: how long it was seen.")
    ] = 0
    depth: Annotated[int, Field(ge=0, le=100, description="Of a leave: percent scrolled.")] = 0
    vitals: Annotated[
        dict[Metric, Annotated[float, Field(ge=0, le=600_000, allow_inf_nan=False)]],
        Field(description="Of vitals: milliseconds; cls in thousandths."),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def has_what_its_kind_needs(self) -> Event:
        field = _NEEDED.get(self.kind)
        if field is not None:
            told = getattr(self, field)
            if not (told.strip() if isinstance(told, str) else told):
                raise ValueError(f"An event of kind {self.kind} needs {field}")
        return self


class Beacon(Body):
    """What a page sends at once."""

    site: Annotated[UUID, Field(strict=False)]
    host: Annotated[
        str, Field(max_length=260, description="location.host; believed only in a sandbox of ours.")
    ] = ""
    width: Annotated[int, Field(ge=0, le=100_000, description="The screen's, in pixels.")] = 0
    events: Annotated[list[Event], Field(min_length=1, max_length=20)]


class NewLink(Body):
    """A request for a link that shows a site's visits to whoever holds it."""

    site_id: Annotated[UUID, Field(strict=False)]
    label: Annotated[str, Field(max_length=80, description="Whom it is for.")] = ""


class AnalyticsLink(BaseModel):
    """A link. To revoke it, delete its row of `analytics_links`."""

    id: UUID
    site_id: UUID
    label: str
    expires_at: str
    created_at: str
    url: str


class SharedQuestion(Body):
    """What whoever holds a link wants to see."""

    token: Annotated[str, Field(min_length=1, max_length=200)]
    from_day: Annotated[date, Field(strict=False)]
    to_day: Annotated[date, Field(strict=False)]
    filters: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=300)]],
        Field(max_length=11),
    ] = {}


class SharedReport(BaseModel):
    """The numbers, as `site_report` gives them to members, and what the site is called."""

    site: str
    totals: dict[str, Any]
    previous: dict[str, Any]
    days: list[dict[str, Any]]
    panels: dict[str, list[dict[str, Any]]]
    vitals: list[dict[str, Any]]
    live: int
    kept_from: Annotated[
        date | None, Field(description="With filters: the first day whose visits are kept.")
    ] = None
