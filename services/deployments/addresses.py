"""Where a published site answers, and which site answers at an address.

SITES_URL decides how: `https://sites.example` gives every site a folder of one origin,
`https://{site}.sites.example` gives every site a host name of its own.
A *label* names a site in both ways: `<site-slug>--<org-slug>`; slugs never hold two hyphens.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from services.deployments.blobs import write_atomically
from services.deployments.failures import PublishFailure

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST_HOST_LABEL = 63
PREVIEW_LABEL = "preview-"
# No site has this host name: the labels of sites hold two hyphens.
SHARED_LABEL = "preview"
SHARED_PREFIX = "/_share/"


@dataclass(frozen=True)
class Addresses:
    """SITES_URL, understood."""

    sites_url: str

    @property
    def by_host(self) -> bool:
        return "{site}" in self.sites_url

    def site(self, org_slug: str, site_slug: str) -> str:
        """Return the address of a site's live version, with its last slash."""
        if self.by_host:
            return self.sites_url.replace("{site}", label(org_slug, site_slug)) + "/"
        return f"{self.sites_url}/{org_slug}/{site_slug}/"

    def preview(self, deployment_id: str) -> str:
        """Return the address of one preview, which nobody can guess."""
        if self.by_host:
            return self.sites_url.replace("{site}", PREVIEW_LABEL + deployment_id) + "/"
        return f"{self.sites_url}/preview/{deployment_id}/"

    def shared(self, token: str) -> str:
        """Return the address at which a link shows a preview to whoever holds it."""
        return f"{self.sites_url.replace('{site}', SHARED_LABEL)}{SHARED_PREFIX}{token}/"

    def label_of_host(self, host: str) -> str | None:
        """Return the part of a Host header that stands for `{site}`; None when it is not ours."""
        before, after = urlsplit(self.sites_url).netloc.split("{site}")
        host = host.lower()
        if not (host.startswith(before) and host.endswith(after)):
            return None
        found = host[len(before) : len(host) - len(after)]
        return found if found and "." not in found else None


def base_path(url: str) -> str:
    """Return the path that a site's address begins with: `/` on a host of its own."""
    return urlsplit(url).path or "/"


def label(org_slug: str, site_slug: str) -> str:
    """Name a site in one DNS label; a pair too long for one is named by its digest."""
    if not (_SLUG.fullmatch(org_slug) and _SLUG.fullmatch(site_slug)):
        raise PublishFailure(
            "bad_address",
            "The site's short name is not usable in an address. Change it in settings.",
        )
    whole = f"{site_slug}--{org_slug}"
    if len(whole) <= _LONGEST_HOST_LABEL:
        return whole
    return "s--" + hashlib.sha256(whole.encode()).hexdigest()[:40]


def is_slug(text: str) -> bool:
    return bool(_SLUG.fullmatch(text)) and len(text) <= 80


def is_id(text: str) -> bool:
    return bool(_UUID.fullmatch(text))


def claim(data_dir: Path, name: str, site_id: str) -> None:
    """Let `name` lead to this site from now on."""
    write_atomically(_entry(data_dir, name), json.dumps({"site_id": site_id}).encode())


def release(data_dir: Path, name: str, site_id: str) -> None:
    """Forget `name`, unless another site has taken it meanwhile."""
    if site_at(data_dir, name) == site_id:
        _entry(data_dir, name).unlink(missing_ok=True)


def site_at(data_dir: Path, name: str) -> str | None:
    """Return the id of the site that a label leads to."""
    try:
        found = json.loads(_entry(data_dir, name).read_bytes())["site_id"]
    except FileNotFoundError:
        return None
    return str(found)


def _entry(data_dir: Path, name: str) -> Path:
    return data_dir / "addresses" / f"{name}.json"
