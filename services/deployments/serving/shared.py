"""Who holds a link to a preview may see it: the seal says which, the database whether still."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services import egress
from services.preview_links.sealed import read_key, unseal

_SECONDS = 5.0


@dataclass(frozen=True)
class Shared:
    """Opens links. Nothing is remembered, so that a revoked one is closed at once."""

    data_dir: Path
    supabase_url: str
    publishable_key: str

    def preview(self, token: str) -> str | None:
        """Return the id of the preview that a link shows; None when it shows none (any more).

        Raises EgressError when the database does not answer.
        """
        key = read_key(self.data_dir)
        link = unseal(token, key) if key else None
        # Strangers' guesses end at the seal and never reach the database.
        return str(link.shows) if link and self._is_open(str(link.id)) else None

    def _is_open(self, link_id: str) -> bool:
        answer = egress.get(
            f"{self.supabase_url}/rest/v1/rpc/is_preview_link_open?link_id={link_id}",
            headers={"apikey": self.publishable_key},
            deadline=_SECONDS,
        )
        if answer.status != 200:
            raise egress.EgressError(f"the database answered {answer.status}")
        return answer.body.strip() == b"true"
