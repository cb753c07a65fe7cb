"""What an integration looks like from outside. A token goes in here and never comes out."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.edge.json_body import Body

Token = Annotated[
    str,
    Field(
        min_length=8,
        max_length=2000,
        pattern=r"^[\x21-\x7e]+$",
        repr=False,
        description="The access token, as the host shows it once.",
    ),
]
Label = Annotated[str, Field(min_length=1, max_length=80, description="What you call it.")]


class NewIntegration(Body):
    """An account at a host, by its access token."""

    org_id: Annotated[UUID, Field(strict=False, description="The organization it is for.")]
    provider: Literal["netlify", "vercel", "github"]
    token: Token
    label: Label
    team_id: Annotated[
        str,
        Field(
            max_length=200,
            pattern=r"^[A-Za-z0-9_-]*$",
            description="The team at Netlify (its slug) or Vercel (its id) to publish for.",
        ),
    ] = ""


class NewToken(Body):
    """A token that takes the place of the one that is kept."""

    token: Token


class NewLabel(Body):
    """Another name for an account."""

    label: Label


class NewDomain(Body):
    """A domain of the person's own."""

    name: Annotated[
        str,
        Field(
            max_length=253,
            pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
            description="In lower case, such as www.example.com.",
        ),
    ]


class Domain(BaseModel):
    """What the host said of a domain: the records it wants, and how far it is."""

    name: str = ""
    state: Literal["pending", "live", ""] = ""
    records: list[dict[str, str]] = []
    certificate: str = ""
    said: str = ""
    checked_at: str | None = None


class OAuthAnswer(Body):
    """What GitHub sent the person back with."""

    code: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[\x21-\x7e]+$")]
    state: Annotated[str, Field(min_length=20, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


class Authorize(BaseModel):
    """Where to send the person."""

    url: str


class Integration(BaseModel):
    """An account at a host; of its token only the last four characters."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    org_id: UUID
    provider: Literal["netlify", "vercel", "github"]
    label: str
    account_label: str
    team_id: str
    method: Literal["token", "oauth"]
    scopes: list[str]
    last_four: str
    state: Literal["connected", "broken", "disconnected"]
    problem: str
    checked_at: str | None
    created_at: str


class Tried(Integration):
    """An account that was just tried, with the teams it could publish for."""

    teams: list[dict[str, str]] = []


class Forgotten(BaseModel):
    """What became of a credential."""

    revoked: bool
    detail: str
