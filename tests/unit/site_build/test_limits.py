"""Pages made to keep a worker busy are refused with a sentence, or done in a moment."""

from __future__ import annotations

import time

import pytest

from services.site_build import BuildError, Compiler
from services.site_build.model import CompileContext, PageSource


@pytest.mark.parametrize(
    ("html", "what"),
    [("<div>" * 200_000, "elements"), ("<a><b>" * 100_000, "elements"),
     ("<div>" * 15_000, "elements"), ("&" * 500_000, "50,000 “&”"),
     ("&nbsp;" * 300_000, "50,000 “&”")],
)  # fmt: skip
def test_too_many_or_too_deep_elements_are_refused_quickly(
    html: str, what: str, compiler: Compiler
) -> None:
    start = time.process_time()
    with pytest.raises(BuildError, match=what):
        compiler.compile(PageSource("/", "x", html), CompileContext())
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "html",
    ["<" * 500_000, "<!--" * 200_000, "&nbsp;" * 50_000, "&#1234;" * 280_000, 'x="' * 200_000,
     "<a " + "b " * 200_000, "<img src='" + "x" * 1_000_000, "<iframe>" * 15_000, "<li>x" * 15_000,
     "\0" * 500_000, "<img srcset='" + "a " * 200_000 + "'>",
     "<p class='" + "rb-" * 200_000 + "'>"],
    ids=lambda html: html[:8],
)  # fmt: skip
def test_a_large_hostile_page_is_compiled_in_a_moment(html: str, compiler: Compiler) -> None:
    start = time.process_time()
    compiler.compile(PageSource("/", "x", html), CompileContext())
    assert time.process_time() - start < 5


def test_text_that_is_no_text_does_not_break_the_build(publish) -> None:
    files = publish(PageSource("/", "\ud800 title", "<p>\ud800\x00\ufffe</p>", ".a{b:'\ud800'}"))
    assert "<p>" in files["index.html"]
