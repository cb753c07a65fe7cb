"""Netlify: digests first, each missing one uploaded once, a draft that goes live when it is whole.

https://docs.netlify.com/api/get-started/#deploy-with-the-api
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from services.deployments.blobs import manifest_digest
from services.deployments.failures import PublishFailure
from services.deployments.hosts import Published, dialects, listing, pool
from services.deployments.hosts.listing import Entry
from services.deployments.hosts.session import Session
from services.deployments.snapshot import SiteRow
from services.vendors.api import listed, value
from services.vendors.errors import Refused, Silent, plain

UPLOADS_AT_ONCE = 5
# A larger deploy that is made while the request waits ends in a 502.
MOST_FILES_IN_SYNC = 100
MOST_FILES, MOST_BYTES = 25_000, 100_000_000
_PREPARED = ("prepared", "uploading", "uploaded", "processing", "ready")


def address(project: Mapping[str, Any], domain: str) -> tuple[str, str]:
    """Return where a site that exists is, and the path that 404.html hangs under."""
    return f"https://{domain or str(project['url']).removeprefix('https://')}/", "/"


class Netlify:
    """A site at Netlify; `team` is the slug of the team that new sites belong to."""

    def __init__(self, team: str) -> None:
        self.team = team

    def base(self, session: Session, site: SiteRow) -> tuple[str, str]:
        if not session.project.get("id"):
            session.note_project(self._made(session, site))
        return address(session.project, session.domain)

    def publish(self, session: Session, site: SiteRow, files: Mapping[str, str]) -> Published:
        base, _ = self.base(session, site)
        blobs = session.place.blobs
        extra = {
            name: blobs.put(data)[0] for name, data in dialects.netlify(session.redirects).items()
        }
        sent = {**files, **extra}
        live = {"sent": manifest_digest(sent)}
        production = session.job.target == "production"
        if production and self._is_live(session, live["sent"]):
            session.lease.say("Netlify has exactly this already: nothing was sent.")
            return Published(base, session.live)
        if session.project.get("disabled"):
            session.api.call("PUT", f"/sites/{_id(session)}/enable")
            session.note_project({**session.project, "disabled": False})
        deploy = self._earlier(session) or self._deployed(session, sent)
        if production:
            session.go_live()
            self._put_live(session, deploy["id"])
            return Published(
                base, {**live, "deploy": deploy["id"]}, self._verified(session, deploy)
            )
        return Published(f"{value(deploy, 'deploy_ssl_url', str)}/", {})

    def unpublish(self, session: Session, site: SiteRow) -> None:
        if session.project.get("id"):
            session.go_live()
            reason = {"reason": "Unpublished by its owner in Roseram Builder"}
            session.api.call("PUT", f"/sites/{_id(session)}/disable", query=reason)
            session.note_project({**session.project, "disabled": True})

    def cancel(self, session: Session) -> None:
        if session.external.get("deploy"):
            session.api.call("POST", f"/deploys/{session.external['deploy']}/cancel")

    # The site -------------------------------------------------------------------

    def _made(self, session: Session, site: SiteRow) -> dict[str, Any]:
        """Create the site, or find the one that was created when the answer was lost."""
        name = session.name_for(site)
        path = f"/{quote(self.team)}/sites" if self.team else "/sites"
        for suffix in ("", "-2", "-3"):
            known = self._named(session, name + suffix) if session.external.get("making") else None
            session.note(making=True)
            try:
                found = known or session.api.call("POST", path, body={"name": name + suffix}).data
            except Silent:
                found = self._named(session, name + suffix)
                if found is None:
                    raise
            except Refused as error:
                if error.status != 422:
                    raise
                continue  # Somebody has that name.
            return {
                "id": value(found, "id", str),
                "name": value(found, "name", str),
                "url": value(found, "ssl_url", str),
            }
        raise PublishFailure(
            "name_taken", "Netlify has sites of this name already. Change the site's address."
        )

    def _named(self, session: Session, name: str) -> dict[str, Any] | None:
        found = listed(session.api.get("/sites", name=name).data)
        return next((each for each in found if each.get("name") == name), None)

    def _is_live(self, session: Session, sent: str) -> bool:
        """Ask Netlify itself, not only our notes: somebody may have published there by hand."""
        if session.job.kind != "publish" or session.live.get("sent") != sent:
            return False
        return self._published(session) == session.live.get("deploy")

    def _published(self, session: Session) -> str:
        site = session.api.get(f"/sites/{_id(session)}").data
        published = site.get("published_deploy") if isinstance(site, dict) else None
        return str(published.get("id", "")) if isinstance(published, dict) else ""

    def _verified(self, session: Session, deploy: Mapping[str, Any]) -> tuple[str, ...]:
        if self._published(session) == deploy["id"]:
            return ()
        return ("Unverified: Netlify took the publish but does not show it as the live one yet.",)

    # The deploy -----------------------------------------------------------------

    def _earlier(self, session: Session) -> dict[str, Any] | None:
        """Return the deploy that is to be restored or promoted, if Netlify still has it whole."""
        known = session.source.get("deploy")
        if not known:
            return None
        try:
            deploy = session.api.get(f"/deploys/{known}").data
        except Refused as error:
            if error.status != 404:
                raise
            return None
        return deploy if value(deploy, "state", str) == "ready" else None

    def _deployed(self, session: Session, sent: Mapping[str, str]) -> dict[str, Any]:
        found = listing.entries(sent, session.place.blobs, most=MOST_FILES, most_bytes=MOST_BYTES)
        deploy = self._resumed(session) or self._created(session, found)
        if session.external.get("deploy") != deploy["id"]:
            session.note(deploy=deploy["id"])
        deploy = self._until(session, deploy, _PREPARED)
        self._upload(session, deploy, listing.once_each(found))
        session.lease.say("Netlify has all files and prepares them.")
        return self._until(session, deploy, ("ready",))

    def _resumed(self, session: Session) -> dict[str, Any] | None:
        """Find what an earlier worker began, whether or not it lived to write down the id."""
        if session.external.get("deploy"):
            deploy = session.api.get(f"/deploys/{session.external['deploy']}").data
            return deploy if value(deploy, "state", str) != "error" else None
        return self._lost(session) if session.external.get("creating") else None

    def _lost(self, session: Session) -> dict[str, Any] | None:
        deploys = listed(session.api.get(f"/sites/{_id(session)}/deploys", per_page=50).data)
        mark = f"[{session.job.id}]"
        return next(
            (d for d in deploys if mark in str(d.get("title")) and d.get("state") != "error"), None
        )

    def _created(self, session: Session, found: list[Entry]) -> dict[str, Any]:
        session.note(creating=True)
        body = {
            "files": {f"/{entry.path}": entry.sha for entry in found},
            # Visitors see nothing of a draft until it is whole and published.
            "draft": True,
            "async": len(found) > MOST_FILES_IN_SYNC,
        }
        title = (
            f"{session.job.message[:100] or 'Published with Roseram Builder'} [{session.job.id}]"
        )
        try:
            made = session.api.call(
                "POST", f"/sites/{_id(session)}/deploys", body=body, query={"title": title},
                deadline=60,
            )  # fmt: skip
            deploy = made.data
        except Silent:
            # There is no key to repeat it by: look whether it happened.
            deploy = self._lost(session)
            if deploy is None:
                raise
        value(deploy, "id", str)
        return dict(deploy)

    def _upload(
        self, session: Session, deploy: Mapping[str, Any], by_sha: Mapping[str, Entry]
    ) -> None:
        needed = [sha for sha in dict.fromkeys(deploy.get("required") or []) if sha in by_sha]
        total = sum(by_sha[sha].size for sha in needed)
        session.lease.step(
            "uploading",
            f"Uploading {len(needed):,} of {len(by_sha):,} files, {total:,} bytes.",
            total=len(needed),
        )

        def send(sha: str) -> None:
            session.lease.check()
            entry = by_sha[sha]
            session.api.call(
                "PUT",
                f"/deploys/{deploy['id']}/files/{quote(entry.path, safe='/')}",
                content=listing.content(entry, session.place.blobs),
                headers={
                    "Content-Type": "application/octet-stream",
                    "Content-Length": str(entry.size),
                },
                deadline=300,
            )

        pool.each(needed, send, at_once=UPLOADS_AT_ONCE, lease=session.lease)

    def _until(
        self, session: Session, deploy: dict[str, Any], states: tuple[str, ...]
    ) -> dict[str, Any]:
        """Ask until the deploy is that far. Raises PublishFailure when Netlify gives it up."""
        for pause in session.pauses():
            state = value(deploy, "state", str)
            if state == "error":
                said = plain(deploy.get("error_message"), session.api.token) or "no reason given"
                raise PublishFailure("host_failed", f"Netlify could not finish the publish: {said}")
            if state in states:
                return deploy
            session.sleep(pause)
            deploy = session.api.get(f"/deploys/{deploy['id']}").data
        raise AssertionError("the pauses have no end")

    def _put_live(self, session: Session, deploy_id: str) -> None:
        # Doing it twice does no harm: the same deploy is live.
        session.api.call("POST", f"/sites/{_id(session)}/deploys/{deploy_id}/restore", again=True)


def _id(session: Session) -> str:
    return quote(str(session.project["id"]), safe="")
