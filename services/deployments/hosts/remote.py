"""A host elsewhere, as a job sees it: credentials opened, failures told apart, restores reused.

The vendor's own ways are in its module; here is what all of them have in common.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from services.config import Config
from services.deployments.failures import Canceled, PublishFailure
from services.deployments.hosts import Place, Published, served
from services.deployments.hosts.session import Session
from services.deployments.lease import Lease
from services.deployments.queue import Job, ask
from services.deployments.snapshot import SiteRow
from services.integrations.cipher import Undecipherable
from services.integrations.vault import Credential, Vault
from services.supabase import Client, rows
from services.vendors import accounts
from services.vendors.errors import Garbled, Limited, Refused, VendorError

log = logging.getLogger(__name__)


class Vendor(Protocol):
    """What a vendor's module offers."""

    def base(self, session: Session, site: SiteRow) -> tuple[str, str]:
        """Return the site's address there and the path 404.html hangs under; make the project."""

    def publish(self, session: Session, site: SiteRow, files: Mapping[str, str]) -> Published:
        """Make these files the live version, or a preview."""

    def unpublish(self, session: Session, site: SiteRow) -> None:
        """Take the site down."""

    def cancel(self, session: Session) -> None:
        """Tell the host that what this job began there is no longer wanted."""


class Remote:
    """The verbs of `Host`, for one job at one vendor."""

    def __init__(self, vendor: Vendor, session: Session, credential: Credential) -> None:
        self.vendor, self.session, self.credential = vendor, session, credential

    def base(self, place: Place, job: Job, site: SiteRow) -> tuple[str, str]:
        with self._explained():
            return self.vendor.base(self.session, site)

    def begin(self, place: Place, job: Job) -> None:
        """The database's generation is the fence: it is asked before every change there."""

    def begin_with(self, manifest: str) -> None:
        """Write down what this job publishes, so that whoever takes over goes on with it."""
        if self.session.external.get("manifest") != manifest:
            self.session.note(manifest=manifest)

    def status(self, place: Place, job: Job) -> str | None:
        return None

    def is_live(self, place: Place, job: Job) -> str | None:
        return None

    def publish(self, place: Place, job: Job, site: SiteRow, files: Mapping[str, str]) -> Published:
        known = dict(self.session.live)
        with self._explained():
            done = self.vendor.publish(self.session, site, files)
        if job.target != "production" or dict(done.live) == known:
            return done
        seen = served.look(self.session, done.url, files, self._before())
        return replace(done, report=(*done.report, *seen))

    def _before(self) -> dict[str, str]:
        """Return what was live at the host until now, file by file."""
        if not self.session.live_id:
            return {}
        query = self.session.db.table("deployments").select("manifest")
        found = ask(lambda: rows(query.eq("id", self.session.live_id)))
        return dict(found[0]["manifest"] or {}) if found else {}

    def unpublish(self, place: Place, job: Job, site: SiteRow) -> None:
        with self._explained():
            self.vendor.unpublish(self.session, site)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what a host does to us into words; tell the host when the job was canceled."""
        session = self.session
        try:
            yield
        except Canceled:
            self._cancel_there()
            raise
        except Refused as error:
            if error.status in (401, 403) and not isinstance(error, Limited):
                self._mark_broken(error)
            if error.status == 404 and session.project:
                # Gone there: the next publish makes a new one.
                session.note_project({})
            raise explain(error, session.api.name) from error
        except VendorError as error:
            raise explain(error, session.api.name) from error

    def _cancel_there(self) -> None:
        # The lease is gone, and that is why: the ordinary hooks would refuse every call.
        self.session.api.before = _allow
        self.session.api.sleep = _do_not_wait
        try:
            self.vendor.cancel(self.session)
        except VendorError as error:
            log.info("not canceled at the host: %s", error)

    def _mark_broken(self, error: Refused) -> None:
        arguments = {
            "integration_id": self.credential.id,
            "state": "broken",
            "problem": explain(error, self.session.api.name).detail,
        }
        ask(lambda: rows(self.session.db.rpc("note_integration", arguments)))


def open_remote(
    config: Config, db: Client, vault: Vault | None, place: Place, lease: Lease
) -> Remote:
    """Prepare a job's host elsewhere. Raises PublishFailure when there is no account for it."""
    job = lease.job
    query = db.table("site_hosts").select("integration_id,project,live,live_deployment_id,domain")
    found = ask(lambda: rows(query.eq("site_id", job.site_id).eq("host", job.host)))
    home = found[0] if found else {}
    if vault is None or not home.get("integration_id"):
        raise PublishFailure(
            "no_account",
            "The account for this host was disconnected. Connect one and publish again.",
        )
    try:
        credential = ask(lambda: vault.open(str(home["integration_id"])))
    except Undecipherable:
        raise PublishFailure(
            "reconnect",
            "The account's stored token can no longer be read. Rotate it under Integrations.",
        ) from None
    session = Session(
        db=db,
        lease=lease,
        place=place,
        api=accounts.connect(
            config, credential.provider, credential.token, credential.team_id, before=lease.hold
        ),
        project=dict(home.get("project") or {}),
        live=dict(home.get("live") or {}),
        live_id=str(home.get("live_deployment_id") or ""),
        domain=str((home.get("domain") or {}).get("name") or ""),
        account=credential.account_label,
        source=_source(db, job),
    )
    session.api.sleep = session.sleep
    return Remote(_vendor(job.host, credential), session, credential)


def explain(error: VendorError, name: str) -> PublishFailure:
    """Say what happened at a host, and what to do about it."""
    if isinstance(error, Limited):
        minutes = max(1, round(error.seconds / 60))
        return PublishFailure(
            "rate_limited",
            f"{name} wants us to wait about {minutes:,} minutes. The live site is unchanged. "
            "Publish again after that.",
        )
    if isinstance(error, Refused):
        detail = _REFUSALS.get(error.status, "{name} refused this: “{said}”.")
        said = error.message or f"status {error.status}"
        return PublishFailure(
            _CODES.get(error.status, "host_refused"), detail.format(name=name, said=said)[:500]
        )
    if isinstance(error, Garbled):
        return PublishFailure(
            "host_garbled", f"{name} answered with something that makes no sense. Try again later."
        )
    return PublishFailure(
        "host_silent", f"{name} did not answer. The live site is unchanged. Try again in a minute."
    )


_CODES = {401: "reconnect", 403: "reconnect", 404: "project_gone", 402: "payment_needed",
          429: "rate_limited", 413: "too_large"}  # fmt: skip
_REFUSALS = {
    401: "{name} no longer accepts the account's token. Reconnect it under Integrations.",
    402: "{name} wants a payment first. It said: “{said}”.",
    403: "{name} does not let this token publish here: “{said}”. Reconnect with a wider one.",
    404: "What this site was at {name} is gone. Publish again to make it anew.",
    413: "{name} finds a file or the site too large. It said: “{said}”.",
    429: "{name} has had too many requests. Publish again in some minutes.",
}


def _source(db: Client, job: Job) -> dict[str, Any]:
    """What the deployment that is restored or promoted is known as at the host."""
    if not job.restored_from:
        return {}
    query = db.table("deployments").select("external").eq("id", job.restored_from)
    found = ask(lambda: rows(query.eq("site_id", job.site_id).eq("host", job.host)))
    return dict(found[0]["external"] or {}) if found else {}


def _vendor(host: str, credential: Credential) -> Vendor:
    from services.deployments.hosts import github_pages, netlify, vercel

    made: dict[str, Callable[[], Vendor]] = {
        "netlify": lambda: netlify.Netlify(credential.team_id),
        "vercel": vercel.Vercel,
        "github_pages": github_pages.GitHubPages,
    }
    return made[host]()


def _allow() -> None: ...


def _do_not_wait(seconds: float) -> None: ...
