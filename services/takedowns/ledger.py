"""Reports of published sites and what an operator does about them, as functions of the database."""

from __future__ import annotations

from typing import Any, Literal

from services.config import Config
from services.supabase import as_service, one, rows

Reason = Literal["phishing", "malware", "illegal", "spam", "other"]


def report(config: Config, url: str, reason: Reason, words: str, contact: str | None) -> None:
    """Keep what somebody says of a published page. Raises a ProblemError."""
    told = {"url": url, "reason": reason, "words": words, "contact": contact}
    rows(as_service(config).rpc("report_abuse", told))


def newest(config: Config, most: int) -> list[dict[str, Any]]:
    """Return the newest reports: id, url, reason, words, contact, created_at."""
    return rows(as_service(config).rpc("list_abuse_reports", {"most": most}))


def take_down(config: Config, address: str, reason: str) -> dict[str, Any]:
    """Take a site down; return its id, its name and the hosts that it is taken off.

    Raises NotFound when no site is there.
    """
    told = {"address": address, "reason": reason}
    return one(as_service(config).rpc("suspend_site", told), what="site")


def lift(config: Config, address: str) -> dict[str, Any]:
    """Let a site be published again; return its id and name. Raises NotFound."""
    return one(as_service(config).rpc("lift_suspension", {"address": address}), what="site")
