"""The files of a site: what is in them, what stays the same, what is shared."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from services.site_build import BuildError, Compiler, build_site, pack, unpack
from services.site_build.model import CompileContext, File, Library, PageSource, SiteSource

SECTION = '<section class="rb-hero-split" data-rb-block="hero-split"><h1>Hi</h1></section>'


def head_of(html: str) -> str:
    return html[: html.index("</head>")]


def style_of(html: str) -> str:
    """The rules that a page holds itself, in its one style element."""
    (css,) = re.findall(r"<style data-rb-site>(.*?)</style>", html, re.DOTALL)
    return css


def test_an_icon_is_published_with_its_view_box(publish) -> None:
    icon = '<svg viewBox="0 0 24 24" width="28" height="28"><path d="M3 3h9"></path></svg>'
    assert icon in publish(PageSource("/", "Home", f"<div>{icon}</div>"))["index.html"]


def test_a_page_has_everything_in_its_head(publish) -> None:
    files = publish(
        PageSource("/about", "About <us>", SECTION, ".a{color:red}", "console.log(1)",
                   {"description": 'Say "hi"', "og_image": "/static/stock/wide.webp"}),
        name="Acme & Co",
        seo={"language": "de-AT", "title_suffix": "Acme"},
        head_code='<meta name="verify" content="1">',
    )  # fmt: skip
    head = head_of(files["about/index.html"])
    assert head.startswith('<!doctype html><html lang="de-AT"><head><meta charset="utf-8">')
    for part in (
        "<title>About &lt;us&gt; · Acme</title>",
        '<meta name="description" content="Say &quot;hi&quot;">',
        '<link rel="canonical" href="https://acme.example/about/">',
        '<meta property="og:title" content="About &lt;us&gt; · Acme">',
        '<meta property="og:description" content="Say &quot;hi&quot;">',
        '<meta property="og:url" content="https://acme.example/about/">',
        '<meta property="og:image" content="https://acme.example/assets/img/w-1600.webp">',
        '<meta property="og:site_name" content="Acme &amp; Co">',
        '<meta name="twitter:card" content="summary_large_image">',
        '<meta name="viewport"', '<meta name="generator" content="Roseram Builder">',
        '<meta name="verify" content="1">', '<link rel="stylesheet" href="../assets/site.css">',
    ):  # fmt: skip
        assert part in head, part
    script = re.search(r'<script src="\.\./(assets/[0-9a-f]{16}\.js)" defer></script>', head)
    assert script and files[script.group(1)] == "console.log(1)\n"


def test_the_site_has_sitemap_robots_and_404(publish) -> None:
    files = publish(
        PageSource("/", "Home", updated_at="2026-03-04T05:06:07+00:00"),
        PageSource("/hidden", "Hidden", seo={"noindex": True}),
        base_path="/org/site/",
    )
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    urls = ElementTree.fromstring(files["sitemap.xml"]).findall(f"{space}url")
    assert [url.findtext(f"{space}loc") for url in urls] == ["https://acme.example/"]
    assert urls[0].findtext(f"{space}lastmod") == "2026-03-04"
    assert "Sitemap: https://acme.example/sitemap.xml" in files["robots.txt"]
    assert '<meta name="robots" content="noindex">' in files["hidden/index.html"]
    assert 'href="/org/site/assets/site.css"' in files["404.html"]
    assert 'href="/org/site/">' in files["404.html"]


def test_a_site_that_wants_not_to_be_found_says_so(publish) -> None:
    assert "Disallow: /" in publish(PageSource("/", "x"), seo={"noindex": True})["robots.txt"]


def test_only_the_block_kinds_in_use_are_in_the_shared_sheet(publish, library: Library) -> None:
    files = publish(PageSource("/", "x", SECTION), PageSource("/b", "y", SECTION))
    css = files["assets/site.css"]
    assert ".rb-hero-split" in css and css.count(".rb-hero-split__grid{") <= 2
    unused = next(kind for kind in library.block_css if kind != "hero-split")
    assert f".rb-{unused}" not in css
    assert css.index("--rb-color-primary:") < css.index(".rb-hero-split")


def test_on_a_small_site_every_page_holds_the_rules_that_it_needs(
    publish, library: Library
) -> None:
    own = ".a{color:red}"
    files = publish(
        PageSource("/a", "x", SECTION, own),
        PageSource("/a/b", "y", "<p>plain</p>"),
        theme={"preset": "linen"}, inlines_css=True, base_path="/org/site/",
    )  # fmt: skip
    assert not [path for path in files if path.endswith(".css")]
    assert not [path for path, text in files.items() if 'rel="stylesheet"' in text]
    css = style_of(files["a/index.html"])
    assert css.index("--rb-color-primary:") < css.index(".rb-hero-split") < css.index(own)
    plain = head_of(files["a/b/index.html"])
    assert ".rb-hero-split" not in plain and own not in plain
    fonts = [path for path in files if path.startswith("assets/fonts/")]
    assert fonts
    roots = {"a/index.html": "../", "a/b/index.html": "../../", "404.html": "/org/site/"}
    for path, root in roots.items():
        assert all(f"url({root}{font})" in files[path] for font in fonts), path


def test_the_rules_of_a_small_site_are_those_of_its_sheets(publish) -> None:
    page = PageSource("/", "x", SECTION, ".a{color:red}")
    linked, held = publish(page), publish(page, inlines_css=True)
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', linked["index.html"])
    css = style_of(held["index.html"])
    joined = "".join(linked[sheet] for sheet in sheets)
    assert css == joined.replace("url(fonts/", "url(assets/fonts/")


@pytest.mark.parametrize(
    "css",
    [
        ".a{background:url(https://pictures.example/a.png)}",
        ".a::after{content:'</style><script>'}",
        ".a{color:red}" + "".join(f".b{n}{{top:{n}px}}" for n in range(1500)),
    ],
)
def test_rules_that_had_better_stand_in_a_sheet_do(css: str, publish) -> None:
    """An address is seen from its sheet, `<` could end the element, and much is shared."""
    files = publish(PageSource("/", "x", SECTION, css), inlines_css=True)
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', files["index.html"])
    assert sheets and all(sheet in files for sheet in sheets)
    held = style_of(files["index.html"])
    assert ".rb-hero-split" in held and ".a{" not in held and ".a:" not in held


def test_a_behavior_is_shipped_once_and_only_where_it_is_used(compiler, pictures) -> None:
    library = Library(
        {}, {}, "", {}, {"menu": "console.log('menu')", "tabs": "console.log('tabs')"}
    )
    menu = PageSource("/", "x", '<nav data-rb-behavior="menu ../evil">x</nav>')
    pages = [compiler.compile(page, pictures) for page in (menu, PageSource("/b", "y"))]
    built = build_site(SiteSource("x", "https://x.example/"), pages, library)
    files = {file.path: file.data.decode() for file in built}
    assert "menu" in files["assets/site.js"] and "tabs" not in files["assets/site.js"]
    assert "assets/site.js" in files["index.html"]
    assert "assets/site.js" not in files["b/index.html"]


def test_an_edit_of_the_theme_changes_no_page(publish) -> None:
    pages = [PageSource("/", "x", SECTION), PageSource("/b", "y", SECTION)]
    before = publish(*pages, theme={"preset": "linen"})
    after = publish(*pages, theme={"colors": {"primary": "#123456", "background": "#fedcba"}})
    changed = {path for path in before if before[path] != after.get(path)}
    assert changed == {"assets/site.css"}


def test_an_edit_of_one_page_changes_only_its_files(publish) -> None:
    pages = [PageSource(f"/p{n}", "x", SECTION, ".a{color:red}") for n in range(5)]
    before = publish(*pages)
    pages[2] = PageSource("/p2", "x", SECTION, ".a{color:blue}")
    after = publish(*pages)
    changed = {path for path in after if before.get(path) != after[path]}
    assert "p2/index.html" in changed
    assert all(
        path == "p2/index.html" or re.fullmatch(r"assets/\w{16}\.css", path) for path in changed
    )


def test_the_order_of_pages_does_not_matter(publish) -> None:
    pages = [PageSource(f"/p{n}", "x", SECTION, f".a{{top:{n}px}}") for n in range(4)]
    assert publish(*pages) == publish(*reversed(pages))


def test_two_pages_with_one_address_are_refused(publish) -> None:
    with pytest.raises(BuildError, match="Two pages"):
        publish(PageSource("/a", "x"), PageSource("/a", "y"))


@pytest.mark.parametrize("url", ["", "/x/", "javascript:x/", 'https://x/"><script>/', "https://x"])
def test_an_address_pages_cannot_be_built_for_is_refused(url: str, publish) -> None:
    with pytest.raises(BuildError):
        publish(PageSource("/", "x"), base_url=url)


def test_pictures_are_passed_through_once(compiler: Compiler, library: Library) -> None:
    picture = File.of("assets/img/a.webp", b"x")
    files = list(build_site(SiteSource("x", "https://x.example/"), [], library, [picture, picture]))
    assert [file.path for file in files].count("assets/img/a.webp") == 1


def test_fonts_of_the_theme_are_files_of_the_site(publish, library: Library) -> None:
    files = publish(PageSource("/", "x"), theme={"preset": "linen"})
    fonts = [path for path in files if path.startswith("assets/fonts/")]
    assert fonts
    for path in fonts:
        assert f"url({path.removeprefix('assets/')})" in files["assets/site.css"]


def test_a_compiled_page_survives_being_packed(
    compiler: Compiler, pictures: CompileContext
) -> None:
    page = PageSource(
        "/a", "T", SECTION, ".a{b:c}", "let a", {"og_image": "/static/stock/wide.webp"}
    )
    compiled = compiler.compile(page, pictures)
    assert unpack(pack(compiled)) == compiled
    for damaged in (pack(compiled)[:-1], pack(compiled) + b"x", b"", b"{}"):
        with pytest.raises((ValueError, KeyError)):
            unpack(damaged)


def test_the_digest_changes_with_everything_the_page_depends_on(compiler, pictures) -> None:
    page = PageSource("/a", "T", '<img src="/static/stock/wide.webp">', "b", "c", {"d": "e"}, "f")
    changes = [
        {"path": "/b"}, {"title": "U"}, {"html": "x"}, {"css": "x"}, {"js": "x"},
        {"seo": {}}, {"updated_at": "g"},
    ]  # fmt: skip
    fields = {name: getattr(page, name) for name in PageSource.__slots__}
    digests = [compiler.digest(PageSource(**(fields | change)), pictures) for change in changes]
    digests += [compiler.digest(page, pictures), compiler.digest(page, CompileContext())]
    assert len(set(digests)) == len(digests)
    assert compiler.digest(page, pictures) == digests[-2]


def test_spaces_that_a_visitor_sees_stay(publish) -> None:
    html = "<div>\n    <b>a</b> <b>b</b>\n    <i>c</i>\n</div><pre>  x\n    y</pre>"
    body = publish(PageSource("/", "x", html))["index.html"].split("<body>")[1]
    assert "<b>a</b> <b>b</b>\n<i>c</i>" in body
    assert "<pre>  x\n    y</pre>" in body
