"""Vercel: ask for a deployment, upload what it says is missing, wait until its domains point to it.

https://vercel.com/docs/rest-api/reference/endpoints/deployments/create-a-new-deployment
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

UPLOADS_AT_ONCE = 16
MOST_FILES, MOST_BYTES = 15_000, 100_000_000
_ROUNDS = 3
# Looks at a deployment that is ready while its domains still point elsewhere.
_LOOKS_BEFORE_PROMOTING = 6
# A plain folder of files: without this Vercel guesses a framework and runs its build.
_NO_BUILD = dict.fromkeys(("framework", "buildCommand", "installCommand", "outputDirectory"))


def address(project: Mapping[str, Any], domain: str) -> tuple[str, str]:
    """Return where a project that exists is, and the path that 404.html hangs under."""
    return f"https://{domain or project['domain']}/", "/"


class Vercel:
    """A project at Vercel. The team goes with every call: `Api.query` holds it."""

    def base(self, session: Session, site: SiteRow) -> tuple[str, str]:
        if not session.project.get("id"):
            session.note_project(self._made(session, site))
        return address(session.project, session.domain)

    def publish(self, session: Session, site: SiteRow, files: Mapping[str, str]) -> Published:
        base, _ = self.base(session, site)
        blobs = session.place.blobs
        extra = dialects.vercel(session.redirects)
        sent = {**files, **{name: blobs.put(data)[0] for name, data in extra.items()}}
        production = session.job.target == "production"
        live = {"sent": manifest_digest(sent)}
        if production and self._is_live(session, live["sent"]):
            session.lease.say("Vercel has exactly this already: nothing was sent.")
            return Published(base, session.live)
        earlier = self._back(session) if production else None
        if earlier:
            return Published(base, {**live, "deploy": earlier, "pinned": True})
        deployment = self._deployed(session, sent, production=production)
        if not production:
            return Published(f"https://{value(deployment, 'url', str)}/", {})
        return Published(base, {**live, "deploy": _uid(deployment)})

    def unpublish(self, session: Session, site: SiteRow) -> None:
        """Vercel cannot switch a project off: the deployments that visitors see are deleted."""
        session.go_live()
        for deployment in self._deployments(session, target="production"):
            path = f"/v13/deployments/{quote(_uid(deployment))}"
            try:
                session.api.call("DELETE", path, again=True)
            except Refused as error:
                if error.status != 404:
                    raise

    def cancel(self, session: Session) -> None:
        if session.external.get("deploy"):
            session.api.call("PATCH", f"/v12/deployments/{session.external['deploy']}/cancel")

    # The project ----------------------------------------------------------------

    def _made(self, session: Session, site: SiteRow) -> dict[str, Any]:
        name = session.name_for(site)
        session.note(making=True)
        try:
            body = {"name": name, "framework": None}
            project = session.api.call("POST", "/v11/projects", body=body).data
        except (Silent, Refused) as error:
            # An earlier try made it, and its answer was lost: the name has this site's id in it.
            if isinstance(error, Refused) and error.status != 409:
                raise
            project = session.api.get(f"/v9/projects/{quote(name)}").data
        project_id = value(project, "id", str)
        # Otherwise every preview would ask its visitor to sign in at Vercel.
        session.api.call(
            "PATCH", f"/v9/projects/{quote(project_id)}", body={"ssoProtection": None}, again=True
        )
        domains = session.api.get(f"/v9/projects/{quote(project_id)}/domains").data
        names = [str(each.get("name", "")) for each in listed(value(domains, "domains", list))]
        own = next((each for each in names if each.endswith(".vercel.app")), f"{name}.vercel.app")
        return {"id": project_id, "name": name, "domain": own, "url": f"https://{own}"}

    def _is_live(self, session: Session, sent: str) -> bool:
        if session.job.kind != "publish" or session.live.get("sent") != sent:
            return False
        return self._in_production(session) == session.live.get("deploy")

    def _in_production(self, session: Session) -> str:
        """Ask which deployment the production domains point to."""
        project = session.api.get(f"/v9/projects/{_project(session)}").data
        targets = project.get("targets") if isinstance(project, dict) else None
        production = targets.get("production") if isinstance(targets, dict) else None
        return str(production.get("id", "")) if isinstance(production, dict) else ""

    def _deployments(self, session: Session, **query: Any) -> list[dict[str, Any]]:
        found = session.api.get(
            "/v6/deployments", projectId=session.project["id"], limit=50, **query
        )
        return listed(value(found.data, "deployments", list))

    # Going back, or forward to a preview -----------------------------------------

    def _back(self, session: Session) -> str:
        """Point the domains at a deployment that exists; '' when Vercel no longer has it."""
        known = str(session.source.get("deploy") or "")
        if not known:
            return ""
        session.go_live()
        verb = (
            f"/v10/projects/{_project(session)}/promote/{quote(known)}"
            if session.job.kind == "promote"
            else f"/v1/projects/{_project(session)}/rollback/{quote(known)}"
        )
        try:
            session.api.call("POST", verb, again=True)
        except Refused as error:
            if error.status not in (400, 404, 409, 410, 422):
                raise
            session.lease.say("Vercel no longer has that deployment; its files are sent again.")
            return ""
        for pause in session.pauses():
            if self._in_production(session) == known:
                return known
            session.sleep(pause)
        raise AssertionError("the pauses have no end")

    # The deployment -------------------------------------------------------------

    def _deployed(
        self, session: Session, sent: Mapping[str, str], *, production: bool
    ) -> dict[str, Any]:
        found = listing.entries(sent, session.place.blobs, most=MOST_FILES, most_bytes=MOST_BYTES)
        deployment = self._resumed(session)
        if deployment is None:
            deployment = self._created(session, found, production=production)
        if session.external.get("deploy") != _uid(deployment):
            session.note(deploy=_uid(deployment))
        session.lease.say("Vercel has all files and prepares them.")
        return self._until_served(session, deployment, production=production)

    def _resumed(self, session: Session) -> dict[str, Any] | None:
        if session.external.get("deploy"):
            found = session.api.get(f"/v13/deployments/{session.external['deploy']}").data
            return None if found.get("readyState") in ("ERROR", "CANCELED") else dict(found)
        return self._lost(session) if session.external.get("creating") else None

    def _lost(self, session: Session) -> dict[str, Any] | None:
        """Find a deployment by the job that stands in its notes."""
        for each in self._deployments(session):
            if (each.get("meta") or {}).get("roseramDeployment") == session.job.id:
                return dict(session.api.get(f"/v13/deployments/{_uid(each)}").data)
        return None

    def _created(self, session: Session, found: list[Entry], *, production: bool) -> dict[str, Any]:
        """Ask for the deployment; upload what is missing; ask again."""
        by_sha = listing.once_each(found)
        session.note(creating=True)
        for _ in range(_ROUNDS):
            try:
                return self._ask(session, found, production=production)
            except Refused as error:
                missing = _missing(error)
                if not missing:
                    raise
                self._upload(session, [by_sha[sha] for sha in missing if sha in by_sha])
        raise PublishFailure(
            "host_failed", "Vercel still misses files after three rounds. Publish again."
        )

    def _ask(self, session: Session, found: list[Entry], *, production: bool) -> dict[str, Any]:
        body: dict[str, Any] = {
            "name": session.project["name"],
            "project": session.project["id"],
            "projectSettings": _NO_BUILD,
            "meta": {
                "roseramDeployment": session.job.id,
                "message": session.job.message or "Published with Roseram Builder",
            },
            "files": [{"file": each.path, "sha": each.sha, "size": each.size} for each in found],
        }
        if production:
            body["target"] = "production"
        query = {"skipAutoDetectionConfirmation": "1"}
        try:
            made = session.api.call(
                "POST", "/v13/deployments", body=body, query=query, deadline=60
            ).data
        except Silent:
            lost = self._lost(session)
            if lost is None:
                raise
            return lost
        _uid(made)
        return dict(made)

    def _upload(self, session: Session, missing: list[Entry]) -> None:
        total = sum(entry.size for entry in missing)
        session.lease.step(
            "uploading",
            f"Uploading {len(missing):,} files, {total:,} bytes.",
            total=len(missing),
        )

        def send(entry: Entry) -> None:
            session.lease.check()
            session.api.call(
                "POST",
                "/v2/files",
                content=listing.content(entry, session.place.blobs),
                headers={
                    "Content-Type": "application/octet-stream",
                    "Content-Length": str(entry.size),
                    "x-vercel-digest": entry.sha,
                },
                # The same bytes under the same digest: as often as need be.
                again=True,
                deadline=300,
            )

        pool.each(missing, send, at_once=UPLOADS_AT_ONCE, lease=session.lease)

    def _until_served(
        self, session: Session, deployment: dict[str, Any], *, production: bool
    ) -> dict[str, Any]:
        """Wait until it is ready and, in production, until the domains point to it."""
        looks, uid = 0, _uid(deployment)
        if production:
            session.go_live()
        for pause in session.pauses():
            state = value(deployment, "readyState", str)
            if state in ("ERROR", "CANCELED") or deployment.get("aliasError"):
                raise _failure(deployment, session.api.token)
            if state == "READY" and (deployment.get("aliasAssigned") or not production):
                return deployment
            if state == "READY":
                looks += 1
                # After a rollback the domains stay where they are until somebody promotes.
                staged = deployment.get("readySubstate") == "STAGED" or session.live.get("pinned")
                if looks == 1 and staged or looks == _LOOKS_BEFORE_PROMOTING:
                    path = f"/v10/projects/{_project(session)}/promote/{quote(uid)}"
                    session.api.call("POST", path, again=True)
            session.sleep(pause)
            deployment = dict(session.api.get(f"/v13/deployments/{quote(uid)}").data)
        raise AssertionError("the pauses have no end")


def _uid(deployment: Mapping[str, Any]) -> str:
    """A deployment is `uid` in lists and `id` elsewhere."""
    return value(deployment, "uid" if "uid" in deployment else "id", str)


def _project(session: Session) -> str:
    return quote(str(session.project["id"]), safe="")


def _missing(error: Refused) -> list[str]:
    inner = error.data.get("error") if isinstance(error.data, dict) else None
    if not isinstance(inner, dict) or inner.get("code") != "missing_files":
        return []
    return [sha for sha in inner.get("missing") or [] if isinstance(sha, str)]


def _failure(deployment: Mapping[str, Any], token: str) -> PublishFailure:
    alias = deployment.get("aliasError")
    said = (alias or {}).get("message") if isinstance(alias, dict) else None
    said = plain(said or deployment.get("errorMessage"), token) or "no reason given"
    return PublishFailure("host_failed", f"Vercel could not finish the publish: {said}")
