"""A known text under the key in use: whoever runs with other keys notices before writing."""

from __future__ import annotations

from services.integrations.cipher import Binding, Cipher, Sealed, Undecipherable
from services.supabase import Client, rows

_BINDING = Binding("canary", "canary", "canary")
_TEXT = "the keys are the right ones"


class WrongKeys(Exception):
    """CREDENTIALS_KEYS is not what the kept credentials were encrypted with."""

    def __init__(self) -> None:
        super().__init__(
            "CREDENTIALS_KEYS does not hold the key that the stored credentials are encrypted "
            "with. Nothing was written. Add that key behind the new one, then run "
            "`flask credentials rotate`."
        )


def check(db: Client, cipher: Cipher) -> None:
    """Raise WrongKeys unless these keys open the canary; the first keys ever leave one."""
    kept = _ask(db, {})
    if kept is None:
        kept = _ask(db, {"offered": cipher.seal(_TEXT, _BINDING).as_json()})
    try:
        if cipher.open(Sealed.from_json(kept), _BINDING) != _TEXT:
            raise WrongKeys
    except Undecipherable:
        raise WrongKeys from None


def renew(db: Client, cipher: Cipher) -> None:
    """Put the canary under the first key: the last step of a rotation."""
    kept = Sealed.from_json(_ask(db, {}))
    if kept.key_id != cipher.key_id:
        fresh = cipher.seal(_TEXT, _BINDING).as_json()
        _ask(db, {"offered": fresh, "instead_of": kept.key_id})


def _ask(db: Client, arguments: dict[str, object]) -> dict[str, str] | None:
    found = rows(db.rpc("credentials_canary", arguments))
    return found[0] if found and found[0] else None
