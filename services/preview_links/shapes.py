"""What a person asks for when they share a preview, and what they get."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.edge.json_body import Body


class NewPreviewLink(Body):
    """A request for a link to one preview."""

    deployment_id: Annotated[
        UUID, Field(strict=False, description="A deployment with target `preview` that is ready.")
    ]
    hours: Annotated[int, Field(ge=1, le=24, description="How long the link opens it.")] = 24
    label: Annotated[str, Field(max_length=80, description="Whom it is for.")] = ""


class PreviewLink(BaseModel):
    """A link. To revoke it, delete its row of `preview_links`."""

    id: UUID
    deployment_id: UUID
    label: str
    expires_at: str
    created_at: str
    url: str
