"""`flask billing reconcile`: ask Stripe about every customer, whatever the events said.

Run it every night, and after Stripe or this server was away for long. It also takes up what had
failed too often.
"""

from __future__ import annotations

import click

from services.billing import stripe_api
from services.billing.ledger import Ledger
from services.billing.syncing import sync_next
from services.config import Config
from services.errors import ProblemError


def group(config: Config) -> click.Group:
    """Return the commands, which act with these settings."""

    @click.group("billing", help="Plans and payments.")
    def billing() -> None: ...

    @billing.command("reconcile", help="Bring every customer up to date with Stripe.")
    def reconcile() -> None:
        try:
            client, ledger = stripe_api.client(config), Ledger(config)
            marked = ledger.want_sync()
            while sync_next(ledger, client):
                pass
        except ProblemError as problem:
            raise click.ClickException(problem.detail) from None
        click.echo(f"{marked} customers were asked about.")

    return billing
