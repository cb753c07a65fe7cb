"""`flask support`: the operator lets somebody look into one organization, and ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import click

from services.config import Config
from services.errors import ProblemError
from services.mail import send
from services.support import ledger, letters


def group(config: Config) -> click.Group:
    """Return the commands, which act with these settings."""

    @click.group("support", help="Look into an organization, as its owners know.")
    def support() -> None: ...

    @support.command("open", help="Let an account look into an organization, and tell its owners.")
    @click.argument("org_slug", metavar="ORGANIZATION")
    @click.option("--as", "email", required=True, help="E-mail address of the account.")
    @click.option("--reason", required=True, help="For the owners, in a sentence.")
    @click.option("--hours", default=1, show_default=True, type=click.IntRange(1, 8))
    def open_(org_slug: str, email: str, reason: str, hours: int) -> None:
        visit = _ask(
            lambda: ledger.open_visit(config, org_slug, email=email, reason=reason, hours=hours)
        )
        until = letters.moment(visit["ends_at"])
        click.echo(f"{visit['email']} may look into {visit['organization']} until {until}.")
        click.echo(f"To end it sooner: flask support close {visit['id']}")
        click.echo(_tell_owners(config, visit))

    @support.command("list", help="Who looks in, and who did, the newest first.")
    @click.option("--most", default=50, show_default=True, type=click.IntRange(1, 500))
    def list_(most: int) -> None:
        found = _ask(lambda: ledger.newest(config, most))
        for each in found:
            click.echo(_line(each))
        if not found:
            click.echo("Support has looked into no organization.")

    @support.command("close", help="End a visit at once.")
    @click.argument("visit_id", metavar="ID", type=click.UUID)
    def close(visit_id: UUID) -> None:
        visit = _ask(lambda: ledger.close(config, visit_id))
        click.echo(f"{visit['email']} sees nothing of the organization any more.")

    return support


def _tell_owners(config: Config, visit: dict[str, Any]) -> str:
    """Mail the owners and say whom that reached; the visit is open all the same."""
    told = "They see it on the screen Team and in the activity log."
    try:
        sent = send(config, letters.opened(config.app_url, visit))
    except ProblemError as problem:
        return f"No owner was mailed: {problem.detail} {told}"
    return f"{sum(sent)} of {len(sent)} owners were mailed. {told}"


def _line(visit: dict[str, Any]) -> str:
    state = "open" if visit["is_open"] else "closed" if visit["closed_at"] else "ended"
    since, until = visit["opened_at"][:16], (visit["closed_at"] or visit["ends_at"])[:16]
    who = f"{visit['slug']}  {visit['email']}"
    return f"{visit['id']}  {state:6}  {since}  {until}  {who}  {visit['reason']}"


def _ask(question: Callable[[], Any]) -> Any:
    try:
        return question()
    except ProblemError as problem:
        raise click.ClickException(problem.detail) from None
