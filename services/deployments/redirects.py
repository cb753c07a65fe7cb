"""What hosts make of a site's list of old addresses: a real redirect where they can."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

from services.deployments.blobs import BlobStore
from services.site_build import REDIRECTS


def read_redirects(files: Mapping[str, str], blobs: BlobStore) -> dict[str, str]:
    """Return old address → new address, as the build listed them in this manifest."""
    digest = files.get(REDIRECTS)
    return dict(json.loads(blobs.read(digest))) if digest else {}


def redirects_file(redirects: Mapping[str, str]) -> bytes:
    """Write them as Netlify and Cloudflare Pages read them; `!` goes before a file of that name."""
    lines = (
        f"{quoted(old)} {quoted(address(new))} 301!\n" for old, new in sorted(redirects.items())
    )
    return "".join(lines).encode()


def address(path: str) -> str:
    """Return where a page of this path is served: every page is a folder of its own."""
    return f"{path.rstrip('/')}/"


def quoted(path: str) -> str:
    return quote(path, safe="/-._~")
