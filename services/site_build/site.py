"""Compiled pages to a site's files, one after another; none is kept once handed out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from services.site_build.errors import BuildError
from services.site_build.forms import FORMS, forms_file
from services.site_build.head import (
    TRACKER,
    SiteHead,
    address,
    not_found_opening,
    opening,
    site_head,
)
from services.site_build.landmarks import with_main
from services.site_build.model import CompiledPage, File, Json, Library, SiteSource
from services.site_build.redirects import redirect_files
from services.site_build.secrets_found import refuse_secrets, secret_patterns
from services.site_build.styles import SHARED, bare_styles, block_css, common_css, page_styles
from services.site_build.urls import page_file, to_root

_CLOSING = b"</body></html>\n"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BASE_URL = re.compile(r"https?://[^\s\"'<>?#]+/")
_BASE_PATH = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*")


@dataclass
class Totals:
    """What the files that belong to the whole site need to know of its pages."""

    blocks: set[str] = field(default_factory=set)
    behaviors: set[str] = field(default_factory=set)
    sitemap: dict[str, str] = field(default_factory=dict)
    forms: dict[str, Json] = field(default_factory=dict)

    def add(self, page: CompiledPage, entry: str) -> None:
        self.blocks.update(page.blocks)
        self.behaviors.update(page.behaviors)
        self.sitemap[page.path] = entry
        self.forms[page.path] = page.forms


def build_site(
    site: SiteSource,
    pages: Iterable[CompiledPage],
    library: Library,
    assets: Iterable[File] = (),
) -> Iterator[File]:
    """Yield every file of the site, each path once; the same pages give the same bytes.

    Pages may come in any order and are not kept. `assets` are the pictures, passed through.
    Raises BuildError when two pages have one address, or an address cannot be a file.
    """
    refuse_site_secrets(site, library)
    head = checked_head(site, library)
    totals = Totals()
    written: set[str] = set()
    for page in pages:
        if page.path in totals.sitemap:
            raise BuildError(f"Two pages have the address {page.path}.")
        totals.add(page, sitemap_entry(head, page))
        for file in page_files(head, page, library, written):
            yield file
    yield from site_files(site, head, library, totals)
    for file in assets:
        if file.path not in written:
            written.add(file.path)
            yield file


def checked_head(site: SiteSource, library: Library) -> SiteHead:
    """Prepare the site's part of all heads, after a look at where the site will be served."""
    if not _BASE_URL.fullmatch(site.base_url) or not _BASE_PATH.fullmatch(site.base_path):
        raise BuildError("The site's address is not one that pages can be built for.")
    return site_head(site, common_css(site, library)[0] if site.inlines_css else "")


def refuse_site_secrets(site: SiteSource, library: Library) -> None:
    """Raise BuildError when the site's head code holds a secret."""
    parts = [("The site's head code", site.head_code)]
    refuse_secrets(parts, secret_patterns(library.secrets))


def page_files(
    head: SiteHead, page: CompiledPage, library: Library, written: set[str]
) -> Iterator[File]:
    """Yield a page's HTML, and those of its sheets and scripts that are not in `written` yet."""
    scripted = any(name in library.behaviors for name in page.behaviors)
    styles = page_styles(head.css, page, library, to_root(page.path))
    start = opening(head, page, styles, scripted=scripted).encode("utf-8", "replace")
    yield File.of(page_file(page.path), b"".join([start, with_main(page.body), _CLOSING]))
    linked = [sheet for sheet in page.sheets if sheet[0] in styles.linked]
    for name, data in (*linked, *page.scripts):
        if name not in written:
            written.add(name)
            yield File.of(name, data)


def site_files(
    site: SiteSource, head: SiteHead, library: Library, totals: Totals
) -> Iterator[File]:
    """Yield what belongs to no single page: shared sheet and script, fonts, sitemap, 404."""
    css, fonts = common_css(site, library)
    if not head.css:
        yield File.of(SHARED, (css + block_css(library, totals.blocks)).encode())
    yield from fonts
    script = site_js(library, totals.behaviors)
    if script:
        yield File.of("assets/site.js", script)
    forms = forms_file(totals.forms)
    if forms:
        yield File.of(FORMS, forms)
    if site.visits:
        yield File.of(TRACKER, library.tracker.encode())
    yield from redirect_files(head, site.redirects, totals.sitemap)
    yield File.of("sitemap.xml", sitemap(totals.sitemap))
    yield File.of("robots.txt", robots(head))
    yield File.of("404.html", not_found(head, site.base_path))


def site_js(library: Library, behaviors: Iterable[str]) -> bytes:
    """Join the scripts of the behaviours in use, each in its own scope."""
    used = set(behaviors)
    return "".join(
        f"(()=>{{{code.strip()}\n}})();\n"
        for name, code in library.behaviors.items()
        if name in used
    ).encode()


def sitemap_entry(head: SiteHead, page: CompiledPage) -> str:
    """Return a page's line of the sitemap, '' for one that wants not to be found."""
    if page.seo.get("noindex") or page.seo.get("canonical"):
        return ""
    day = _DAY.match(page.updated_at)
    changed = f"<lastmod>{day.group()}</lastmod>" if day else ""
    return f"<url><loc>{escape(address(head, page.path))}</loc>{changed}</url>\n"


def sitemap(entries: dict[str, str]) -> bytes:
    """Write sitemap.xml in the order of the addresses."""
    lines = "".join(entries[path] for path in sorted(entries))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'
    ).encode()


def robots(head: SiteHead) -> bytes:
    """Write robots.txt; a page with noindex is not named: a crawler must read it to know."""
    if head.seo.get("noindex"):
        return b"User-agent: *\nDisallow: /\n"
    return f"User-agent: *\nAllow: /\n\nSitemap: {head.base_url}sitemap.xml\n".encode()


def not_found(head: SiteHead, base_path: str) -> bytes:
    """Write 404.html in the site's own look."""
    body = (
        '<main class="rb-section" style="display:grid;align-content:center;min-height:90vh">'
        '<div class="rb-container" style="display:grid;justify-items:start;gap:1.25rem">'
        '<p class="rb-eyebrow">404</p><h1>Page not found</h1>'
        '<p class="rb-lead">The page may have moved, or the address may be mistyped.</p>'
        f'<p><a class="rb-button" href="{base_path}">Go to the home page</a></p></div></main>'
    )
    start = not_found_opening(head, base_path, bare_styles(head.css, base_path))
    return (start + body).encode("utf-8", "replace") + _CLOSING
