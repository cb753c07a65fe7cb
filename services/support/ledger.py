"""Visits of support as functions of the database, which decides who, where and for how long."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.config import Config
from services.supabase import as_service, one, rows


def open_visit(
    config: Config, org_slug: str, *, email: str, reason: str, hours: int
) -> dict[str, Any]:
    """Let the account with this address look in; return the visit, `organization` and `owners`.

    Raises NotFound without such an organization or account, Conflict when it sees it already.
    """
    told = {"org_slug": org_slug, "email": email, "reason": reason, "hours": hours}
    return one(as_service(config).rpc("open_support_visit", told), what="organization")


def newest(config: Config, most: int) -> list[dict[str, Any]]:
    """Return the newest visits, each with the `slug` of its organization and `is_open`."""
    return rows(as_service(config).rpc("list_support_visits", {"most": most}))


def close(config: Config, visit_id: UUID) -> dict[str, Any]:
    """End a visit at once and return it. Raises NotFound when none of this id is open."""
    asked = as_service(config).rpc("close_support_visit", {"visit_id": str(visit_id)})
    return one(asked, what="open support access")
