"""Making a webhook: its secret is shown once and kept encrypted."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

from services.config import Config
from services.errors import FieldError, Invalid, NotConfigured, Unavailable
from services.forms.courier import PROVIDER, on_this_machine
from services.forms.webhook import new_secret
from services.integrations.canary import WrongKeys
from services.integrations.cipher import Binding, Cipher
from services.integrations.vault import Vault
from services.public_addresses import complaint
from services.supabase import as_service, as_user, one

log = logging.getLogger(__name__)


def create(
    config: Config, token: str, actor: str, *, site_id: str, form: str, url: str
) -> dict[str, Any]:
    """Keep a webhook for a person who may, and return it with its secret."""
    site = one(
        as_user(config, token).table("sites").select("id,org_id").eq("id", site_id), what="site"
    )
    if not config.credentials_keys:
        raise NotConfigured("Set CREDENTIALS_KEYS on the server to make webhooks.")
    problem = complaint(url, loopback=on_this_machine(config))
    if problem:
        raise Invalid(errors=[FieldError("url", problem)])
    db, cipher = as_service(config), Cipher(config.credentials_keys)
    try:
        Vault(db, cipher).check()
    except WrongKeys as error:
        log.error("%s", error)
        raise Unavailable("The server's keys are not the right ones. Nothing was saved.") from None
    hook = {"id": str(uuid4()), "site_id": site["id"], "form": form, "url": url}
    secret = new_secret()
    sealed = cipher.seal(secret, Binding(str(site["org_id"]), PROVIDER, str(hook["id"])))
    arguments = {"actor": actor, "hook": hook, "secret": sealed.as_json()}
    saved = one(db.rpc("save_form_hook", arguments), what="site")
    return {**saved, "secret": secret}
