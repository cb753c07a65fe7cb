"""What deleted sites left behind at other hosts: removed there, or noted why not."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from services.config import Config
from services.deployments.queue import ask
from services.integrations.cipher import Undecipherable
from services.integrations.vault import Vault
from services.supabase import Client, rows
from services.vendors import accounts
from services.vendors.api import Api
from services.vendors.errors import Refused, VendorError

log = logging.getLogger(__name__)

_NO_ACCOUNT = (
    "The account for this host was disconnected. Connect one and try again, or remove the project "
    "there yourself."
)
_UNREADABLE = "The account's stored token can no longer be read. Rotate it, then try again."


def remove_leftovers(config: Config, db: Client, vault: Vault | None) -> int:
    """Remove what is due, project by project; return how many are gone. Raises Unavailable."""
    gone = 0
    while found := ask(lambda: rows(db.rpc("take_leftover", {}))):
        (leftover,) = found
        problem = _remove(config, vault, leftover)
        _end(db, leftover["id"], problem)
        gone += not problem
        log.info("leftover %s at %s: %s", leftover["id"], leftover["host"], problem or "removed")
    return gone


def _end(db: Client, leftover_id: str, problem: str) -> None:
    ended = {"leftover_id": leftover_id, "problem": problem}
    ask(lambda: rows(db.rpc("end_leftover", ended)))


def _remove(config: Config, vault: Vault | None, leftover: dict[str, Any]) -> str:
    """Return what stood in the way, for people; nothing when the project is gone."""
    if vault is None or not leftover["integration_id"]:
        return _NO_ACCOUNT
    try:
        account = ask(lambda: vault.open(leftover["integration_id"]))
    except Undecipherable:
        return _UNREADABLE
    api = accounts.connect(config, account.provider, account.token, account.team_id, sleep=_briefly)
    try:
        _REMOVERS[leftover["host"]](api, leftover["project"])
    except Refused as error:
        # Somebody removed it there already.
        return "" if error.status == 404 else _explained(error, api.name)
    except VendorError:
        return f"{api.name} did not answer in time. It is tried again by itself."
    return ""


def _explained(error: Refused, name: str) -> str:
    if error.status in (401, 403):
        return f"{name} does not let the account's token remove it. Reconnect it with a wider one."
    said = error.message or f"status {error.status}"
    return f"{name} refused to remove it: “{said}”."[:500]


def _netlify(api: Api, project: dict[str, Any]) -> None:
    api.call("DELETE", f"/sites/{quote(str(project['id']), safe='')}", again=True)


def _vercel(api: Api, project: dict[str, Any]) -> None:
    api.call("DELETE", f"/v9/projects/{quote(str(project['id']), safe='')}", again=True)


def _github_pages(api: Api, project: dict[str, Any]) -> None:
    """The pages go. The repository stays: it may hold work of its owner's, and is theirs."""
    api.call("DELETE", f"/repos/{quote(str(project['repo']))}/pages", again=True)


_REMOVERS: dict[str, Callable[[Api, dict[str, Any]], None]] = {
    "netlify": _netlify,
    "vercel": _vercel,
    "github_pages": _github_pages,
}


def _briefly(seconds: float) -> None:
    """It is tried again later in any case, and publishes wait behind this."""
    time.sleep(min(seconds, 2.0))
