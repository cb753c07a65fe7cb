"""A site's own domain at the host it is published to: set, looked at again, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.errors import Conflict, NotFound, Unavailable
from services.integrations.accounts import Accounts
from services.integrations.cipher import Undecipherable
from services.supabase import Client, one, rows
from services.vendors import domains
from services.vendors.accounts import NAMES, connect
from services.vendors.api import Api
from services.vendors.errors import Refused, VendorError


@dataclass(frozen=True)
class Domains:
    """The domain of one site at one host, for a person who may edit the site."""

    accounts: Accounts
    reader: Client
    site_id: str
    host: str

    def attach(self, name: str) -> dict[str, Any]:
        """Give the site this domain there; what the host wants in the DNS is in the answer."""
        return self._ask(lambda api, project: domains.attach(self.host, api, project, name))

    def look(self) -> dict[str, Any]:
        """Ask the host whether the domain works by now."""
        name = str(self._home()["domain"].get("name") or "")
        if not name:
            raise NotFound("The site has no domain of its own at this host.")
        return self._ask(lambda api, project: domains.look(self.host, api, project, name))

    def detach(self) -> dict[str, Any]:
        name = str(self._home()["domain"].get("name") or "")

        def take(api: Api, project: dict[str, Any]) -> dict[str, Any]:
            if name:
                domains.detach(self.host, api, project, name)
            return {}

        return self._ask(take)

    def _home(self) -> dict[str, Any]:
        """Read, as the person, where the site lives; a stranger's site is not found."""
        query = self.reader.table("site_hosts").select("integration_id,project,domain")
        return one(query.eq("site_id", self.site_id).eq("host", self.host), what="site there")

    def _ask(self, act: Any) -> dict[str, Any]:
        home = self._home()
        if not home["project"] or not home["integration_id"]:
            raise Conflict(
                "Publish the site there first, then give it a domain.", code="no_project"
            )
        # Before anything is asked of the host: may this person change the site? The row says so.
        self._note(home["domain"])
        try:
            credential = self.accounts.vault.open(str(home["integration_id"]))
        except Undecipherable:
            raise Conflict("The account must be reconnected first.", code="reconnect") from None
        name = NAMES[credential.provider]
        api = connect(
            self.accounts.config, credential.provider, credential.token, credential.team_id
        )
        try:
            found = act(api, home["project"])
        except Refused as error:
            raise Conflict(
                f"{name} refused this: “{error.message}”.", code="host_refused"
            ) from None
        except VendorError:
            raise Unavailable(f"{name} did not answer as it should. Try again.") from None
        return self._note(found)

    def _note(self, domain: dict[str, Any]) -> dict[str, Any]:
        arguments = {
            "actor": self.accounts.actor, "site_id": self.site_id, "host": self.host,
            "domain": domain,
        }  # fmt: skip
        found: dict[str, Any] = rows(self.accounts.vault.db.rpc("note_domain", arguments))[0]
        return dict(found["domain"])
