"""People's rules: cleaned, merged with the cascade kept, and shared by content."""

from __future__ import annotations

import time

import pytest

from services.site_build import Compiler
from services.site_build.css import clean_css, merge, sheets
from services.site_build.css_minify import minify
from services.site_build.model import Library, PageSource


def clean(compiler: Compiler, css: str) -> str:
    def url(value: str) -> str | None:
        return value if value.startswith("https:") else None

    return "".join(clean_css(css, compiler.rules.css, url=url))


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        ("a { color : red ; margin : 0 auto }", "a{color:red;margin:0 auto}"),
        (".a:not(.b) > .c , d{--X: Foo, Bar;}", ".a:not(.b)>.c,d{--X:Foo, Bar}"),
        ("a{b:calc( 1px + (2px * 3) )!important}", "a{b:calc( 1px + (2px * 3) )!important}"),
        ("/* c */ a{b:c} /* d */ e{f:g}", "a{b:c}e{f:g}"),
        ("@media (max-width:9px){ a { b:c } }", "@media (max-width:9px){a{b:c}}"),
        (".a{color:red;&:hover{color:blue}}", ".a{color:red;&:hover{color:blue}}"),
        ("a[href^='/x']{b:c}", 'a[href^="/x"]{b:c}'),
        ("@keyframes k{from{a:b}to{c:d}}", "@keyframes k{from{a:b}to{c:d}}"),
        ("@supports (display:grid){a{b:c}}", "@supports (display:grid){a{b:c}}"),
        ("@layer a, b;", "@layer a, b;"),
        ("a{grid-template-columns:[full] 1fr}", "a{grid-template-columns:[full] 1fr}"),
        ("a{background:url(https://x.example/a.png)}", "a{background:url(https://x.example/a.png)}"),
        ("a{b:c", "a{b:c}"),
        ("a{b:c;;d:e}", "a{b:c;d:e}"),
        # and what does not stay
        ("@import 'x'; a{b:c}", "a{b:c}"),
        ("@charset 'utf-8'; @namespace x url(y); a{b:c}", "a{b:c}"),
        ("a{background:url(http://x.example/)} b{c:d}", "b{c:d}"),
        ("a{background:URL( 'javascript:x' );b:c}", "a{b:c}"),
        ("a{x:e\\78pression(1);y:z}", "a{y:z}"),
        ("a{behavior:url(https://x.example/);-moz-binding:url(https://x.example/)}", ""),
        ("a{background:image-set('http://x.example/' 1x);b:c}", "a{b:c}"),
        ("a{--x:url(http://x.example/);b:c}", "a{b:c}"),
        ("a{b:(c}d{e:f}", "d{e:f}"),
        ("</style><script>x</script>", ""),
        ("a{content:'</style>'}", 'a{content:"<\\/style>"}'),
    ],
)  # fmt: skip
def test_rules_are_cleaned_and_minified(css: str, kept: str, compiler: Compiler) -> None:
    assert clean(compiler, css) == kept
    assert clean(compiler, kept) == kept


def test_a_rule_that_a_later_equal_one_makes_idle_goes() -> None:
    assert merge(["a{b:c}", "x{b:d}", "a{b:c}"]) == ["x{b:d}", "a{b:c}"]


def test_a_layer_keeps_its_first_mention_because_it_fixes_the_order() -> None:
    rules = ["@layer a{x{y:z}}", "@layer b{x{y:w}}", "@layer a{x{y:z}}"]
    assert merge(rules) == rules


def test_neighbours_under_one_condition_are_joined_and_others_are_not() -> None:
    assert merge(["@media x{a{b:c}}", "@media x{d{e:f}}"]) == ["@media x{a{b:c}d{e:f}}"]
    apart = ["@media x{a{b:c}}", "a{b:d}", "@media x{d{e:f}}"]
    assert merge(apart) == apart
    assert merge(["a{b:c}", "a{d:e}"]) == ["a{b:c;d:e}"]


def test_equal_sheets_of_many_pages_are_one_file(publish) -> None:
    pages = [PageSource(f"/p{n}", "x", "<p>x</p>", ".a{color:red}") for n in range(3)]
    files = publish(*pages)
    assert len([name for name in files if name.endswith(".css")]) == 2


def test_an_edit_of_a_long_sheet_changes_only_the_piece_around_it() -> None:
    rules = [
        f".rule-{n}{{padding:{n}px;color:var(--rb-color-text);margin:0 auto}}" for n in range(900)
    ]
    before = dict(sheets(rules))
    rules[450] = ".rule-450{padding:0}"
    after = dict(sheets(rules))
    assert len(before) > 3
    assert len(before.keys() - after.keys()) == 1
    assert b"".join(after.values()).decode() == "".join(rules)


def test_our_own_rules_keep_their_meaning_when_minified(library: Library) -> None:
    assert (
        minify("a { b : c } /* x */ @media print { d { e : f ; } }") == "a{b:c}@media print{d{e:f}}"
    )
    for css in (library.base_css, *library.block_css.values()):
        assert minify(minify(css)) == minify(css)
        assert "/*" not in minify(css)
    with pytest.raises(ValueError, match="mistake"):
        minify("a{b:c} }")


@pytest.mark.parametrize(
    "css",
    [" " * 300_000, "a" + " " * 300_000, "(" * 100_000, "a{" * 100_000, 'a{b:"' * 50_000,
     "a{b:url(" * 50_000, "@media x{" * 40_000, "/*" * 100_000, ";" * 100_000, "\\" * 300_000,
     "a{b:" + " ," * 100_000 + "}", "a{b:" + "(" * 50_000],
    ids=lambda css: css[:8],
)  # fmt: skip
def test_hostile_text_is_read_in_a_moment(css: str, compiler: Compiler) -> None:
    start = time.process_time()
    clean(compiler, css)
    assert time.process_time() - start < 5
