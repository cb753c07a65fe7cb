"""Old addresses of pages: a small page at each that leads on, and one list for hosts.

The pages work on any static host. A host that can answer with a real redirect reads the list
(`assets/redirects.json`) and does so instead: `services/deployments/redirects.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape

from services.site_build.errors import BuildError
from services.site_build.head import SiteHead, address
from services.site_build.model import File
from services.site_build.urls import page_file, to_root

REDIRECTS = "assets/redirects.json"


def redirect_files(
    head: SiteHead, redirects: Mapping[str, str], taken: Mapping[str, str]
) -> Iterator[File]:
    """Yield a page for each old address that no page of `taken` has, and the list of them all."""
    kept = {old: new for old, new in sorted(redirects.items()) if _is_usable(old, new, taken)}
    for old, new in kept.items():
        yield File.of(page_file(old), _page(head, old, new))
    if kept:
        yield File.of(REDIRECTS, json.dumps(kept, separators=(",", ":")).encode())


def _is_usable(old: str, new: str, taken: Mapping[str, str]) -> bool:
    """Say whether the row is one that the database should have let through."""
    try:
        return bool(page_file(old) and page_file(new)) and old not in taken and new in taken
    except BuildError:
        return False


def _page(head: SiteHead, old: str, new: str) -> bytes:
    way = escape(to_root(old) + (f"{new[1:]}/" if new != "/" else "") or "./")
    whole = escape(address(head, new))
    return (
        f'<!doctype html><html lang="{head.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="0;url={way}"><title>{escape(head.name)}</title>'
        f'<link rel="canonical" href="{whole}"><meta name="robots" content="noindex">'
        f'</head><body><p><a href="{way}">{whole}</a></p></body></html>\n'
    ).encode("utf-8", "replace")
