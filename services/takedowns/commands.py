"""`flask sites`: what an operator does about a site that harms others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from services.config import Config
from services.errors import ProblemError
from services.takedowns import ledger


def group(config: Config) -> click.Group:
    """Return the commands, which act with these settings."""

    @click.group("sites", help="Sites that harm others.")
    def sites() -> None: ...

    @sites.command("reports", help="What strangers reported, the newest first.")
    @click.option("--most", default=50, show_default=True, type=click.IntRange(1, 500))
    def reports(most: int) -> None:
        found = _ask(lambda: ledger.newest(config, most))
        for each in found:
            words = " ".join(each["words"].split())
            line = f"{each['created_at'][:16]}  {each['reason']:8}  {each['url']}  {words}"
            # What strangers write must not move the cursor or hide a line.
            click.echo("".join(filter(str.isprintable, line)))
        if not found:
            click.echo("Nothing was reported.")

    @sites.command("take-down", help="Take a site off its hosts; nothing more of it is published.")
    @click.argument("site", metavar="ID-OR-ADDRESS")
    @click.option("--reason", required=True, help="For its owners, in a sentence.")
    def take_down(site: str, reason: str) -> None:
        down = _ask(lambda: ledger.take_down(config, site, reason))
        hosts = ", ".join(down["hosts"]) or "no host"
        click.echo(f"{down['name']} ({down['id']}) is being taken off {hosts}.")

    @sites.command("lift", help="Let a site that was taken down be published again.")
    @click.argument("site", metavar="ID-OR-ADDRESS")
    def lift(site: str) -> None:
        up = _ask(lambda: ledger.lift(config, site))
        click.echo(f"{up['name']} ({up['id']}) can be published again.")

    return sites


def _ask(question: Callable[[], Any]) -> Any:
    try:
        return question()
    except ProblemError as problem:
        raise click.ClickException(problem.detail) from None
