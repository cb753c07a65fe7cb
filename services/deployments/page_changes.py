"""Which pages a publish changes, which of their blocks, and by whom: asked of the history."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from services.deployments.block_changes import Version, changes
from services.deployments.queue import Job, ask
from services.site_build.urls import page_file
from services.supabase import Client, Query, rows

_LISTED, _DETAILED, _VERSIONS, _COMPONENTS = 200, 20, 50, 20
_STATE = "html,css,title,seo"


def page_changes(
    db: Client, job: Job, since: str, *, touched: Collection[str], removed: Collection[str]
) -> list[dict[str, Any]]:
    """List the pages whose files a publish would change, those edited since first.

    `touched` and `removed` are files of the site; what is not listed changes only along with the
    rest: a menu, a theme. Raises Unavailable.
    """
    edited = [page for page in _edited(db, job, since) if page_file(page["path"]) in touched]
    found = [_told(db, page, since, detailed=at < _DETAILED) for at, page in enumerate(edited)]
    listed = {page["path"] for page in found}
    for path, page in _by_component(db, job, since).items():
        if page_file(path) not in touched:
            continue
        if path in listed:
            next(each for each in found if each["path"] == path)["blocks"] += page["blocks"]
        else:
            found.append(page)
    return found + _removed(db, job, removed)


def _edited(db: Client, job: Job, since: str) -> list[dict[str, Any]]:
    columns = f"id,path,created_at,updated_by,{_STATE}"
    query = db.table("pages").select(columns).eq("site_id", job.site_id)
    query = query.eq("status", "published").gt("updated_at", since)
    return _rows(query.order("path").limit(_LISTED))


def _told(db: Client, page: dict[str, Any], since: str, *, detailed: bool) -> dict[str, Any]:
    told = {"path": page["path"], "title": page["title"], "what": "edited", "blocks": []}
    if page["created_at"] > since:
        return told | {"what": "new", "by": _people(_later(db, page["id"], since))}
    later = _later(db, page["id"], since)
    if detailed and (live := _live(db, page["id"], since)):
        told["blocks"] = changes([live, *later, _version(page, page["updated_by"])])
    return told | {"by": _people(later)}


def _live(db: Client, page_id: str, since: str) -> Version | None:
    query = db.table("page_versions").select(_STATE).eq("page_id", page_id)
    query = query.lte("updated_at", since).order("version", desc=True)
    found = _rows(query.order("created_at", desc=True).limit(1))
    return _version(found[0], None) if found else None


def _later(db: Client, page_id: str, since: str) -> list[Version]:
    query = db.table("page_versions").select(f"created_by,{_STATE}").eq("page_id", page_id)
    query = query.gt("updated_at", since).order("version").order("created_at")
    return [_version(row, row["created_by"]) for row in _rows(query.limit(_VERSIONS))]


def _version(row: dict[str, Any], by: str | None) -> Version:
    about = (str(row["title"]), str(sorted((row["seo"] or {}).items())))
    return Version(row["html"] or "", row["css"] or "", about, by)


def _people(versions: list[Version]) -> list[str]:
    return list(dict.fromkeys(version.by for version in versions if version.by))


def _by_component(db: Client, job: Job, since: str) -> dict[str, dict[str, Any]]:
    """The pages that use a component which was changed since."""
    query = db.table("components").select("id,name").eq("org_id", job.org_id)
    query = query.gt("uses", 0).gt("updated_at", since).order("name").limit(_COMPONENTS)
    pages: dict[str, dict[str, Any]] = {}
    for component in _rows(query):
        block = {"name": "Component", "text": component["name"], "what": "changed", "by": []}
        for use in _rows(db.rpc("component_pages", {"component_id": component["id"]})):
            if use["site_id"] == job.site_id:
                told = {"path": use["path"], "title": use["title"], "what": "follows", "by": []}
                pages.setdefault(use["path"], told | {"blocks": []})["blocks"].append(block)
    return pages


def _removed(db: Client, job: Job, files: Collection[str]) -> list[dict[str, Any]]:
    """The pages of these files: deleted, left out of the publish, or moved to another address."""
    if not files:
        return []
    left_out = db.table("pages").select("path,title,updated_by").eq("site_id", job.site_id)
    known = {row["path"]: row for row in _rows(left_out.neq("status", "published").limit(_LISTED))}
    for row in _rows(db.rpc("deleted_pages", {"site_id": job.site_id})):
        known.setdefault(row["path"], row)
    told = []
    for file in sorted(files):
        if file != "index.html" and not file.endswith("/index.html"):
            continue
        path = "/" + file.removesuffix("index.html").rstrip("/")
        page = known.get(path, {})
        by = [page["updated_by"]] if page.get("updated_by") else []
        title = page.get("title") or path
        told.append({"path": path, "title": title, "what": "removed", "by": by, "blocks": []})
    return told[:_LISTED]


def _rows(query: Query) -> list[dict[str, Any]]:
    return ask(lambda: rows(query))
