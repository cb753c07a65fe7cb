"""The credentials: sealed on their way in, opened for the one call that needs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.integrations import canary
from services.integrations.cipher import Binding, Cipher, Sealed, Undecipherable
from services.supabase import Client, one, rows

BATCH = 200
_FIRST_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Credential:
    """An account at a host, and the secret that opens it."""

    id: str
    org_id: str
    provider: str
    method: str
    team_id: str
    account_id: str
    account_label: str
    token: str = field(repr=False)


@dataclass
class Vault:
    """Where credentials lie. Nothing is written before the canary has been heard."""

    db: Client
    cipher: Cipher
    _checked: bool = False

    def check(self) -> None:
        """Raise WrongKeys unless these are the keys of what is kept."""
        if not self._checked:
            canary.check(self.db, self.cipher)
            self._checked = True

    def save(self, actor: str, integration: dict[str, Any], token: str) -> dict[str, Any]:
        """Keep an account and its token for a person who may. Raises WrongKeys or a problem."""
        self.check()
        binding = Binding(integration["org_id"], integration["provider"], integration["id"])
        arguments = {
            "actor": actor,
            "integration": integration,
            "secret": self.cipher.seal(token, binding).as_json(),
        }
        return one(self.db.rpc("save_integration", arguments), what="integration")

    def open(self, integration_id: str) -> Credential:
        """Raises NotFound, or Undecipherable: then the account must be connected anew."""
        row = one(
            self.db.rpc("read_integration_secret", {"integration_id": integration_id}),
            what="integration",
        )
        return Credential(
            **{name: str(row[name]) for name in _KEPT}, token=self.cipher.open(*_sealed(row))
        )

    def rotate(self, told: Callable[[int], None] = lambda done: None) -> int:
        """Put every credential under the first key, batch by batch; return how many were changed.

        Killed at any point it leaves every row readable: each batch is one transaction, every key
        still decrypts, and the canary moves last. Run again, it goes on where it stopped.
        """
        self.check()
        done = 0
        while changed := self._pass(done, told):
            done += changed
        canary.renew(self.db, self.cipher)
        return done

    def _pass(self, before: int, told: Callable[[int], None]) -> int:
        done, last = 0, _FIRST_ID
        while batch := self._others(last):
            last = str(batch[-1]["id"])
            done += self._replace([new for row in batch if (new := self._resealed(row))])
            told(before + done)
        return done

    def _others(self, after: str) -> list[dict[str, Any]]:
        arguments = {"except_key": self.cipher.key_id, "after": after, "batch": BATCH}
        return rows(self.db.rpc("list_integration_secrets", arguments))

    def _resealed(self, row: dict[str, Any]) -> dict[str, str] | None:
        sealed, binding = _sealed(row)
        try:
            fresh = self.cipher.seal(self.cipher.open(sealed, binding), binding).as_json()
        except Undecipherable:
            return None  # It stays as it is: whoever owns it is told to reconnect.
        return {"id": binding.row_id, "old_nonce": sealed.as_json()["nonce"], **fresh}

    def _replace(self, secrets: list[dict[str, str]]) -> int:
        answer: Any = rows(self.db.rpc("replace_integration_secrets", {"secrets": secrets}))
        return int(answer[0])


_KEPT = ("id", "org_id", "provider", "method", "team_id", "account_id", "account_label")


def _sealed(row: dict[str, Any]) -> tuple[Sealed, Binding]:
    binding = Binding(str(row["org_id"]), str(row["provider"]), str(row["id"]))
    return Sealed.from_json(row), binding
