"""What a deployment looks like from outside, and what a person may ask for."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.edge.json_body import Body

HostName = Literal["local", "archive", "netlify", "vercel", "github_pages"]


class NewDeployment(Body):
    """A request to publish a site."""

    # JSON has no UUIDs: strict mode takes them as text only where the field says so.
    site_id: Annotated[UUID, Field(strict=False, description="The site to publish.")]
    host: Annotated[HostName, Field(description="Where to: this server, a ZIP, or another host.")]
    target: Annotated[
        Literal["production", "preview"],
        Field(description="The live site, or an address of its own to look at first."),
    ] = "production"
    message: Annotated[str, Field(max_length=200, description="What changed, for the history.")] = (
        ""
    )
    integration_id: Annotated[
        UUID | None,
        Field(strict=False, description="The account to publish through; by default the last one."),
    ] = None
    consent: Annotated[
        bool,
        Field(description="Make a project or repository there, under the host's terms."),
    ] = False
    scheduled_for: Annotated[
        AwareDatetime | None, Field(strict=False, description="When, if not now.")
    ] = None
    time_zone: Annotated[
        str | None, Field(max_length=64, description="Where that time was chosen: Europe/Berlin.")
    ] = None


class Plan(BaseModel):
    """What a publish would change: files, bytes to send; pages, their blocks, and by whom."""

    model_config = ConfigDict(extra="forbid")

    files: dict[str, list[str]]
    counts: dict[str, int]
    bytes: int
    pages: list[dict[str, Any]]
    live_since: str | None
    notes: list[str]


class Unpublish(Body):
    """Which host the site is taken off."""

    host: Literal["local", "netlify", "vercel", "github_pages"]


class Deployment(BaseModel):
    """One publish. Read it again from `deployments` until `status` is ready, error or canceled."""

    model_config = ConfigDict(extra="allow")

    id: UUID
    org_id: UUID
    site_id: UUID
    host: str
    target: str
    status: Literal["queued", "building", "uploading", "processing", "ready", "error", "canceled"]
    message: str
    progress: dict[str, Any]
    url: str | None
    error: dict[str, Any] | None
    kind: Literal["publish", "restore", "promote", "unpublish"]
    report: list[str]
    scheduled_for: str | None
    time_zone: str | None
    restored_from: UUID | None
    sequence: int
    created_at: str
