"""Decides whether an access token is one that our Supabase gave to a signed-in person.

PyJWT checks signature, times, issuer and audience; what it accepts and we do not: an audience
list, `role=service_role`, anonymous sign-ins, tokens that live for years, unknown `crit` headers.
"""

import re
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt

from services.config import Config
from services.errors import Unauthorized
from services.signing_keys import SigningKeys

MAX_TOKEN_BYTES = 8 * 1024
MAX_LIFE_SECONDS = 3600
LEEWAY_SECONDS = 10
_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_REQUIRED = ("exp", "iat", "sub", "iss", "aud", "role")


@dataclass(frozen=True)
class Claims:
    """What a good token says about its person."""

    person_id: UUID
    email: str
    session_id: str | None
    expires_at: float


def verify(token: str, *, config: Config, keys: SigningKeys) -> Claims:
    """Check a token in full. Raises Unauthorized, without saying which check failed."""
    if len(token) > MAX_TOKEN_BYTES or not _FORM.fullmatch(token):
        raise _refused()
    try:
        key, algorithm = _key_for(jwt.get_unverified_header(token), config, keys)
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience="authenticated",
            issuer=config.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": list(_REQUIRED), "strict_aud": True},
        )
        return _person_in(claims)
    except (
        jwt.PyJWTError,
        ValueError,
        TypeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise _refused() from error


def _key_for(
    header: dict[str, Any], config: Config, keys: SigningKeys
) -> tuple[jwt.PyJWK | str, str]:
    """Pick the one key this token may be signed with; `jku`, `jwk` and `x5u` are never read."""
    algorithm = header.get("alg")
    if "crit" in header:
        raise _refused()
    if algorithm == "HS256" and config.supabase_jwt_secret:
        return config.supabase_jwt_secret, "HS256"
    key_id = header.get("kid")
    if algorithm not in ("ES256", "RS256") or not isinstance(key_id, str) or len(key_id) > 200:
        raise _refused()
    key = keys.find(key_id, algorithm)
    if key is None:
        raise _refused()
    return key, algorithm


def _person_in(claims: dict[str, Any]) -> Claims:
    issued, expires = float(claims["iat"]), float(claims["exp"])
    if (
        claims["role"] != "authenticated"
        or claims.get("is_anonymous", False) is not False
        or not 0 < expires - issued <= MAX_LIFE_SECONDS
        or issued > time.time() + LEEWAY_SECONDS
    ):
        raise _refused()
    session_id = claims.get("session_id")
    return Claims(
        person_id=UUID(claims["sub"]),
        email=str(claims.get("email") or ""),
        session_id=session_id if isinstance(session_id, str) else None,
        expires_at=expires,
    )


def _refused() -> Unauthorized:
    return Unauthorized("The access token is not valid, or no longer. Sign in again.")
