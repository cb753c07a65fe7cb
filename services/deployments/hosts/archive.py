"""The host that is a download: a ZIP that works from any static host, in any folder.

Nothing goes live here. The files are kept like any deployment's, and the route packs them
when somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.deployments.addresses import Addresses
from services.deployments.hosts import Place, Published
from services.deployments.queue import Job
from services.deployments.snapshot import SiteRow


def base(place: Place, job: Job, site: SiteRow) -> tuple[str, str]:
    if site.domain:
        return f"https://{site.domain}/", "/"
    return Addresses(place.sites_url).site(site.org_slug, site.slug), "/"


def begin(place: Place, job: Job) -> None:
    """Nothing to shut out: an archive has no live version."""


def status(place: Place, job: Job) -> str | None:
    return None


def is_live(place: Place, job: Job) -> str | None:
    return None


def publish(place: Place, job: Job, site: SiteRow, files: Mapping[str, str]) -> Published:
    return Published(f"{place.app_url}/api/deployments/{job.id}/archive")


def unpublish(place: Place, job: Job, site: SiteRow) -> None:
    """Nothing to take down."""
