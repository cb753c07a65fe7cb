"""Error reports, only where SENTRY_DSN is set, without locals, bodies, headers or secrets."""

from typing import Any

import sentry_sdk

from services import redact
from services.config import Config


def start(config: Config) -> None:
    if config.sentry_dsn is None:
        return
    sentry_sdk.init(
        dsn=config.sentry_dsn,
        release=config.release or None,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=_clean,
        before_breadcrumb=lambda crumb, hint: redact.tree(crumb),
    )


def _clean(event: Any, hint: dict[str, Any]) -> Any:
    request = event.get("request", {})
    event["request"] = {name: request[name] for name in ("method", "url") if name in request}
    return redact.tree(event)
