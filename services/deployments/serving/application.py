"""The WSGI application of the published sites' origin. It writes nothing.

Its only key opens links to previews, and opens nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from services.deployments.addresses import (
    PREVIEW_LABEL,
    SHARED_PREFIX,
    Addresses,
    is_id,
    is_slug,
    label,
)
from services.deployments.failures import PublishFailure
from services.deployments.live import Live
from services.deployments.serving.answers import Answer, Files, plain
from services.deployments.serving.lookup import Versions, find
from services.deployments.serving.preview_frame import preview_frame
from services.deployments.serving.shared import Shared
from services.egress import EgressError

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
_NOT_HERE = "There is no published page at this address."


@dataclass(frozen=True)
class Target:
    """A live version, the path asked for in it, and the prefix that leads to it."""

    live: Live | None
    path: str
    prefix: str
    preview: bool = False
    shared: bool = False


@dataclass
class SitesOrigin:
    """Serves every published site; `isolated` when they share one origin."""

    data_dir: Path
    sites_url: str
    app_url: str
    supabase_url: str
    publishable_key: str = ""
    versions: Versions = field(init=False)
    files: Files = field(init=False)

    def __post_init__(self) -> None:
        self.addresses = Addresses(self.sites_url)
        self.versions = Versions(self.data_dir)
        self.files = Files(self.versions.blobs, isolated=not self.addresses.by_host)
        self.shared_files = Files(self.versions.blobs, isolated=True)
        self.shared = Shared(self.data_dir, self.supabase_url, self.publishable_key)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer(environ)
        head = environ["REQUEST_METHOD"] == "HEAD"
        start_response(answer.status_line, list(answer.headers.items()))
        return [] if head else answer.body

    def _answer(self, environ: Mapping[str, str]) -> Answer:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return plain(405, "Published sites only answer GET and HEAD.", Allow="GET, HEAD")
        path = decoded_path(environ.get("PATH_INFO", "/"))
        if path is None:
            return plain(400, "That address cannot be read.")
        # It would stay in visitors' browsers when the address is somebody else's.
        if "HTTP_SERVICE_WORKER" in environ:
            return plain(403, "Published sites have no service workers.")
        own = self._own_page(path, environ.get("HTTP_HOST", ""))
        if own:
            return own
        if path.startswith(SHARED_PREFIX) and not self._is_a_sites_own(environ):
            return self._serve_shared(path, environ)
        target = (
            self._by_host(environ.get("HTTP_HOST", ""), path)
            if self.addresses.by_host
            else self._by_path(path)
        )
        if target is None:
            return plain(404, _NOT_HERE)
        return self._serve(target, environ)

    def _own_page(self, path: str, host: str) -> Answer | None:
        """Answer what belongs to no site; on a site's own host, only what no page is called."""
        if path == "/_preview":
            return preview_frame(self.app_url, self.supabase_url)
        if self._is_a_sites_own({"HTTP_HOST": host}):
            return None
        if path == "/health":
            return plain(200, "ok")
        if path == "/robots.txt" and not self.addresses.by_host:
            return plain(
                200,
                "User-agent: *\nDisallow: /preview/\nDisallow: /_preview\n"
                f"Disallow: {SHARED_PREFIX}",
            )
        return None

    def _is_a_sites_own(self, environ: Mapping[str, str]) -> bool:
        host = environ.get("HTTP_HOST", "")
        return self.addresses.by_host and "--" in (self.addresses.label_of_host(host) or "")

    def _serve_shared(self, path: str, environ: Mapping[str, str]) -> Answer:
        token, slash, inside = path.removeprefix(SHARED_PREFIX).partition("/")
        try:
            found = self.shared.preview(token)
        except EgressError:
            return plain(
                503, "The preview cannot be checked right now. Try again.", Retry_After="5"
            )
        live = self.versions.preview(found) if found else None
        prefix = f"{SHARED_PREFIX}{token}/"
        target = Target(live, inside if slash else "\0", prefix, preview=True, shared=True)
        answer = self._serve(target, environ)
        # Nothing of it stays anywhere when the link has ended, and no address tells it to others.
        answer.headers |= {
            "Cache-Control": "private, no-store",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex, nofollow",
        }
        return answer

    def _by_path(self, path: str) -> Target | None:
        """Understand /<org>/<site>/… and /preview/<deployment>/…"""
        first, _, rest = path[1:].partition("/")
        second, slash, inside = rest.partition("/")
        prefix = f"/{first}/{second}/"
        if first == "preview":
            live = self.versions.preview(second) if is_id(second) else None
            return Target(live, inside if slash else "\0", prefix, preview=True)
        if not (is_slug(first) and is_slug(second)):
            return None
        live = self.versions.production(label(first, second))
        return Target(live, inside if slash else "\0", prefix)

    def _by_host(self, host: str, path: str) -> Target | None:
        found = self.addresses.label_of_host(host)
        if found is None:
            return None
        deployment_id = found.removeprefix(PREVIEW_LABEL)
        if found.startswith(PREVIEW_LABEL) and is_id(deployment_id):
            return Target(self.versions.preview(deployment_id), path[1:], "/", preview=True)
        if not all(is_slug(part) for part in found.split("--")):
            return None
        return Target(self.versions.production(found), path[1:], "/")

    def _serve(self, target: Target, environ: Mapping[str, str]) -> Answer:
        live = target.live
        if live is None:
            return plain(404, _NOT_HERE)
        query = environ.get("QUERY_STRING", "")
        if not target.preview and not self._is_at(live, target.prefix, environ):
            # The site moved when it was renamed; its old address shows the way until it is taken.
            return redirect(live.url + quote(target.path.replace("\0", "")), query)
        if target.path == "\0":
            return redirect(target.prefix, query)
        try:
            return self._file(live, target, environ, query)
        except FileNotFoundError:
            return plain(
                503, "This file is missing on the server. Publish the site again.", Retry_After="60"
            )

    def _file(self, live: Live, target: Target, environ: Mapping[str, str], query: str) -> Answer:
        files = self.versions.manifest(live.manifest)
        moved = self.versions.redirect(files, target.path)
        if moved is not None:
            return redirect(target.prefix + quote(moved), query)
        found = find(files, target.path)
        answers = self.shared_files if target.shared else self.files
        if found and found.redirect is not None:
            return redirect(target.prefix + quote(found.redirect), query)
        if found:
            return answers.answer(found.name, found.digest, environ, noindex=target.preview)
        # That page names the address that it was built for, which outlives a shared link.
        if "404.html" in files and not target.shared:
            return answers.answer(
                "404.html", files["404.html"], environ, status=404, noindex=target.preview
            )
        return plain(404, _NOT_HERE)

    def _is_at(self, live: Live, prefix: str, environ: Mapping[str, str]) -> bool:
        if self.addresses.by_host:
            return self.addresses.label_of_host(environ.get("HTTP_HOST", "")) == live.label
        first, second = prefix.strip("/").split("/")
        try:
            return label(first, second) == live.label
        except PublishFailure:
            return False


def decoded_path(raw: str) -> str | None:
    """Decode WSGI's path; None when it is not UTF-8 or holds what no address of ours holds."""
    try:
        path = raw.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    if not path.startswith("/") or "\\" in path or any(ord(c) < 32 or ord(c) == 127 for c in path):
        return None
    return path


def redirect(location: str, query: str) -> Answer:
    """Send the visitor on, with the query; one that could break the header line is left behind."""
    if query and query.isascii() and query.isprintable():
        location += f"?{query}"
    answer = plain(301, "The page is at another address.", Location=location)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
