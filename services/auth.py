"""Whose request is this. Every endpoint needs a signed-in person unless it is marked @public."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, current_app, g, request

from services import tokens
from services.config import Config
from services.errors import ProblemError, Unauthorized
from services.sessions import Sessions
from services.signing_keys import SigningKeys

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Person:
    """The signed-in person behind `g.person`; the token goes into `supabase.as_user`."""

    id: UUID
    email: str
    token: str = field(repr=False)
    session_id: str | None


def public(view: View) -> View:
    """Mark a view as open to everybody. Everything else is closed."""
    view.public = True  # type: ignore[attr-defined]
    return view


def is_public(view: Callable[..., Any]) -> bool:
    return getattr(view, "public", False) is True


def person_if_signed_in() -> Person | None:
    """Return whose request this is in a public view that serves strangers too.

    A token that is wrong or has ended counts as none: such a view must still answer.
    """
    if not request.headers.getlist("Authorization"):
        return None
    config: Config = current_app.config["ROSERAM"]
    try:
        token = _bearer_token()
        claims = tokens.verify(token, config=config, keys=current_app.extensions["signing_keys"])
    except ProblemError:
        return None
    return Person(claims.person_id, claims.email, token, claims.session_id)


def register(app: Flask, config: Config) -> None:
    """Check the token of every request to a view that is not public."""
    keys = SigningKeys(f"{config.issuer}/.well-known/jwks.json")
    sessions = Sessions(config)
    app.extensions["signing_keys"] = keys

    @app.before_request
    def identify() -> None:
        g.person = None
        if request.endpoint is None or request.method == "OPTIONS":
            return  # An unknown address answers 404 or 405 by itself; OPTIONS tells nothing.
        if is_public(current_app.view_functions[request.endpoint]):
            return
        token = _bearer_token()
        claims = tokens.verify(token, config=config, keys=keys)
        if request.method not in ("GET", "HEAD"):
            sessions.require(token, claims.person_id)
        g.person = Person(claims.person_id, claims.email, token, claims.session_id)


def _bearer_token() -> str:
    """Take the token from the one Authorization header; never from a cookie or the address."""
    sent = request.headers.getlist("Authorization")
    if not sent:
        raise Unauthorized()
    scheme, _, token = sent[0].partition(" ")
    if len(sent) > 1 or scheme.lower() != "bearer":
        raise Unauthorized()
    return token.strip(" ")
