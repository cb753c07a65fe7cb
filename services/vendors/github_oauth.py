"""GitHub's web flow for connecting an account: where to send the person, and what comes back."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import urlencode

from services import egress
from services.config import Config
from services.vendors.errors import Garbled, Refused, Silent, plain

SCOPE = "repo"
_HEADERS = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}


def authorize_url(config: Config, *, state: str, verifier: str) -> str:
    """Return GitHub's address where the person agrees; PKCE with S256."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    query = {
        "client_id": config.github_client_id,
        "redirect_uri": redirect_uri(config),
        "scope": SCOPE,
        "state": state,
        "code_challenge": challenge.decode().rstrip("="),
        "code_challenge_method": "S256",
        "allow_signup": "false",
    }
    return f"{config.github_url}/login/oauth/authorize?{urlencode(query)}"


def redirect_uri(config: Config) -> str:
    """Made from our own settings, never from a request's Host header."""
    return f"{config.app_url}/integrations/github/callback"


def exchange(config: Config, *, code: str, verifier: str) -> str:
    """Turn the code into a token. Raises Refused, Silent or Garbled."""
    form = urlencode(
        {
            "client_id": config.github_client_id,
            "client_secret": config.github_client_secret,
            "code": code,
            "redirect_uri": redirect_uri(config),
            "code_verifier": verifier,
        }
    )
    url = f"{config.github_url}/login/oauth/access_token"
    try:
        answer = egress.request("POST", url, headers=_HEADERS, content=form.encode(), deadline=15)
    except egress.EgressError as error:
        raise Silent(str(error)) from None
    try:
        data = json.loads(answer.body)
    except ValueError:
        raise Garbled("the answer is not JSON") from None
    # A refusal comes with status 200.
    if not isinstance(data, dict) or answer.status >= 400 or "error" in data:
        said = data if isinstance(data, dict) else {}
        raise Refused(
            400, plain(said.get("error")), plain(said.get("error_description"), code), None
        )
    token = data.get("access_token")
    if not isinstance(token, str) or not token:
        raise Garbled("no token in the answer")
    return token


def revoke(config: Config, token: str) -> None:
    """Take back a token that this app was given. Raises Refused or Silent."""
    pair = f"{config.github_client_id}:{config.github_client_secret}"
    headers = {
        "Accept": "application/vnd.github+json",
        "Content-Type": "application/json",
        "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
    }
    url = f"{config.github_api_url}/applications/{config.github_client_id}/token"
    body = json.dumps({"access_token": token}).encode()
    try:
        answer = egress.request("DELETE", url, headers=headers, content=body, deadline=15)
    except egress.EgressError as error:
        raise Silent(str(error)) from None
    if answer.status >= 400 and answer.status != 404:
        raise Refused(answer.status, "not_revoked", "GitHub did not take the token back.", None)
