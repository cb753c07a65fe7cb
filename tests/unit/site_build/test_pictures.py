"""Responsive, lazy pictures with their size, from the renditions handed in."""

from __future__ import annotations

import re

from services.site_build import Compiler, image_path, image_refs
from services.site_build.model import CompileContext, PageSource

WIDE = '<img src="/static/stock/wide.webp" alt="Bread &amp; butter">'


def images(
    compiler: Compiler, pictures: CompileContext, html: str, path: str = "/about"
) -> list[str]:
    body = compiler.compile(PageSource(path, "x", html), pictures).body.decode()
    return re.findall(r"<img[^>]*>", body)


def test_a_picture_gets_renditions_size_and_keeps_its_alt(compiler, pictures) -> None:
    (first,) = images(compiler, pictures, WIDE)
    assert 'alt="Bread &amp; butter"' in first
    assert 'src="../assets/img/w-1600.webp"' in first
    assert 'srcset="../assets/img/w-480.webp 480w, ../assets/img/w-800.webp 800w, ' in first
    assert 'width="1600" height="1200"' in first
    assert 'sizes="100vw"' in first
    assert 'decoding="async"' in first


def test_the_first_large_picture_is_urgent_and_the_rest_wait(compiler, pictures) -> None:
    logo = '<img src="/static/stock/logo.png" alt="">'
    tags = images(compiler, pictures, logo + WIDE + WIDE)
    assert ["eager" in tag for tag in tags] == [True, True, False]
    assert ['fetchpriority="high"' in tag for tag in tags] == [False, True, False]
    assert 'loading="lazy"' in tags[2] and 'sizes="auto, 100vw"' in tags[2]


def test_a_size_somebody_gave_is_completed_in_proportion(compiler, pictures) -> None:
    (tag,) = images(compiler, pictures, '<img src="/static/stock/wide.webp" width="400">')
    assert 'width="400"' in tag and 'height="300"' in tag


def test_a_picture_in_storage_is_ours_whatever_is_appended(compiler, pictures) -> None:
    ref = next(ref for ref in pictures.images if ref.startswith("https:"))
    (tag,) = images(compiler, pictures, f'<img src="{ref}?width=20&amp;x=1">')
    assert 'src="../assets/img/w-1600.webp"' in tag


def test_a_foreign_picture_stays_and_an_unsafe_one_goes(compiler, pictures) -> None:
    tags = images(
        compiler,
        pictures,
        '<img src="https://other.example/a.jpg" width="300" height="200">'
        '<img src="http://other.example/a.jpg"><img src="data:image/svg+xml;base64,AAAA">'
        '<img src="data:image/png;base64,AAAA">',
    )
    assert len(tags) == 2
    assert 'src="https://other.example/a.jpg"' in tags[0] and 'width="300"' in tags[0]
    assert 'src="data:image/png;base64,AAAA"' in tags[1]


def test_references_are_found_in_markup_rules_and_settings(pictures) -> None:
    page = PageSource(
        "/",
        "x",
        WIDE + '<img src="/static/stock/../../etc/passwd">',
        ".a{background:url(/static/stock/logo.png)}",
        seo={"og_image": next(ref for ref in pictures.images if ref.startswith("https:"))},
    )
    assert image_refs(page, pictures) == frozenset(pictures.images)


def test_pictures_in_rules_are_published_from_where_the_sheet_lies(compiler, pictures) -> None:
    css = ".a{background:url('/static/stock/wide.webp')}"
    page = compiler.compile(PageSource("/a/b", "x", f'<p style="{css[3:-1]}">x</p>', css), pictures)
    assert b"url(img/w-1600.webp)" in page.sheets[0][1]
    assert b"url(../../assets/img/w-1600.webp)" in page.body


def test_a_picture_nobody_handed_in_is_reported(compiler) -> None:
    page = compiler.compile(PageSource("/", "x", WIDE), CompileContext())
    assert page.missing == ("/static/stock/wide.webp",)


def test_a_rendition_is_named_by_what_it_shows_and_its_content() -> None:
    name = image_path("/static/stock/Bröd & Bread.webp", b"1", 800, "webp")
    assert re.fullmatch(r"assets/img/br-d-bread-800-[0-9a-f]{10}\.webp", name)
    assert name != image_path("/static/stock/Bröd & Bread.webp", b"2", 800, "webp")


def test_source_and_poster_use_our_pictures_too(compiler, pictures) -> None:
    html = (
        '<picture><source srcset="/static/stock/wide.webp 2x, http://bad.example/x 1x">'
        f'{WIDE}</picture><video poster="/static/stock/wide.webp"></video>'
    )
    body = compiler.compile(PageSource("/", "x", html), pictures).body.decode()
    assert '<source srcset="assets/img/w-1600.webp 2x">' in body
    assert 'poster="assets/img/w-1600.webp"' in body
