"""GitHub Pages: the whole site as one commit on `gh-pages`, then Pages builds that commit.

https://docs.github.com/rest/git and https://docs.github.com/rest/pages
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from services.deployments.blobs import manifest_digest
from services.deployments.failures import PublishFailure
from services.deployments.hosts import Published, dialects, github_tree
from services.deployments.hosts.session import Session
from services.deployments.snapshot import SiteRow
from services.vendors.api import value
from services.vendors.errors import Refused, Silent, plain

BRANCH = "gh-pages"
_TRIES = 3
_BUILT_AGAIN = 1


def address(project: Mapping[str, Any], domain: str) -> tuple[str, str]:
    """Return where a repository's Pages are, and the path that 404.html hangs under."""
    if domain:
        return f"https://{domain}/", "/"
    owner, name = str(project["owner"]), str(project["name"])
    return f"https://{owner.lower()}.github.io/{name}/", f"/{name}/"


class GitHubPages:
    """A repository with its Pages."""

    def base(self, session: Session, site: SiteRow) -> tuple[str, str]:
        if not session.project.get("repo"):
            session.note_project(self._made(session, site))
        return address(session.project, session.domain)

    def publish(self, session: Session, site: SiteRow, files: Mapping[str, str]) -> Published:
        base, _ = self.base(session, site)
        blobs = session.place.blobs
        extra, report = dialects.github(session.redirects, domain=session.domain)
        sent = {**files, **{name: blobs.put(data)[0] for name, data in extra.items()}}
        digest = manifest_digest(sent)
        head = self._head(session)
        if self._is_live(session, head, digest):
            session.lease.say("GitHub has exactly this already: nothing was sent.")
            return Published(base, session.live, report)
        commit = self._done_before(session, head) or self._committed(session, sent, head)
        self._enable(session)
        self._until_built(session, commit)
        return Published(base, {"sent": digest, "commit": commit}, report)

    def unpublish(self, session: Session, site: SiteRow) -> None:
        session.go_live()
        try:
            session.api.call("DELETE", f"{_repo(session)}/pages", again=True)
        except Refused as error:
            if error.status != 404:
                raise
        session.note_project({**session.project, "enabled": False})

    def cancel(self, session: Session) -> None:
        """Nothing to take back: until the branch is moved nobody sees anything."""

    # The repository -------------------------------------------------------------

    def _made(self, session: Session, site: SiteRow) -> dict[str, Any]:
        name, mark = session.name_for(site), f"Published with Roseram Builder (site {site.id})"
        body = {
            "name": name,
            "description": mark,
            "private": False,
            # In an empty repository GitHub refuses every blob, tree and commit.
            "auto_init": True,
            "has_issues": False,
            "has_projects": False,
            "has_wiki": False,
        }
        session.note(making=True)
        try:
            repo = session.api.call("POST", "/user/repos", body=body).data
        except (Silent, Refused) as error:
            if isinstance(error, Refused) and error.status != 422:
                raise
            repo = session.api.get(f"/repos/{quote(session.account)}/{quote(name)}").data
            if repo.get("description") != mark:
                raise PublishFailure(
                    "name_taken",
                    f"The account has a repository “{name}” that we did not make. "
                    "Rename it, or change the site's address.",
                ) from None
        owner = value(value(repo, "owner", dict), "login", str)
        return {
            "repo": value(repo, "full_name", str),
            "owner": owner,
            "name": value(repo, "name", str),
            "url": value(repo, "html_url", str),
        }

    def _head(self, session: Session) -> dict[str, Any] | None:
        """Read the commit that the branch is at; None when there is no branch yet."""
        try:
            ref = session.api.get(f"{_repo(session)}/git/ref/heads/{BRANCH}").data
        except Refused as error:
            # 409: the repository is still empty, 404: the branch is.
            if error.status == 404:
                session.api.get(_repo(session))
            elif error.status != 409:
                raise
            return None
        sha = value(value(ref, "object", dict), "sha", str)
        return dict(session.api.get(f"{_repo(session)}/git/commits/{sha}").data)

    def _is_live(self, session: Session, head: dict[str, Any] | None, digest: str) -> bool:
        if head is None or session.job.kind != "publish" or session.live.get("sent") != digest:
            return False
        return bool(head.get("sha") == session.live.get("commit"))

    def _done_before(self, session: Session, head: dict[str, Any] | None) -> str:
        """An earlier worker may have moved the branch and died before it could say so."""
        done = head is not None and _mark(session) in str(head.get("message"))
        return value(head, "sha", str) if done else ""

    # The commit -----------------------------------------------------------------

    def _committed(
        self, session: Session, sent: Mapping[str, str], head: dict[str, Any] | None
    ) -> str:
        """Move the branch to a commit that holds exactly these files."""
        tree = self._earlier_tree(session) or github_tree.make(session, _repo(session), sent, head)
        for _ in range(_TRIES):
            body = {
                "message": f"{session.job.message or 'Publish'}\n\n{_mark(session)}",
                "tree": tree,
                "parents": [value(head, "sha", str)] if head else [],
            }
            path = f"{_repo(session)}/git/commits"
            commit = value(session.api.call("POST", path, body=body, again=True).data, "sha", str)
            session.note(commit=commit)
            session.go_live()
            if self._moved(session, commit, first=head is None):
                return commit
            # Somebody else pushed meanwhile: their commit becomes the one before ours.
            head = self._head(session)
            done = self._done_before(session, head)
            if done:
                return done
        raise PublishFailure(
            "branch_moves",
            "Somebody else keeps changing the branch gh-pages. Publish again when it is quiet.",
        )

    def _moved(self, session: Session, commit: str, *, first: bool) -> bool:
        """Move the branch unless somebody else has; its parent must be what we saw."""
        try:
            if first:
                made = {"ref": f"refs/heads/{BRANCH}", "sha": commit}
                session.api.call("POST", f"{_repo(session)}/git/refs", body=made, again=True)
            else:
                moved = {"sha": commit, "force": False}
                path = f"{_repo(session)}/git/refs/heads/{BRANCH}"
                session.api.call("PATCH", path, body=moved, again=True)
        except Refused as error:
            if error.status == 422 and "protect" not in error.message.lower():
                return False
            raise
        return True

    def _earlier_tree(self, session: Session) -> str:
        """The tree of the commit that is to be restored, if the repository still has it."""
        known = session.source.get("commit")
        if not known:
            return ""
        try:
            found = session.api.get(f"{_repo(session)}/git/commits/{quote(str(known))}").data
        except Refused as error:
            if error.status != 404:
                raise
            return ""
        return value(value(found, "tree", dict), "sha", str)

    # Pages ----------------------------------------------------------------------

    def _enable(self, session: Session) -> None:
        """Switch Pages on; only once there is a branch to serve."""
        if session.project.get("enabled"):
            return
        body: dict[str, Any] = {"source": {"branch": BRANCH, "path": "/"}, "build_type": "legacy"}
        for pause in session.pauses():
            try:
                session.api.call("POST", f"{_repo(session)}/pages", body=body, again=True)
            except Refused as error:
                if error.status == 409:  # It is on already: see that it serves our branch.
                    session.api.call("PUT", f"{_repo(session)}/pages", body=body)
                elif error.status == 422 and pause < 5:
                    session.sleep(pause)  # A new branch is not seen everywhere at once.
                    continue
                else:
                    raise
            session.note_project({**session.project, "enabled": True})
            return

    def _until_built(self, session: Session, commit: str) -> None:
        """Wait for the build of our commit; the one before it answers first."""
        again, etag = _BUILT_AGAIN, ""
        build: Any = {}
        session.lease.say("GitHub builds the pages; the first time takes some minutes.")
        for pause in session.pauses():
            session.sleep(min(pause, 10.0))
            try:
                headers = {"If-None-Match": etag} if etag else {}
                path = f"{_repo(session)}/pages/builds/latest"
                reply = session.api.call("GET", path, headers=headers)
            except Refused as error:
                if error.status != 404:  # There has been no build yet.
                    raise
                continue
            if reply.status != 304:
                build, etag = reply.data, reply.headers.get("etag", "")
            if not isinstance(build, dict) or build.get("commit") != commit:
                continue
            if build.get("status") == "built":
                return
            if build.get("status") == "errored":
                if not again:
                    said = plain((build.get("error") or {}).get("message"), session.api.token)
                    raise PublishFailure(
                        "host_failed",
                        f"GitHub could not build the pages: {said or 'no reason given'} "
                        "The last good version stays online.",
                    )
                again -= 1
                session.api.call("POST", f"{_repo(session)}/pages/builds")


def _repo(session: Session) -> str:
    return f"/repos/{quote(str(session.project['repo']), safe='/')}"


def _mark(session: Session) -> str:
    return f"Roseram-Deployment: {session.job.id}"
