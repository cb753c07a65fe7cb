"""`flask credentials …`: what an operator does with the keys."""

from __future__ import annotations

import click

from services.config import Config
from services.integrations.canary import WrongKeys
from services.integrations.cipher import Cipher
from services.integrations.vault import Vault
from services.supabase import as_service


def complaint(config: Config) -> str | None:
    """Say what is wrong with CREDENTIALS_KEYS, if anything; None too when nobody can tell yet."""
    if not config.credentials_keys:
        return None
    try:
        Vault(as_service(config), Cipher(config.credentials_keys)).check()
    except WrongKeys as error:
        return str(error)
    except Exception:
        # The database is away. Every write asks again before it happens.
        return None
    return None


def group(config: Config) -> click.Group:
    """Return the commands for this configuration."""
    commands = click.Group("credentials", help="The keys that encrypt what is secret.")

    @commands.command("rotate", help="Re-encrypt every secret with the first of CREDENTIALS_KEYS.")
    def rotate() -> None:
        if not config.credentials_keys:
            raise click.ClickException("CREDENTIALS_KEYS is not set.")
        vault = Vault(as_service(config), Cipher(config.credentials_keys))
        try:
            done = vault.rotate(lambda count: click.echo(f"{count:,} re-encrypted"))
        except WrongKeys as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"Done: {done:,} re-encrypted. The keys behind the first can be removed now.")

    return commands
