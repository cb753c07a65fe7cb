"""Vercel as far as publishing sees it: projects, files by digest, deployments, domains."""

from __future__ import annotations

import hashlib
import itertools
from typing import Any
from urllib.parse import parse_qs

from tests.contracts.wire import Answer, Refuse, Request, Vendor, as_file


def refuse(status: int, code: str, message: str = "", **more: Any) -> Refuse:
    return Refuse(status, {"error": {"code": code, "message": message or code, **more}})


class Vercel(Vendor):
    name = "vercel"
    team = "team_olive"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.projects: dict[str, dict[str, Any]] = {}
        self.deployments: dict[str, dict[str, Any]] = {}
        self.stored: dict[str, bytes] = {}
        self.went_live: list[tuple[str, str]] = []
        self.polls_until_ready = 1
        self.fails_with = ""
        self.alias_error = ""
        self.forgets_first_upload = False
        self.domain_verified = False
        self.serves_old_files = False
        self._count = itertools.count(1)

    def unauthorized(self) -> Answer:
        return Answer(403, {"error": {"code": "forbidden", "message": "Not authorized"}})

    def served(self, project_id: str, path: str = "index.html") -> bytes | None:
        live = self.projects[project_id]["live"]
        files = {f["file"]: f["sha"] for f in self.deployments[live]["files"]} if live else {}
        return self.stored[files[path]] if path in files else None

    def visited(self, host: str, path: str) -> bytes | None:
        project = next(each for each in self.projects.values() if host in each["domains"])
        shown = [deployment for where, deployment in self.went_live if where == project["id"]]
        if self.serves_old_files:
            shown.pop()
        files = {f["file"]: f["sha"] for f in self.deployments[shown[-1]]["files"]} if shown else {}
        return self.stored[files[as_file(path)]] if as_file(path) in files else None

    def getAuthUser(self, _: Request) -> Answer:
        user = {"id": "user-2", "email": "olive@example.com", "username": "olive"}
        return Answer(200, {"user": user})

    def getTeams(self, _: Request) -> Answer:
        teams = [{"id": self.team, "slug": "olive", "name": "Olive's team"}]
        return Answer(200, {"teams": teams, "pagination": {}})

    # Projects -------------------------------------------------------------------

    def createProject(self, request: Request) -> Answer:
        name = request.json["name"]
        if any(project["name"] == name for project in self.projects.values()):
            raise refuse(409, "conflict", "A project of this name exists")
        made = {
            "id": f"prj_{next(self._count)}", "name": name, "live": "", "pinned": False,
            "protected": True, "domains": [f"{name}.vercel.app"],
        }  # fmt: skip
        self.projects[made["id"]] = made
        return Answer(200, self._project(made))

    def getProject(self, request: Request) -> Answer:
        return Answer(200, self._project(self._found(request, "idOrName")))

    def updateProject(self, request: Request) -> Answer:
        project = self._found(request, "idOrName")
        project["protected"] = request.json.get("ssoProtection") is not None
        return Answer(200, self._project(project))

    def getProjectDomains(self, request: Request) -> Answer:
        project = self._found(request, "idOrName")
        domains = [self._domain(project, name) for name in project["domains"]]
        return Answer(200, {"domains": domains, "pagination": {}})

    def addProjectDomain(self, request: Request) -> Answer:
        project, name = self._found(request, "idOrName"), request.json["name"]
        if any(name in other["domains"] for other in self.projects.values()):
            raise refuse(409, "domain_already_in_use", "The domain is in use by another project")
        project["domains"].append(name)
        return Answer(200, self._domain(project, name))

    def getProjectDomain(self, request: Request) -> Answer:
        project = self._found(request, "idOrName")
        if request.named["domain"] not in project["domains"]:
            raise refuse(404, "not_found")
        return Answer(200, self._domain(project, request.named["domain"]))

    verifyProjectDomain = getProjectDomain

    def deleteProject(self, request: Request) -> Answer:
        del self.projects[self._found(request, "idOrName")["id"]]
        return Answer(204)

    def removeProjectDomain(self, request: Request) -> Answer:
        self._found(request, "idOrName")["domains"].remove(request.named["domain"])
        return Answer(200, {})

    def getDomainConfig(self, _: Request) -> Answer:
        return Answer(200, {
            "configuredBy": None, "acceptedChallenges": ["http-01"],
            "misconfigured": not self.domain_verified,
            "recommendedIPv4": [{"rank": 1, "value": ["192.0.2.7"]}],
            "recommendedCNAME": [{"rank": 1, "value": "abc123.vercel-dns-017.example."}],
        })  # fmt: skip

    def _found(self, request: Request, name: str) -> dict[str, Any]:
        asked = request.named[name]
        for project in self.projects.values():
            if asked in (project["id"], project["name"]):
                return project
        raise refuse(404, "not_found", "Project not found")

    def _project(self, project: dict[str, Any]) -> dict[str, Any]:
        live = {"production": {"id": project["live"]}} if project["live"] else {}
        return {"id": project["id"], "name": project["name"], "accountId": "a", "targets": live}

    def _domain(self, project: dict[str, Any], name: str) -> dict[str, Any]:
        own = name.endswith(".vercel.app")
        shown = {
            "name": name, "apexName": name, "projectId": project["id"],
            "verified": own or self.domain_verified,
        }  # fmt: skip
        if not shown["verified"]:
            shown["verification"] = [{
                "type": "TXT", "domain": f"_vercel.{name}", "value": "vc-domain-verify=x",
                "reason": "pending_domain_verification",
            }]  # fmt: skip
        return shown

    # Files and deployments -------------------------------------------------------

    def uploadFile(self, request: Request) -> Answer:
        digest = hashlib.sha1(request.body).hexdigest()  # noqa: S324
        if digest != request.headers.get("x-vercel-digest"):
            raise refuse(400, "invalid_digest")
        if self.forgets_first_upload:
            self.forgets_first_upload = False
        else:
            self.stored[digest] = request.body
        return Answer(200, {"urls": []})

    def createDeployment(self, request: Request) -> Answer:
        body = request.json
        project = self.projects.get(body["project"])
        if project is None:
            raise refuse(404, "not_found", "Project not found")
        missing = sorted({f["sha"] for f in body["files"]} - self.stored.keys())
        if missing:
            raise refuse(400, "missing_files", missing=missing)
        if "projectSettings" not in body:
            raise refuse(400, "missing_project_settings")
        made = {
            "id": f"dpl_{next(self._count)}", "project": project["id"],
            "files": body["files"], "target": body.get("target"), "meta": body["meta"],
            "readyState": "QUEUED", "polls": 0, "aliasAssigned": False, "staged": False,
        }  # fmt: skip
        self.deployments[made["id"]] = made
        return Answer(200, self._deployment(made))

    def getDeployment(self, request: Request) -> Answer:
        made = self._deployed(request.named["idOrUrl"])
        made["polls"] += 1
        if made["readyState"] in ("QUEUED", "BUILDING") and made["polls"] >= self.polls_until_ready:
            made["readyState"] = "ERROR" if self.fails_with else "READY"
            if made["readyState"] == "READY" and made["target"] == "production":
                self._take_domains(made)
        return Answer(200, self._deployment(made))

    def getDeployments(self, request: Request) -> Answer:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        found = [
            {"uid": d["id"], "name": "x", "url": self._url(d), "meta": d["meta"],
             "state": d["readyState"], "target": d["target"]}
            for d in reversed(self.deployments.values())
            if d["project"] == query["projectId"]
            and ("target" not in query or d["target"] == query["target"])
        ]  # fmt: skip
        return Answer(200, {"deployments": found, "pagination": {}})

    def cancelDeployment(self, request: Request) -> Answer:
        made = self._deployed(request.named["id"])
        made["readyState"] = "CANCELED"
        return Answer(200, self._deployment(made))

    def deleteDeployment(self, request: Request) -> Answer:
        made = self._deployed(request.named["idOrUrl"])
        del self.deployments[made["id"]]
        project = self.projects[made["project"]]
        project["live"] = "" if project["live"] == made["id"] else project["live"]
        return Answer(200, {"uid": made["id"], "state": "DELETED"})

    def requestRollback(self, request: Request) -> Answer:
        made = self._deployed(request.named["deploymentId"])
        self.projects[made["project"]]["pinned"] = True
        self._publish(made)
        return Answer(201)

    def requestPromote(self, request: Request) -> Answer:
        made = self._deployed(request.named["deploymentId"])
        self.projects[made["project"]]["pinned"] = False
        self._publish(made)
        return Answer(201)

    def _deployed(self, asked: str) -> dict[str, Any]:
        if asked not in self.deployments:
            raise refuse(404, "not_found", "Deployment not found")
        return self.deployments[asked]

    def _take_domains(self, made: dict[str, Any]) -> None:
        # After a rollback the domains stay where they are.
        made["staged"] = self.projects[made["project"]]["pinned"]
        if not self.alias_error and not made["staged"]:
            self._publish(made)

    def _publish(self, made: dict[str, Any]) -> None:
        made["aliasAssigned"] = 1
        self.projects[made["project"]]["live"] = made["id"]
        self.went_live.append((made["project"], made["id"]))

    def _url(self, made: dict[str, Any]) -> str:
        return f"{self.projects[made['project']]['name']}-{made['id'].replace('_', '')}.vercel.app"

    def _deployment(self, made: dict[str, Any]) -> dict[str, Any]:
        shown = {key: made[key] for key in ("id", "readyState", "aliasAssigned", "meta")}
        shown |= {"url": self._url(made), "target": made["target"]}
        if made["staged"]:
            shown["readySubstate"] = "STAGED"
        if made["readyState"] == "ERROR":
            shown["errorMessage"] = self.fails_with
        if self.alias_error:
            shown["aliasError"] = {"code": "alias", "message": self.alias_error}
        return shown
