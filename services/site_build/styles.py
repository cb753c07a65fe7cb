"""Where a page's rules stand: in sheets that pages share, or, on a small site, in the page itself.

A sheet of its own is one more answer that a browser waits for before it shows anything. In the
page, the rules come with it: theme, base and the kinds of block that this page has, about 5 KB
as they travel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from services.site_build.css_minify import minify
from services.site_build.model import CompiledPage, File, Library, SiteSource
from services.site_build.theme import FONTS, theme_css

SHARED = "assets/site.css"
_OWN_MAX = 16384
# An address in a rule is seen from its sheet, not from the page; and `</style>` ends a style.
_BOUND_TO_SHEET = re.compile(rb"url\(|src\(|image(?:-set)?\(|@import|<", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Styles:
    """The rules that stand in a page, and the sheets that it links to after them."""

    inline: str
    linked: tuple[str, ...]


def common_css(site: SiteSource, library: Library) -> tuple[str, list[File]]:
    """Return the rules that all pages need, theme and base, and the theme's font files."""
    theme, fonts = theme_css(site.theme, library)
    return theme + _minified(library.base_css), fonts


def block_css(library: Library, blocks: Iterable[str]) -> str:
    """Return the rules of these kinds of block, in the library's order."""
    used = set(blocks)
    return "".join(_minified(css) for kind, css in library.block_css.items() if kind in used)


def page_styles(css: str, page: CompiledPage, library: Library, root: str) -> Styles:
    """Return a page's styles; `css` is that of all pages, '' where these link to a shared sheet.

    The order is the same either way: a page's own rules come last, so a person's choice always
    wins over the library's.
    """
    names = tuple(name for name, _ in page.sheets)
    if not css:
        return Styles("", (SHARED, *names))
    own = b"".join(data for _, data in page.sheets)
    text = _seen_from(root, css) + block_css(library, page.blocks)
    if len(own) > _OWN_MAX or _BOUND_TO_SHEET.search(own):
        return Styles(text, names)
    return Styles(text + own.decode(), ())


def bare_styles(css: str, root: str) -> Styles:
    """Return the styles of a page without blocks, 404.html."""
    return Styles(_seen_from(root, css), ()) if css else Styles("", (SHARED,))


def _seen_from(root: str, css: str) -> str:
    return css.replace(f"url({FONTS}", f"url({root}assets/{FONTS}")


@lru_cache(maxsize=256)
def _minified(css: str) -> str:
    return minify(css)
