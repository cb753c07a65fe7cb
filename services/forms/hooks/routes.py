"""POST /api/form-hooks: a webhook and its secret. All else goes straight to Supabase."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from flask import Blueprint, current_app, g
from pydantic import BaseModel, Field

from services.edge.json_body import Body
from services.edge.limits import limiter
from services.edge.operation import operation
from services.errors import Conflict, Forbidden, Invalid, NotConfigured, NotFound, Unavailable
from services.forms.hooks.creating import create

blueprint = Blueprint("form_hooks", __name__)


class NewHook(Body):
    """Which forms are told of, and where; no form is every form of the site."""

    site_id: UUID
    form: Annotated[str, Field(max_length=63, pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$")] = ""
    url: Annotated[str, Field(min_length=8, max_length=2048)]


class Hook(BaseModel):
    """A webhook; `secret` is told this once."""

    id: UUID
    site_id: UUID
    form: str
    url: str
    created_at: datetime
    secret: str


@blueprint.post("/api/form-hooks")
@limiter.limit("20 per minute")
@operation(
    "Make a webhook for forms",
    body=NewHook,
    answer=Hook,
    status=201,
    errors=(Forbidden, NotFound, Conflict, Invalid, NotConfigured, Unavailable),
)
def make(*, body: NewHook) -> Hook:
    """Make a webhook that is called, signed, with whatever visitors send."""
    config = current_app.config["ROSERAM"]
    asked = body.model_dump(mode="json")
    made = create(config, g.person.token, str(g.person.id), **asked)
    return Hook.model_validate(made)
