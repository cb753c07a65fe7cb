"""Stripe's own client, with deadlines and retries set, and what its refusals mean here."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import stripe
from stripe import StripeClient

from services.config import Config
from services.errors import BadGateway, Conflict, NotConfigured, NotFound, Unavailable

__all__ = ["StripeClient", "client", "speaking"]

log = logging.getLogger(__name__)

# The client's own 80 seconds would outlast the person who waits.
_CONNECT_SECONDS, _READ_SECONDS = 3.0, 15.0
RETRIES = 2


def client(config: Config) -> StripeClient:
    """Return the one client of this process. Raises NotConfigured."""
    if not config.takes_payments or config.stripe_secret_key is None:
        raise NotConfigured(
            "Payments are off: STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are not set on the "
            "server. Everything on Free works without them."
        )
    return _client(config.stripe_secret_key, config.stripe_api_url)


@cache
def _client(key: str, url: str) -> StripeClient:
    stripe.enable_telemetry = False
    # At this level it tells every address, with customers' ids.
    logging.getLogger("stripe").setLevel(logging.WARNING)
    return StripeClient(
        key,
        base_addresses={"api": url},
        # A client retries nothing unless told so, whatever the module's default says.
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=(_CONNECT_SECONDS, _READ_SECONDS)),
    )


@contextmanager
def speaking() -> Iterator[None]:
    """Turn what Stripe refuses into a problem in plain words; the log gets its request's id."""
    try:
        yield
    except stripe.CardError as error:
        raise Conflict(
            error.user_message or "The card was declined.", code="card_declined"
        ) from error
    except stripe.RateLimitError as error:
        raise Unavailable("Stripe is busy. Nothing was changed; try again in a moment.") from error
    except stripe.APIConnectionError as error:
        raise BadGateway("Stripe cannot be reached. Nothing was lost; try again.") from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        log.error("Stripe refuses the key: %s (%s)", error.code, error.request_id)
        raise BadGateway("Stripe refuses this server's key. Tell whoever runs it.") from error
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            raise NotFound("Stripe does not know this, or it belongs to somebody else.") from error
        log.error("Stripe refused a request: %s %s (%s)", error.code, error.param, error.request_id)
        raise BadGateway("Stripe did not accept the request. Nothing was changed.") from error
    except stripe.StripeError as error:
        log.error("Stripe failed: %s (%s)", type(error).__name__, error.request_id)
        raise BadGateway("Stripe gave no usable answer. Nothing was lost; try again.") from error
