"""Building only what changed gives what building everything gives."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from services.site_build import Compiler, SiteIndex, build_site, index_site, update_site
from services.site_build.model import CompileContext, CompiledPage, PageSource, SiteSource
from services.site_library import load_library

LIBRARY = load_library()
COMPILER = Compiler(LIBRARY)
SITE = SiteSource("Site", "https://site.example/")
NAMED_BY_CONTENT = re.compile(r"assets/[0-9a-f]{16}\.\w+")
KINDS = ("hero-split", "nav-bar", "cta-banner")


def page(number: int, kind: int, color: int, hidden: bool) -> CompiledPage:
    html = f'<section class="rb-{KINDS[kind]}" data-rb-block="{KINDS[kind]}">x</section>'
    # The last of them stands in a sheet on small sites, too.
    rule = "background:url(https://a.example/b.png)" if color == 2 else f"top:{color}px"
    source = PageSource(f"/p{number}", "x", html, f".a{{{rule}}}", seo={"noindex": hidden})
    return COMPILER.compile(source, CompileContext())


pages = st.builds(page, st.integers(0, 4), st.integers(0, 2), st.integers(0, 2), st.booleans())


def whole(site: SiteSource, current: dict[str, CompiledPage]) -> dict[str, str]:
    return {file.path: file.sha256 for file in build_site(site, current.values(), LIBRARY)}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(pages, max_size=6),
    st.lists(st.tuples(pages, st.booleans()), max_size=6),
    st.booleans(),
)
def test_any_row_of_edits_ends_where_a_whole_build_ends(
    first: list[CompiledPage], edits: list[tuple[CompiledPage, bool]], small: bool
) -> None:
    site = replace(SITE, inlines_css=small)
    current = {one.path: one for one in first}
    index = SiteIndex()
    store = {f.path: f.sha256 for f in index_site(site, current.values(), LIBRARY, index)}
    assert index.manifest() == whole(site, current)
    for edit, remove in edits:
        assert index.fits(site, LIBRARY)
        if remove:
            current.pop(edit.path, None)
            files = list(update_site(site, [], [edit.path], LIBRARY, index))
        else:
            current[edit.path] = edit
            files = list(update_site(site, [edit], [], LIBRARY, index))
        again = {file.path for file in files if store.get(file.path) == file.sha256}
        assert all(NAMED_BY_CONTENT.fullmatch(path) for path in again)
        store |= {file.path: file.sha256 for file in files}
        assert index.manifest() == whole(site, current)
        assert index.manifest().items() <= store.items()
        # What left the site is not expected to be remembered, should it come back.
        store = {path: sha for path, sha in store.items() if path in index.manifest()}


def test_one_change_among_many_yields_one_page() -> None:
    index = SiteIndex()
    many = [page(number, 0, 0, False) for number in range(5)]
    list(index_site(SITE, many, LIBRARY, index))
    changed = COMPILER.compile(PageSource("/p3", "New", "<p>new</p>"), CompileContext())
    assert [file.path for file in update_site(SITE, [changed], [], LIBRARY, index)] == [
        "p3/index.html"
    ]


def test_a_new_head_asks_for_a_whole_build() -> None:
    index = SiteIndex()
    list(index_site(SITE, [], LIBRARY, index))
    assert index.fits(SiteSource("Site", "https://site.example/", theme={"preset": "x"}), LIBRARY)
    assert not index.fits(SiteSource("Renamed", "https://site.example/"), LIBRARY)
    small = replace(SITE, inlines_css=True)
    assert not index.fits(small, LIBRARY)
    index = SiteIndex()
    list(index_site(small, [], LIBRARY, index))
    assert index.fits(small, LIBRARY)
    assert not index.fits(replace(small, theme={"colors": {"primary": "#123456"}}), LIBRARY)
