"""The host that comes with the product: this machine's disk, served by `sites_origin`.

Going live is one rename of one small file, so a visitor sees the old version or the new one.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.deployments import addresses
from services.deployments.addresses import Addresses, base_path
from services.deployments.hosts import Place, Published
from services.deployments.live import Live, Slot, preview_slot, production_slot
from services.deployments.queue import Job
from services.deployments.snapshot import SiteRow


def base(place: Place, job: Job, site: SiteRow) -> tuple[str, str]:
    """A preview names the production address as its own: search engines learn no other."""
    production = Addresses(place.sites_url).site(site.org_slug, site.slug)
    return production, base_path(_address(place, job, site))


def begin(place: Place, job: Job) -> None:
    _slot(place, job).begin(job.sequence, job.generation)


def status(place: Place, job: Job) -> str | None:
    live = _slot(place, job).read()
    return live.manifest if live else None


def is_live(place: Place, job: Job) -> str | None:
    live = _slot(place, job).read()
    return live.manifest if live and live.deployment_id == job.id else None


def publish(place: Place, job: Job, site: SiteRow, files: Mapping[str, str]) -> Published:
    """Point the site at these files; its earlier address, if it was renamed, is let go."""
    url = _address(place, job, site)
    if job.kind == "promote":
        files = _promoted(place, job, url, files)
    preview = job.target == "preview"
    live = Live(
        deployment_id=job.id,
        site_id=job.site_id,
        sequence=job.sequence,
        generation=job.generation,
        manifest=place.blobs.put_manifest(files),
        label="" if preview else addresses.label(site.org_slug, site.slug),
        url=url,
    )
    if not preview:
        addresses.claim(place.data_dir, live.label, job.site_id)
    _slot(place, job).go_live(live)
    return Published(url)


def unpublish(place: Place, job: Job, site: SiteRow) -> None:
    """Take the live version away; every earlier publish stays and can be restored."""
    slot = _slot(place, job)
    live = slot.read()
    if live and slot.replace(live, None):
        addresses.release(place.data_dir, live.label, job.site_id)


def _promoted(place: Place, job: Job, url: str, files: Mapping[str, str]) -> Mapping[str, str]:
    """Let the preview's 404 page hang under the live address; all other links are relative."""
    digest = files.get("404.html")
    if digest is None:
        return files
    preview = base_path(Addresses(place.sites_url).preview(str(job.restored_from)))
    page = place.blobs.read(digest)
    if preview != "/":
        for before in ('"', "url("):  # Attributes, and the fonts of its rules.
            page = page.replace(f"{before}{preview}".encode(), f"{before}{base_path(url)}".encode())
    return {**files, "404.html": place.blobs.put(page)[0]}


def _address(place: Place, job: Job, site: SiteRow) -> str:
    where = Addresses(place.sites_url)
    return (
        where.preview(job.id) if job.target == "preview" else where.site(site.org_slug, site.slug)
    )


def _slot(place: Place, job: Job) -> Slot:
    if job.target == "preview":
        return preview_slot(place.data_dir, job.id)
    return production_slot(place.data_dir, job.site_id)
