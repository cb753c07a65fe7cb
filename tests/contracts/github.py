"""GitHub as far as publishing sees it: git objects, and Pages that builds a branch."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs

from tests.contracts.wire import Answer, Refuse, Request, Vendor, as_file

SCOPES = {"X-OAuth-Scopes": "repo, read:user"}


def refuse(status: int, message: str, **headers: str) -> Refuse:
    return Refuse(status, {"message": message, "documentation_url": "https://docs"}, **headers)


class GitHub(Vendor):
    name = "github"
    owner = "olive"
    token = "gho_token_of_olive"  # noqa: S105

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.repos: dict[str, dict[str, Any]] = {}
        self.blobs: dict[str, bytes] = {}
        self.trees: dict[str, dict[str, str]] = {}
        self.commits: dict[str, dict[str, Any]] = {}
        self.went_live: list[tuple[str, str]] = []
        self.codes: dict[str, str] = {}
        self.revoked: list[str] = []
        self.build_fails = 0
        self.old_build_answers = 0
        self.ref_is_seen_late = False
        self.pushes_in_between = 0
        self.certificate = "new"
        self.serves_old_files = False

    def served(self, repo: str, path: str = "index.html") -> bytes | None:
        pages = self.repos[repo]["pages"]
        built = pages["built"] if pages else ""
        sha = self.trees[self.commits[built]["tree"]].get(path) if built else None
        return self.blobs[sha] if sha else None

    def visited(self, host: str, path: str) -> bytes | None:
        name, _, file = path.partition("/")
        shown = [commit for where, commit in self.went_live if where == name]
        if self.serves_old_files:
            shown.pop()
        files = self.trees[self.commits[shown[-1]]["tree"]] if shown else {}
        return self.blobs[files[as_file(file)]] if as_file(file) in files else None

    def unauthorized(self) -> Answer:
        return Answer(401, {"message": "Bad credentials", "documentation_url": "https://docs"})

    def users_get_authenticated(self, _: Request) -> Answer:
        user = self.description.sample("public-user", login=self.owner, id=77, type="User")
        user.pop("user_view_type", None)
        return Answer(200, user, SCOPES)

    # Repositories ----------------------------------------------------------------

    def repos_create_for_authenticated_user(self, request: Request) -> Answer:
        body = request.json
        full = f"{self.owner}/{body['name']}"
        if full in self.repos:
            raise Refuse(422, {
                "message": "Repository creation failed.", "documentation_url": "https://docs",
                "errors": [{"resource": "Repository", "code": "custom", "field": "name",
                            "message": "name already exists on this account"}],
            })  # fmt: skip
        self.repos[full] = {
            "name": body["name"], "description": body["description"], "refs": {}, "pages": None,
            "empty": not body.get("auto_init"),
        }  # fmt: skip
        return Answer(201, self._repo(full))

    def repos_get(self, request: Request) -> Answer:
        self._found(request)
        return Answer(200, self._repo(f"{request.named['owner']}/{request.named['repo']}"))

    def _repo(self, full: str) -> dict[str, Any]:
        repo = self.repos[full]
        owner = self.description.sample("simple-user", login=self.owner)
        return self.description.sample(
            "full-repository", name=repo["name"], full_name=full, owner=owner,
            description=repo["description"], html_url=f"https://github.com/{full}",
        )  # fmt: skip

    def _found(self, request: Request) -> dict[str, Any]:
        repo = self.repos.get(f"{request.named['owner']}/{request.named['repo']}")
        if repo is None:
            raise refuse(404, "Not Found")
        return repo

    def _filled(self, request: Request) -> dict[str, Any]:
        repo = self._found(request)
        if repo["empty"]:
            raise refuse(409, "Git Repository is empty.")
        return repo

    # Objects ----------------------------------------------------------------------

    def git_create_blob(self, request: Request) -> Answer:
        self._filled(request)
        assert request.json["encoding"] == "base64"
        sha = self._keep(base64.b64decode(request.json["content"], validate=True))
        return Answer(201, {"url": "https://api.github.com/blob", "sha": sha})

    def git_get_tree(self, request: Request) -> Answer:
        self._filled(request)
        return Answer(200, self._tree(request.named["tree_sha"]))

    def git_create_tree(self, request: Request) -> Answer:
        self._filled(request)
        tree = dict(self.trees[request.json["base_tree"]]) if "base_tree" in request.json else {}
        for node in request.json["tree"]:
            if ("content" in node) == ("sha" in node):
                raise refuse(422, "Use either sha or content")
            if "content" in node:
                tree[node["path"]] = self._keep(node["content"].encode())
            elif node["sha"] in self.blobs:
                tree[node["path"]] = node["sha"]
            else:
                raise refuse(422, f"tree.sha {node['sha']} is not a valid blob")
        sha = hashlib.sha1(json.dumps(tree, sort_keys=True).encode()).hexdigest()  # noqa: S324
        self.trees[sha] = tree
        return Answer(201, self._tree(sha))

    def git_create_commit(self, request: Request) -> Answer:
        self._filled(request)
        return Answer(201, self._commit(self._made_commit(request.json)))

    def git_get_commit(self, request: Request) -> Answer:
        self._filled(request)
        if request.named["commit_sha"] not in self.commits:
            raise refuse(404, "Not Found")
        return Answer(200, self._commit(request.named["commit_sha"]))

    def _made_commit(self, body: dict[str, Any]) -> str:
        sha = hashlib.sha1(f"{len(self.commits)}{body}".encode()).hexdigest()  # noqa: S324
        self.commits[sha] = {"tree": body["tree"], "message": body["message"],
                             "parents": body.get("parents", [])}  # fmt: skip
        return sha

    def _keep(self, data: bytes) -> str:
        sha = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()  # noqa: S324
        self.blobs[sha] = data
        return sha

    def _tree(self, sha: str) -> dict[str, Any]:
        nodes = [
            {"path": path, "mode": "100644", "type": "blob", "sha": blob}
            for path, blob in self.trees[sha].items()
        ]
        return {"sha": sha, "url": "https://api.github.com/tree", "truncated": False, "tree": nodes}

    def _commit(self, sha: str) -> dict[str, Any]:
        commit = self.commits[sha]
        url = "https://api.github.com/x"
        parents = [{"sha": each, "url": url, "html_url": url} for each in commit["parents"]]
        return self.description.sample(
            "git-commit", sha=sha, message=commit["message"], parents=parents,
            tree={"sha": commit["tree"], "url": url},
        )  # fmt: skip

    # The branch -------------------------------------------------------------------

    def git_get_ref(self, request: Request) -> Answer:
        repo = self._filled(request)
        sha = repo["refs"].get(f"refs/{request.named['ref']}")
        if sha is None:
            raise refuse(404, "Not Found")
        return Answer(200, self._ref(request.named["ref"], sha))

    def git_create_ref(self, request: Request) -> Answer:
        repo, ref = self._filled(request), request.json["ref"]
        if ref in repo["refs"]:
            raise refuse(422, "Reference already exists")
        repo["refs"][ref] = request.json["sha"]
        self._start_build(repo)
        return Answer(201, self._ref(ref, request.json["sha"]))

    def git_update_ref(self, request: Request) -> Answer:
        repo, ref = self._filled(request), f"refs/{request.named['ref']}"
        if self.pushes_in_between:
            self.pushes_in_between -= 1
            old = repo["refs"][ref]
            other = {"tree": self.commits[old]["tree"], "message": "By hand", "parents": [old]}
            repo["refs"][ref] = self._made_commit(other)
        before, after = repo["refs"][ref], request.json["sha"]
        if before not in self.commits[after]["parents"] and before != after:
            raise refuse(422, "Update is not a fast forward")
        repo["refs"][ref] = request.json["sha"]
        self._start_build(repo)
        return Answer(200, self._ref(ref, request.json["sha"]))

    def _ref(self, ref: str, sha: str) -> dict[str, Any]:
        url = "https://api.github.com/ref"
        return {"ref": ref, "node_id": "x", "url": url,
                "object": {"type": "commit", "sha": sha, "url": url}}  # fmt: skip

    # Pages ------------------------------------------------------------------------

    def repos_create_pages_site(self, request: Request) -> Answer:
        repo = self._filled(request)
        assert request.json["source"] == {"branch": "gh-pages", "path": "/"}
        if repo["pages"]:
            raise refuse(409, "GitHub Pages is already enabled.")
        if "refs/heads/gh-pages" not in repo["refs"] or self.ref_is_seen_late:
            self.ref_is_seen_late = False
            raise refuse(422, "The gh-pages branch must exist before GitHub Pages can be built.")
        repo["pages"] = {"built": "", "building": "", "cname": None, "https": False}
        self._start_build(repo)
        return Answer(201, self._pages(repo))

    def repos_get_pages(self, request: Request) -> Answer:
        return Answer(200, self._pages(self._paged(request)))

    def repos_update_information_about_pages_site(self, request: Request) -> Answer:
        pages = self._paged(request)["pages"]
        pages["cname"] = request.json.get("cname", pages["cname"])
        if request.json.get("https_enforced"):
            if self.certificate != "approved":
                raise refuse(409, "The certificate does not exist yet")
            pages["https"] = True
        return Answer(204)

    def repos_delete_pages_site(self, request: Request) -> Answer:
        self._paged(request)
        self._found(request)["pages"] = None
        return Answer(204)

    def repos_get_pages_health_check(self, request: Request) -> Answer:
        self._paged(request)
        if self.certificate == "new":
            return Answer(202, {})
        return Answer(200, {"domain": {"host": "www.example.com", "dns_resolves": True}})

    def repos_request_pages_build(self, request: Request) -> Answer:
        self._start_build(self._paged(request))
        return Answer(201, {"url": "https://api.github.com/x", "status": "queued"})

    def repos_get_latest_pages_build(self, request: Request) -> Answer:
        pages = self._paged(request)["pages"]
        if self.old_build_answers and pages["built"]:
            self.old_build_answers -= 1
            return Answer(200, self._build(pages["built"], "built"), {"ETag": '"old"'})
        commit = pages["building"] or pages["built"]
        if pages["building"] and self.build_fails:
            self.build_fails -= 1
            return Answer(200, self._build(commit, "errored"))
        if pages["building"]:
            pages["built"], pages["building"] = pages["building"], ""
            self.went_live.append((request.named["repo"], pages["built"]))
        return Answer(200, self._build(commit, "built"))

    def _paged(self, request: Request) -> dict[str, Any]:
        repo = self._found(request)
        if not repo["pages"]:
            raise refuse(404, "Not Found")
        return repo

    def _start_build(self, repo: dict[str, Any]) -> None:
        if repo["pages"]:
            repo["pages"]["building"] = repo["refs"]["refs/heads/gh-pages"]

    def _pages(self, repo: dict[str, Any]) -> dict[str, Any]:
        pages = repo["pages"]
        made = {"url": "https://api.github.com/pages", "status": "built", "cname": pages["cname"],
                "custom_404": True, "public": True, "https_enforced": pages["https"]}  # fmt: skip
        if pages["cname"]:
            made["https_certificate"] = {
                "state": self.certificate, "description": "x", "domains": [pages["cname"]],
            }  # fmt: skip
        return made

    def _build(self, commit: str, status: str) -> dict[str, Any]:
        day = "2026-01-01T00:00:00Z"
        message = "Page build failed." if status == "errored" else None
        return {"url": "https://api.github.com/b", "status": status, "error": {"message": message},
                "pusher": None, "commit": commit, "duration": 1, "created_at": day,
                "updated_at": day}  # fmt: skip

    # The web flow: not in the REST description -------------------------------------

    def outside(self, request: Request) -> Answer | None:
        if request.path == "/login/oauth/access_token":
            form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
            challenge = self.codes.pop(form["code"], None)
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            sent = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            if challenge != sent or form["client_secret"] != "client-secret":  # noqa: S105
                said = "The code passed is incorrect or expired."
                return Answer(200, {"error": "bad_verification_code", "error_description": said})
            return Answer(
                200, {"access_token": self.token, "token_type": "bearer", "scope": "repo"}
            )
        if request.path == "/applications/client-id/token" and request.method == "DELETE":
            self.revoked.append(request.json["access_token"])
            return Answer(204)
        return None
