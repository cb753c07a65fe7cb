"""Netlify as far as publishing sees it: sites, deploys, files by digest."""

from __future__ import annotations

import hashlib
import itertools
from typing import Any

from tests.contracts.wire import Answer, Refuse, Request, Vendor, as_file


def _missing() -> Refuse:
    return Refuse(404, {"code": 404, "message": "Not Found"})


class Netlify(Vendor):
    name = "netlify"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.sites: dict[str, dict[str, Any]] = {}
        self.deploys: dict[str, dict[str, Any]] = {}
        self.stored: dict[str, bytes] = {}
        self.taken: set[str] = set()
        # Every change of what a visitor sees: (site, deploy).
        self.went_live: list[tuple[str, str]] = []
        self.polls_until_ready = 1
        self.fails_with = ""
        self.dns_is_right = False
        self.serves_old_files = False
        self._count = itertools.count(1)

    def served(self, site_id: str, path: str = "/index.html") -> bytes | None:
        """What a visitor of a site gets."""
        live = self.sites[site_id].get("live")
        sha = self.deploys[live]["files"].get(path) if live else None
        return self.stored[sha] if sha else None

    def visited(self, host: str, path: str) -> bytes | None:
        name = host.removesuffix(".netlify.app")
        site = next(each for each in self.sites.values() if each["name"] == name)
        shown = [deploy for where, deploy in self.went_live if where == site["id"]]
        if self.serves_old_files:
            shown.pop()
        sha = self.deploys[shown[-1]]["files"].get(f"/{as_file(path)}") if shown else None
        return self.stored[sha] if sha else None

    # Accounts -------------------------------------------------------------------

    def getCurrentUser(self, _: Request) -> Answer:
        return Answer(200, {"id": "user-1", "email": "olive@example.com"})

    def listAccountsForUser(self, _: Request) -> Answer:
        return Answer(200, [{"id": "account-1", "name": "Olive's team", "slug": "olive"}])

    # Sites ----------------------------------------------------------------------

    def createSite(self, request: Request) -> Answer:
        name = request.json.get("name") or f"random-{next(self._count)}"
        if name in self.taken or any(site["name"] == name for site in self.sites.values()):
            raise Refuse(422, {"code": 422, "message": "subdomain must be unique"})
        made = {"id": f"site-{next(self._count)}", "name": name, "live": "", "enabled": True}
        self.sites[made["id"]] = made
        return Answer(201, self._site(made))

    createSiteInTeam = createSite

    def listSites(self, _: Request) -> Answer:
        return Answer(200, [self._site(site) for site in self.sites.values()])

    def getSite(self, request: Request) -> Answer:
        return Answer(200, self._site(self._found(request)))

    def updateSite(self, request: Request) -> Answer:
        site = self._found(request)
        site["custom_domain"] = request.json.get("custom_domain", site.get("custom_domain"))
        return Answer(200, self._site(site))

    def provisionSiteTLSCertificate(self, request: Request) -> Answer:
        if not self.dns_is_right:
            raise Refuse(422, {"code": 422, "message": "bad dns for custom domain"})
        return Answer(200, {"state": "issued", "domains": [self._found(request)["custom_domain"]]})

    def showSiteTLSCertificate(self, request: Request) -> Answer:
        if not self.dns_is_right:
            raise _missing()
        return self.provisionSiteTLSCertificate(request)

    def getDNSForSite(self, request: Request) -> Answer:
        self._found(request)
        return Answer(200, [])

    def deleteSite(self, request: Request) -> Answer:
        del self.sites[self._found(request)["id"]]
        return Answer(204)

    def disableSite(self, request: Request) -> Answer:
        self._found(request)["enabled"] = False
        return Answer(204)

    def enableSite(self, request: Request) -> Answer:
        self._found(request)["enabled"] = True
        return Answer(204)

    def _found(self, request: Request) -> dict[str, Any]:
        site = self.sites.get(request.named["site_id"])
        if site is None:
            raise _missing()
        return site

    def _site(self, site: dict[str, Any]) -> dict[str, Any]:
        url = f"https://{site['name']}.netlify.app"
        shown = {
            "id": site["id"],
            "name": site["name"],
            "url": url,
            "ssl_url": url,
            "state": "current",
        }
        if site.get("custom_domain"):
            shown["custom_domain"] = site["custom_domain"]
        if site["live"]:
            shown["published_deploy"] = {"id": site["live"], "state": "ready"}
        return shown

    # Deploys --------------------------------------------------------------------

    def createSiteDeploy(self, request: Request) -> Answer:
        site = self._found(request)
        files = request.json["files"]
        title = dict(pair.split("=", 1) for pair in request.query.split("&")).get("title", "")
        deploy = {
            "id": f"deploy-{next(self._count)}", "site_id": site["id"], "files": files,
            "title": title.replace("+", " ").replace("%5B", "[").replace("%5D", "]"),
            "draft": request.json.get("draft", False), "polls": 0, "state": "uploading",
            "required": sorted(set(files.values()) - self.stored.keys()),
        }  # fmt: skip
        self.deploys[deploy["id"]] = deploy
        if request.json.get("async"):
            # The first answer of an asynchronous deploy does not know yet what is required.
            deploy["state"] = "preparing"
            return Answer(200, {**self._deploy(deploy), "required": []})
        self._settle(deploy)
        return Answer(200, self._deploy(deploy))

    def listSiteDeploys(self, request: Request) -> Answer:
        site = self._found(request)
        mine = [each for each in self.deploys.values() if each["site_id"] == site["id"]]
        return Answer(200, [self._deploy(each) for each in reversed(mine)])

    def getDeploy(self, request: Request) -> Answer:
        deploy = self._deployed(request)
        if deploy["state"] == "preparing":
            deploy["state"] = "prepared"
            self._settle(deploy)
        elif deploy["state"] == "processing":
            deploy["polls"] += 1
            if deploy["polls"] >= self.polls_until_ready:
                deploy["state"] = "error" if self.fails_with else "ready"
                if deploy["state"] == "ready" and not deploy["draft"]:
                    self._publish(deploy)
        return Answer(200, self._deploy(deploy))

    def uploadDeployFile(self, request: Request) -> Answer:
        deploy = self._deployed(request)
        path = "/" + request.named["path"]
        wanted = deploy["files"].get(path)
        if wanted is None:
            raise Refuse(422, {"code": 422, "message": f"Missing entry in deploy for {path}"})
        digest = hashlib.sha1(request.body).hexdigest()  # noqa: S324
        if digest != wanted:
            raise Refuse(422, {"code": 422, "message": "SHA1 mismatch"})
        self.stored[digest] = request.body
        self._settle(deploy)
        return Answer(200, {"id": path, "path": path, "sha": digest, "size": len(request.body)})

    def restoreSiteDeploy(self, request: Request) -> Answer:
        deploy = self._deployed(request)
        if deploy["state"] != "ready":
            raise Refuse(422, {"code": 422, "message": "deploy is not ready"})
        self._publish(deploy)
        return Answer(201, self._deploy(deploy))

    def cancelSiteDeploy(self, request: Request) -> Answer:
        deploy = self._deployed(request)
        deploy["state"] = "error"
        return Answer(201, self._deploy(deploy))

    def _deployed(self, request: Request) -> dict[str, Any]:
        deploy = self.deploys.get(request.named["deploy_id"])
        if deploy is None:
            raise _missing()
        return deploy

    def _settle(self, deploy: dict[str, Any]) -> None:
        deploy["required"] = sorted(set(deploy["files"].values()) - self.stored.keys())
        if not deploy["required"] and deploy["state"] in ("uploading", "prepared"):
            deploy["state"] = "processing"

    def _publish(self, deploy: dict[str, Any]) -> None:
        self.sites[deploy["site_id"]]["live"] = deploy["id"]
        self.went_live.append((deploy["site_id"], deploy["id"]))

    def _deploy(self, deploy: dict[str, Any]) -> dict[str, Any]:
        name = self.sites[deploy["site_id"]]["name"]
        shown = {
            key: deploy[key] for key in ("id", "site_id", "state", "title", "draft", "required")
        }
        shown["deploy_ssl_url"] = f"https://{deploy['id']}--{name}.netlify.app"
        if deploy["state"] == "error":
            shown["error_message"] = self.fails_with or "canceled"
        return shown
