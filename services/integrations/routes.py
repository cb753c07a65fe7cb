"""/api/integrations: credentials come in, are tried at once, and never go out again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, g, request

from services.config import Config
from services.edge.limits import limiter
from services.edge.operation import operation
from services.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Gone,
    Invalid,
    NotConfigured,
    NotFound,
    Unavailable,
)
from services.integrations.accounts import Accounts
from services.integrations.domains import Domains
from services.integrations.shapes import (
    Authorize,
    Domain,
    Forgotten,
    Integration,
    NewDomain,
    NewIntegration,
    NewLabel,
    NewToken,
    OAuthAnswer,
    Tried,
)
from services.supabase import as_user

blueprint = Blueprint("integrations", __name__)

# Each of these asks a host; whoever guesses tokens is slowed down.
_TRIES = "30 per minute"
_ERRORS = (Forbidden, NotFound, Conflict, Invalid, NotConfigured, Unavailable)


@blueprint.post("/api/integrations")
@limiter.limit(_TRIES)
@operation("Connect an account", body=NewIntegration, answer=Tried, status=201, errors=_ERRORS)
def connect(*, body: NewIntegration) -> Tried:
    """Try a token at its host; keep it, encrypted, if the host accepts it."""
    made = _accounts().connect(**body.model_dump(mode="json"))
    return Tried.model_validate(made)


@blueprint.post("/api/integrations/<uuid:integration_id>/test")
@limiter.limit(_TRIES)
@operation("Try an account", answer=Tried, errors=_ERRORS)
def test(integration_id: UUID) -> Tried:
    """Ask the host whether it still accepts the token, and what it may do."""
    return Tried.model_validate(_accounts().test(str(integration_id)))


@blueprint.post("/api/integrations/<uuid:integration_id>/rename")
@operation("Rename an account", body=NewLabel, answer=Integration, errors=_ERRORS)
def rename(integration_id: UUID, *, body: NewLabel) -> Integration:
    """Call an account something else."""
    return Integration.model_validate(_accounts().rename(str(integration_id), body.label.strip()))


@blueprint.post("/api/integrations/<uuid:integration_id>/rotate")
@limiter.limit(_TRIES)
@operation("Replace an account's token", body=NewToken, answer=Tried, errors=_ERRORS)
def rotate(integration_id: UUID, *, body: NewToken) -> Tried:
    """Put another token of the same account in the place of the one that is kept."""
    return Tried.model_validate(_accounts().rotate(str(integration_id), body.token))


@blueprint.delete("/api/integrations/<uuid:integration_id>")
@operation("Disconnect an account", answer=Forgotten, errors=(Forbidden, NotFound, NotConfigured))
def disconnect(integration_id: UUID) -> Forgotten:
    """Destroy the credential, and take it back at the host where that can be done."""
    revoked, detail = _accounts().forget(str(integration_id))
    return Forgotten(revoked=revoked, detail=detail)


@blueprint.get("/api/integrations/github/connect")
@limiter.limit(_TRIES)
@operation("Begin to connect GitHub", answer=Authorize, errors=_ERRORS)
def begin_github() -> Authorize:
    """Return GitHub's page for agreeing; its answer is good once, for the same person.

    `?org_id=` names the organization that the account is for.
    """
    try:
        org_id = UUID(request.args.get("org_id", ""))
    except ValueError:
        raise Invalid(errors=[FieldError("org_id", "Give the organization's id.")]) from None
    return Authorize(url=_accounts().begin_github(str(org_id)))


@blueprint.post("/api/integrations/github/callback")
@limiter.limit(_TRIES)
@operation(
    "Finish connecting GitHub", body=OAuthAnswer, answer=Tried, status=201, errors=(*_ERRORS, Gone)
)
def end_github(*, body: OAuthAnswer) -> Tried:
    """Turn what GitHub sent the person back with into an integration.

    The browser's page sends it on with the person's token, so that nobody connects an account
    to somebody else's organization by a link.
    """
    return Tried.model_validate(_accounts().end_github(code=body.code, state=body.state))


@blueprint.post("/api/sites/<uuid:site_id>/hosts/<host>/domain")
@limiter.limit(_TRIES)
@operation("Give a site its own domain", body=NewDomain, answer=Domain, errors=_ERRORS)
def attach_domain(site_id: UUID, host: str, *, body: NewDomain) -> Domain:
    """Set the domain at the host; the answer has the DNS records that the host asks for."""
    return Domain.model_validate(_domains(site_id, host).attach(body.name))


@blueprint.post("/api/sites/<uuid:site_id>/hosts/<host>/domain/check")
@limiter.limit(_TRIES)
@operation("Check a site's domain", answer=Domain, errors=_ERRORS)
def check_domain(site_id: UUID, host: str) -> Domain:
    """Ask the host again whether the domain works, and for its certificate."""
    return Domain.model_validate(_domains(site_id, host).look())


@blueprint.delete("/api/sites/<uuid:site_id>/hosts/<host>/domain")
@limiter.limit(_TRIES)
@operation("Take a site's domain away", answer=Domain, errors=_ERRORS)
def detach_domain(site_id: UUID, host: str) -> Domain:
    """Free the domain at the host; the site keeps the host's own address."""
    return Domain.model_validate(_domains(site_id, host).detach())


def _domains(site_id: UUID, host: str) -> Domains:
    if host not in ("netlify", "vercel", "github_pages"):
        raise NotFound("There is no such host.")
    config: Config = current_app.config["ROSERAM"]
    return Domains(_accounts(), as_user(config, g.person.token), str(site_id), host)


def _accounts() -> Accounts:
    config: Config = current_app.config["ROSERAM"]
    return Accounts.of(config, str(g.person.id))
