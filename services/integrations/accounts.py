"""Connecting an account, trying it, giving it another token, forgetting it.

The person's role is looked up by the database, in the same statement that writes.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from services.config import Config
from services.errors import Conflict, FieldError, Invalid, NotConfigured, Unavailable
from services.integrations.canary import WrongKeys
from services.integrations.cipher import Cipher, Undecipherable
from services.integrations.vault import Credential, Vault
from services.supabase import as_service, one, rows
from services.vendors import accounts, github_oauth
from services.vendors.accounts import NAMES, Account
from services.vendors.errors import Refused, VendorError

log = logging.getLogger(__name__)

# What GitHub Pages needs of a token that tells its scopes.
_GITHUB_NEEDS = {"repo", "public_repo"}


@dataclass(frozen=True)
class Accounts:
    """The integrations, on behalf of one person."""

    config: Config
    vault: Vault
    actor: str

    @classmethod
    def of(cls, config: Config, actor: str) -> Accounts:
        """Raises NotConfigured."""
        if not config.credentials_keys:
            raise NotConfigured("Set CREDENTIALS_KEYS on the server to connect accounts.")
        return cls(config, Vault(as_service(config), Cipher(config.credentials_keys)), actor)

    def connect(
        self, *, org_id: str, provider: str, label: str, token: str, team_id: str = "",
        method: str = "token",
    ) -> dict[str, Any]:  # fmt: skip
        """Try a token and keep it. Raises Invalid when the host does not accept it."""
        rows(self.vault.db.rpc("may_connect", {"actor": self.actor, "org_id": org_id}))
        self._ready()
        account = self._try(provider, token, team_id)
        row = {"id": str(uuid4()), "org_id": org_id, "provider": provider, "label": label.strip()}
        saved = self.vault.save(
            self.actor, row | _described(account, token, team_id, method), token
        )
        return saved | {"teams": _teams(account)}

    def rotate(self, integration_id: str, token: str, method: str = "token") -> dict[str, Any]:
        """Give an account another token, of the same account at the host."""
        self._ready()
        kept = self._open_row(integration_id)
        account = self._try(kept["provider"], token, kept["team_id"])
        if kept["account_id"] and kept["account_id"] != account.id:
            raise Conflict(
                f"That token belongs to another account ({account.label}). "
                "Connect it as a new integration.",
                code="another_account",
            )
        row = {name: kept[name] for name in ("id", "org_id", "provider", "label")}
        described = _described(account, token, kept["team_id"], method)
        return self.vault.save(self.actor, row | described, token) | {"teams": _teams(account)}

    def test(self, integration_id: str) -> dict[str, Any]:
        """Try the kept token again and write down what the host said."""
        self._ready()
        self._open_row(integration_id)
        credential = self._credential(integration_id)
        if credential is None:
            return self._note(integration_id, "broken", _UNREADABLE)
        try:
            account = accounts.look_up(
                self.config, credential.provider, credential.token, credential.team_id
            )
        except Refused as error:
            if error.status not in (401, 403):
                raise _cannot_ask(credential.provider) from None
            return self._note(integration_id, "broken", _refusal(credential.provider, error))
        except VendorError:
            raise _cannot_ask(credential.provider) from None
        noted = self._note(integration_id, "connected", "", list(account.scopes))
        return noted | {"teams": _teams(account)}

    def rename(self, integration_id: str, label: str) -> dict[str, Any]:
        arguments = {"actor": self.actor, "integration_id": integration_id, "label": label}
        return one(self.vault.db.rpc("rename_integration", arguments), what="integration")

    def forget(self, integration_id: str) -> tuple[bool, str]:
        """Destroy a credential and, where the host lets us, take it back there.

        Returns whether it is void at the host too, and what is left for the person to do.
        """
        self._open_row(integration_id)
        credential = self._credential(integration_id)
        arguments = {"actor": self.actor, "integration_id": integration_id}
        gone = one(self.vault.db.rpc("delete_integration", arguments), what="integration")
        name = NAMES[gone["provider"]]
        if credential and credential.method == "oauth":
            try:
                github_oauth.revoke(self.config, credential.token)
                return True, f"The token was destroyed here and revoked at {name}."
            except VendorError as error:
                log.warning("a token was not revoked: %s", type(error).__name__)
        return False, f"The token was destroyed here. Delete it at {name} as well."

    # GitHub's web flow ----------------------------------------------------------

    def begin_github(self, org_id: str) -> str:
        """Return where the person agrees; the state is bound to them and the organization."""
        if not (self.config.github_client_id and self.config.github_client_secret):
            raise NotConfigured("Set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET on the server.")
        self._ready()
        state = secrets.token_urlsafe(32)
        arguments = {"actor": self.actor, "org_id": org_id, "state_hash": _digest(state)}
        rows(self.vault.db.rpc("begin_oauth", arguments))
        return github_oauth.authorize_url(self.config, state=state, verifier=self._verifier(state))

    def end_github(self, *, code: str, state: str) -> dict[str, Any]:
        """Turn what GitHub sent the person back with into an integration, once. Raises Gone."""
        self._ready()
        arguments = {"actor": self.actor, "state_hash": _digest(state)}
        org_id = str(rows(self.vault.db.rpc("end_oauth", arguments))[0])
        try:
            token = github_oauth.exchange(self.config, code=code, verifier=self._verifier(state))
        except Refused:
            raise Conflict(
                "GitHub did not accept the code, which is good once and for ten minutes. "
                "Connect again.",
                code="code_refused",
            ) from None
        except VendorError:
            raise _cannot_ask("github") from None
        return self._keep_github(org_id, token)

    def _keep_github(self, org_id: str, token: str) -> dict[str, Any]:
        """Connect the account; one that is connected already gets its new token."""
        account = self._try("github", token, "")
        query = self.vault.db.table("integrations").select("id")
        known = rows(
            query.eq("org_id", org_id).eq("provider", "github").eq("account_id", account.id)
        )
        if known:
            return self.rotate(str(known[0]["id"]), token, "oauth")
        return self.connect(
            org_id=org_id, provider="github", label=account.label, token=token, method="oauth"
        )

    def _verifier(self, state: str) -> str:
        """Nothing need be kept for PKCE: who knows state and key can make it again."""
        return self.vault.cipher.derive("pkce", state)

    # --------------------------------------------------------------------------

    def _ready(self) -> None:
        try:
            self.vault.check()
        except WrongKeys as error:
            log.error("%s", error)
            raise NotConfigured(
                "The server's CREDENTIALS_KEYS are not those of the stored credentials. "
                "Nothing was changed; tell your administrator."
            ) from None

    def _try(self, provider: str, token: str, team_id: str) -> Account:
        try:
            account = accounts.look_up(self.config, provider, token, team_id)
        except Refused as error:
            if error.status in (400, 401, 403, 404):
                raise Invalid(errors=[FieldError("token", _refusal(provider, error))]) from None
            raise _cannot_ask(provider) from None
        except VendorError:
            raise _cannot_ask(provider) from None
        if team_id and team_id not in [team.id for team in account.teams]:
            teams = ", ".join(f"{team.name} ({team.id})" for team in account.teams[:10])
            raise Invalid(
                errors=[FieldError("team_id", f"The account has these teams: {teams or 'none'}.")]
            )
        tells = provider == "github" and account.scopes != ("fine-grained",)
        if tells and not _GITHUB_NEEDS & set(account.scopes):
            raise Invalid(
                errors=[FieldError("token", "Publishing needs a token with the scope “repo”.")]
            )
        return account

    def _credential(self, integration_id: str) -> Credential | None:
        try:
            return self.vault.open(integration_id)
        except Undecipherable:
            return None

    def _open_row(self, integration_id: str) -> dict[str, Any]:
        """Find the integration if this person may manage it: renaming to its own name asks."""
        found = rows(self.vault.db.table("integrations").select("label").eq("id", integration_id))
        label = found[0]["label"] if found else ""
        return self.rename(integration_id, label)

    def _note(
        self, integration_id: str, state: str, problem: str, scopes: list[str] | None = None
    ) -> dict[str, Any]:
        arguments = {
            "integration_id": integration_id, "state": state, "problem": problem, "scopes": scopes,
        }  # fmt: skip
        return one(self.vault.db.rpc("note_integration", arguments), what="integration")


_UNREADABLE = "The stored token can no longer be read. Rotate it, or disconnect and connect again."


def _described(account: Account, token: str, team_id: str, method: str) -> dict[str, Any]:
    last = "".join(c for c in token[-4:] if c.isascii() and (c.isalnum() or c in "_-"))
    return {
        "account_label": account.label[:200],
        "account_id": account.id[:200],
        "team_id": team_id,
        "last_four": last,
        "method": method,
        "scopes": [scope[:100] for scope in account.scopes[:50]],
    }


def _teams(account: Account) -> list[dict[str, str]]:
    return [{"id": team.id, "name": team.name} for team in account.teams]


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _refusal(provider: str, error: Refused) -> str:
    said = f" It said: “{error.message}”." if error.message else ""
    return f"{NAMES[provider]} does not accept this token.{said}"[:300]


def _cannot_ask(provider: str) -> Unavailable:
    return Unavailable(f"{NAMES[provider]} did not answer as it should. Try again in a minute.")
