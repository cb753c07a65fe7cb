"""The id of the request that is being answered, for whoever is asked on its behalf."""

from contextvars import ContextVar

HEADER = "X-Request-Id"

current: ContextVar[str] = ContextVar("request_id", default="")
"""Empty outside of a request."""
