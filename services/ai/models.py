"""Which models the server offers, asked now and then, and what each costs."""

from __future__ import annotations

import threading
import time
from typing import Any

from services.ai import grok
from services.ai.credits import Price
from services.ai.failures import Away
from services.ai.grok import Server
from services.config import Config
from services.errors import FieldError, Invalid, NotConfigured, ProblemError

_FRESH = 300.0

Offer = list[dict[str, Any]]
_known: dict[Server, tuple[float, Offer]] = {}
_asking = threading.Lock()


def server_of(config: Config) -> Server:
    """Return where the model is. Raises NotConfigured, with what to set."""
    if config.grok_api_key is None:
        raise NotConfigured(
            "The AI is switched off on this server. Whoever runs it sets GROK_API_KEY "
            "(a key from console.x.ai, or any word with GROK_BASE_URL of another server)."
        )
    return Server(config.grok_base_url, config.grok_api_key, config.grok_timeout)


def offered(config: Config) -> Offer:
    """Return the models that may be chosen. Raises a ProblemError when nobody can say."""
    server = server_of(config)
    with _asking:
        asked_at, models = _known.get(server, (0.0, []))
        if models and time.monotonic() - asked_at < _FRESH:
            return models
        try:
            models = grok.list_models(server)
        except ProblemError:
            if models:
                return models
            if config.grok_model:
                # Not every server lists its models, and the operator named one.
                return [{"id": config.grok_model}]
            raise
        _known[server] = (time.monotonic(), models)
        return models


def usual(config: Config, models: Offer) -> str:
    """Return the model that is used when nobody chooses. Raises Away when there is none."""
    if config.grok_model:
        return config.grok_model
    if not models:
        raise Away("The model's server offers no model. Set GROK_MODEL.", retry_after=None)
    return str(models[0]["id"])


def choose(config: Config, wanted: str) -> tuple[str, Price]:
    """Return the model to ask and its price. Raises Invalid for one that is not offered."""
    models = offered(config)
    known = {str(model["id"]): model for model in models}
    name = wanted or usual(config, models)
    if wanted and wanted not in known and wanted != config.grok_model:
        raise Invalid(errors=[FieldError("model", "Choose one of GET /api/ai/models.")])
    told = known.get(name, {})
    return name, Price(told.get("input_price"), told.get("output_price"))
