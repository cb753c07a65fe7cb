"""The weekly mail about visits: templates/mail/week.txt and .html, filled in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from services import letters
from services.mail import Letter


def week(*, to: str, monday: date, sites: list[dict[str, Any]], app_url: str) -> Letter:
    """Write the mail. What people wrote stands in it as text, never in its subject."""
    sunday = monday + timedelta(days=6)
    days = f"{monday.day} {monday:%B} to {sunday.day} {sunday:%B}"
    values = {"days": days, "app_url": app_url, "sites": [_line(site, app_url) for site in sites]}
    return letters.write(
        "week",
        to=to,
        subject=f"Your visitors from {days}",
        **values,
    )


def _line(site: dict[str, Any], app_url: str) -> dict[str, str]:
    now, before = site["totals"], site["previous"]
    return {
        "name": site["name"],
        "visitors": f"{now['visitors']:,}",
        "views": f"{now['views']:,}",
        "change": change(now["visitors"], before["visitors"]),
        "link": f"{app_url}/sites/{site['id']}/analytics",
    }


def change(now: int, before: int) -> str:
    """Say how a number compares with the week before."""
    if not before:
        return "none the week before" if now else "as the week before"
    percent = round(100 * (now - before) / before)
    if percent == 0:
        return "as the week before"
    return f"{abs(percent):,} % {'more' if percent > 0 else 'fewer'} than the week before"
