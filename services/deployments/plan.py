"""What would a publish change? The site is built as it is now, and held against the live version.

Built as the person who asks, so the database decides what may be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.deployments import snapshot
from services.deployments.building import Builder, build
from services.deployments.hosts import Place, github_pages, local, netlify, vercel
from services.deployments.page_changes import page_changes
from services.deployments.queue import Job, ask
from services.deployments.snapshot import SiteRow
from services.supabase import Client, rows

_NAMED = 200
_READ = "kind,started_at,restored_from"
# Somebody who goes back and forth more often than this sees more pages listed than changed.
_RESTORES = 20
_ADDRESSES = {
    "netlify": netlify.address,
    "vercel": vercel.address,
    "github_pages": github_pages.address,
}


@dataclass(frozen=True)
class Live:
    """The version that is live at a host, and when its pages were read."""

    manifest: Mapping[str, str]
    since: str | None


def plan(
    db: Client, place: Place, builder: Builder, *, org_id: str, site_id: str, host: str
) -> dict[str, Any]:
    """Compare the site as it is now with what is live. Raises PublishFailure or Unavailable."""
    job = Job("plan", org_id, site_id, host, "production", 0, 0, 0, None)
    site = snapshot.read_site(db, job)
    base = _base(db, place, job, site)
    live = _live(db, site_id, host)
    built = build(db, job, site, builder, place.blobs, base, lambda done, total: None)
    added = sorted(built.files.keys() - live.manifest.keys())
    removed = sorted(live.manifest.keys() - built.files.keys())
    changed = sorted(
        name for name, digest in built.files.items() if live.manifest.get(name, digest) != digest
    )
    differences = {"added": added, "changed": changed, "removed": removed}
    pages = (
        page_changes(db, job, live.since, touched={*added, *changed}, removed=removed)
        if live.since
        else []
    )
    known = set(live.manifest.values())
    new = {built.files[name] for name in (*added, *changed)} - known
    return {
        "files": {name: found[:_NAMED] for name, found in differences.items()},
        "counts": {name: len(found) for name, found in differences.items()}
        | {"all": len(built.files)},
        "bytes": sum(max(place.blobs.size(digest), 0) for digest in new),
        "pages": pages,
        "live_since": live.since,
        "notes": list(built.notes),
    }


def _base(db: Client, place: Place, job: Job, site: SiteRow) -> tuple[str, str]:
    """The address that the pages would name as theirs; before the first publish any will do."""
    if job.host not in _ADDRESSES:
        return local.base(place, job, site)
    query = db.table("site_hosts").select("project,domain").eq("site_id", job.site_id)
    found = ask(lambda: rows(query.eq("host", job.host)))
    project = found[0]["project"] if found else {}
    if not project:
        return f"https://{site.slug}.example/", "/"
    return _ADDRESSES[job.host](project, str((found[0]["domain"] or {}).get("name") or ""))


def _live(db: Client, site_id: str, host: str) -> Live:
    query = db.table("deployments").select(f"manifest,{_READ}").eq("site_id", site_id)
    newest = query.eq("host", host).eq("target", "production").eq("status", "ready")
    found = ask(lambda: rows(newest.order("sequence", desc=True).limit(1)))
    if not found or found[0]["kind"] == "unpublish":
        return Live({}, None)
    return Live(found[0]["manifest"] or {}, _read_at(db, found[0]))


def _read_at(db: Client, deployment: dict[str, Any]) -> str:
    """When the pages of a deployment were read: of a restored one, when its first one was made."""
    for _ in range(_RESTORES):
        source = deployment["restored_from"]
        if not source:
            break
        query = db.table("deployments").select(_READ).eq("id", source)
        found = ask(lambda query=query: rows(query))  # type: ignore[misc]
        if not found:
            break
        deployment = found[0]
    return str(deployment["started_at"])
