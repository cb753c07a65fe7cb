"""The mail to owners whose organization is looked into: templates/mail/support, filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services import letters
from services.mail import Letter


def opened(app_url: str, visit: dict[str, Any]) -> list[Letter]:
    """Write to each owner who looks in, until when and why."""
    values = {
        "app_url": app_url,
        "link": f"{app_url}/team",
        "organization": visit["organization"],
        "visitor": visit["email"],
        "until": moment(visit["ends_at"]),
        "reason": visit["reason"],
    }
    subject = f"Support looks into {visit['organization']}"
    return [letters.write("support", to=to, subject=subject, **values) for to in visit["owners"]]


def moment(iso: str) -> str:
    """Say a time so that it is the same everywhere: 26 November 2026, 19:04 UTC."""
    at = datetime.fromisoformat(iso).astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"
