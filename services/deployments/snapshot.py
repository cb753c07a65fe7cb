"""Reading what is to be published: the site, and every page that takes part.

Ids and versions come first; a page whose version was compiled before is not read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from services.deployments.failures import PublishFailure
from services.deployments.queue import Job, ask
from services.site_build.model import Component, PageSource
from services.supabase import Client, Query, rows

_LISTED_AT_ONCE = 1000
_READ_AT_ONCE = 100
_SOURCE = "id,version,path,title,html,css,js,seo,updated_at"


@dataclass(frozen=True)
class SiteRow:
    """The site as it is now, with the two names its address is made of."""

    id: str
    name: str
    slug: str
    org_slug: str
    domain: str | None
    theme: dict[str, Any]
    seo: dict[str, Any]
    head_code: str
    analytics: bool = False


@dataclass(frozen=True)
class PageRef:
    """One page that takes part, as it was when the list was read."""

    id: str
    version: int
    path: str
    old_paths: tuple[str, ...] = ()


def read_site(db: Client, job: Job) -> SiteRow:
    """Read the site, as the service. Raises PublishFailure when it has been deleted."""
    columns = "id,name,slug,domain,theme,seo,head_code,analytics,organizations(slug)"
    found = _ask(db.table("sites").select(columns).eq("id", job.site_id).eq("org_id", job.org_id))
    if not found:
        raise PublishFailure("site_gone", "The site was deleted, so there is nothing to publish.")
    row = found[0]
    return SiteRow(
        id=row["id"],
        name=row["name"],
        slug=row["slug"],
        org_slug=row["organizations"]["slug"],
        domain=row.get("domain") or None,
        theme=row.get("theme") or {},
        seo=row.get("seo") or {},
        head_code=row.get("head_code") or "",
        analytics=row["analytics"],
    )


def list_pages(db: Client, job: Job) -> list[PageRef]:
    """List the pages that take part, by path. Raises PublishFailure when there is no home page."""
    pages: list[PageRef] = []
    last = ""
    while True:
        query = (
            _published(db, job, "id,version,path,old_paths").order("path").limit(_LISTED_AT_ONCE)
        )
        found = _ask(query.gt("path", last) if last else query)
        pages += [_ref(row) for row in found]
        if len(found) < _LISTED_AT_ONCE:
            break
        last = pages[-1].path
    _require_home(pages)
    return pages


def read_pages(
    db: Client, job: Job, wanted: Sequence[PageRef]
) -> Iterator[tuple[PageRef, PageSource]]:
    """Read pages' text, some at a time. A page that left the publish meanwhile is not there."""
    for start in range(0, len(wanted), _READ_AT_ONCE):
        ids = [page.id for page in wanted[start : start + _READ_AT_ONCE]]
        found = {row["id"]: row for row in _ask(_published(db, job, _SOURCE).in_("id", ids))}
        for page_id in ids:
            row = found.get(page_id)
            if row:
                yield PageRef(row["id"], int(row["version"]), row["path"]), _source(row)


def component_versions(db: Client, job: Job) -> dict[str, int]:
    """Return the version of every component of the organization that some page uses."""
    versions: dict[str, int] = {}
    last = ""
    while True:
        query = _components(db, job, "id,version").gt("uses", 0).order("id").limit(_LISTED_AT_ONCE)
        found = _ask(query.gt("id", last) if last else query)
        versions |= {row["id"]: int(row["version"]) for row in found}
        if len(found) < _LISTED_AT_ONCE:
            return versions
        last = found[-1]["id"]


def read_components(db: Client, job: Job, ids: Iterable[str]) -> dict[str, Component]:
    """Read components' text; one that was deleted is not there."""
    wanted = sorted(ids)
    read: dict[str, Component] = {}
    for start in range(0, len(wanted), _READ_AT_ONCE):
        query = _components(db, job, "id,html,css").in_("id", wanted[start : start + _READ_AT_ONCE])
        for row in _ask(query):
            read[row["id"]] = Component(row.get("html") or "", row.get("css") or "")
    return read


def read_manifest(db: Client, job: Job, deployment_id: str) -> dict[str, str]:
    """Read what an earlier deployment of the same site published. Raises PublishFailure."""
    query = db.table("deployments").select("manifest").eq("id", deployment_id)
    found = _ask(query.eq("site_id", job.site_id).eq("status", "ready"))
    manifest = found[0].get("manifest") if found else None
    if not manifest:
        raise PublishFailure(
            "nothing_to_restore",
            "That earlier version is no longer there. Publish the site instead.",
        )
    return dict(manifest)


def _published(db: Client, job: Job, columns: str) -> Any:
    table = db.table("pages").select(columns)
    table = table.eq("site_id", job.site_id).eq("org_id", job.org_id)
    return table.eq("status", "published").is_("deleted_at", "null")


def _ref(row: dict[str, Any]) -> PageRef:
    old = tuple(row.get("old_paths") or ())
    return PageRef(row["id"], int(row["version"]), row["path"], old)


def _components(db: Client, job: Job, columns: str) -> Any:
    return db.table("components").select(columns).eq("org_id", job.org_id)


def _require_home(pages: list[PageRef]) -> None:
    if not pages:
        raise PublishFailure(
            "no_pages",
            "No page takes part in the publish. Set at least the home page to “published”.",
        )
    if all(page.path != "/" for page in pages):
        raise PublishFailure(
            "no_home_page",
            "The site has no home page at “/” that takes part in the publish. "
            "Add one, or set it to “published”.",
        )


def _source(row: dict[str, Any]) -> PageSource:
    return PageSource(
        path=row["path"],
        title=row["title"],
        html=row.get("html") or "",
        css=row.get("css") or "",
        js=row.get("js") or "",
        seo=row.get("seo") or {},
        updated_at=str(row.get("updated_at") or ""),
    )


def _ask(query: Query) -> list[dict[str, Any]]:
    return ask(lambda: rows(query))
