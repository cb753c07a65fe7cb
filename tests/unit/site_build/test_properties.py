"""What must hold for any input that hypothesis can think of."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from services.site_build import BuildError, Compiler
from services.site_build.css import clean_css
from services.site_build.model import CompileContext, PageSource
from services.site_build.urls import allowed, plain, relative_link, scheme_of
from services.site_library import load_library

COMPILER = Compiler(load_library())
RULES = COMPILER.rules
_TAG = re.compile(r"<[^>]*>")
SCHEMES = RULES.urls["a.href"].schemes

words = st.sampled_from(
    ["div", "p", "svg", "path", "math", "mtext", "mglyph", "style", "script", "img", "iframe",
     "form", "table", "td", "select", "template", "noscript", "xmp", "a", "b",
     "title", "textarea", "li"]
)  # fmt: skip
attributes = st.sampled_from(
    ["", ' onload="x"', " onerror=x", ' href="javascript:x"', " src=x", ' src="https://a.example/b"',
     " id=config", ' style="color:red"', ' style="background:url(http://x)"', " class='a\"b'",
     ' title="</style><img src=x onerror=x>"', " srcdoc=x", " data-gjs-script=x", " aria-label='<'"]
)  # fmt: skip
opening = st.builds(lambda word, attribute: f"<{word}{attribute}>", words, attributes)
markup = st.lists(
    st.one_of(
        opening,
        words.map(lambda word: f"</{word}>"),
        st.sampled_from(
            ["<!--", "-->", "--!>", "<![CDATA[", "]]>", "<", '"', "'", "`", "&lt;", "&"]
        ),
        st.text(max_size=6).filter(lambda text: "\r" not in text and "\n" not in text),
    ),
    max_size=14,
).map("".join)


def compiled(html: str) -> str:
    return COMPILER.compile(PageSource("/a", "x", html), CompileContext()).body.decode()


@settings(max_examples=300, deadline=None)
@given(markup)
def test_cleaned_markup_is_clean_and_balanced(html: str) -> None:
    body = compiled(html)
    assert not re.search(r"<(script|style|template|math|xmp|noscript|title)", body, re.I)
    for tag in re.findall(r"<[a-zA-Z][^>]*>", body):
        names = re.sub(r'="[^"]*"', "=", tag)
        assert not re.search(r"\s(on\w+|srcdoc|formaction|data-gjs-\w+)\s*=", names), tag
        assert not re.search(r'="\s*javascript:', tag, re.I), tag
    opened = re.findall(r"<([a-zA-Z]\w*)(?=[ >])", body)
    closed = re.findall(r"</(\w+)>", body)
    void = {"br", "col", "hr", "img", "input", "source", "track", "wbr"}
    assert sorted(closed) == sorted(name for name in opened if name not in void)


@settings(max_examples=300, deadline=None)
@given(markup)
def test_parsing_cleaned_markup_again_brings_nothing_new(html: str) -> None:
    """A browser may nest it otherwise (`<a><a>`), but finds no other element and no other value."""
    once = compiled(html)
    assert set(_TAG.findall(compiled(once))) <= set(_TAG.findall(once))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="javscript:/\\ \t\n\x01#?.&;%aA0-", max_size=30), st.booleans())
def test_no_link_comes_through_that_a_browser_would_run(url: str, prefix: bool) -> None:
    url = ("javascript:" if prefix else "") + url
    result = relative_link(url, "/a/b", SCHEMES)
    if result is not None:
        assert scheme_of(plain(result)) in {*SCHEMES, ""}
        assert not re.match(r"[\x00-\x20]*(j\s*a\s*v\s*a\s*s|data|vbs)[^/?#]*:", result, re.I)
        assert allowed(plain(result), SCHEMES, relative=True)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["a{", "}", "color:red;", "@media x{", "@import 'x';", "url(", "http://x)", "'",
                 '"', "\\", "/*", "*/", "(", ")", "[", "]", "</style>", "<!--", ";", "--x:",
                 "expression(", "\n"]
            ),
            st.text(max_size=5),
        ),
        max_size=25,
    ).map("".join)
)  # fmt: skip
def test_cleaned_rules_are_balanced_and_stay_the_same(css: str) -> None:
    rules = clean_css(css, RULES.css, url=lambda value: None)
    for rule in rules:
        bare = re.sub(r'"(?:\\.|[^"\\])*"|\\.', "", rule, flags=re.DOTALL)
        for left, right in ("{}", "()", "[]"):
            assert bare.count(left) == bare.count(right), rule
        assert not re.search(r"(?<![\w-])url\(|@import", bare, re.I)
        assert "</" not in rule
    again = clean_css("".join(rules), RULES.css, url=lambda value: None)
    assert "".join(again) == "".join(rules)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_a_path_is_a_file_name_or_refused(path: str) -> None:
    try:
        page = COMPILER.compile(PageSource(f"/{path}", "x"), CompileContext())
    except BuildError:
        return
    assert re.fullmatch(r"/[a-z0-9/-]*", page.path) and ".." not in page.path
