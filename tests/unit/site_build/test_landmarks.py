"""A page has one main landmark, and nothing else of it is changed."""

from __future__ import annotations

import pytest

from services.site_build.landmarks import with_main
from services.site_build.model import PageSource


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ""),
        ("<p>a</p>", "<main><p>a</p></main>"),
        ("<header>h</header>\n<p>a</p><footer>f</footer>",
         "<header>h</header><main>\n<p>a</p></main><footer>f</footer>"),
        ('<div id="x" data-rb-block="announcement">n</div><nav>h</nav><p>a</p>',
         '<div id="x" data-rb-block="announcement">n</div><nav>h</nav><main><p>a</p></main>'),
        ("<section><header>in</header></section><article><footer>in</footer></article>",
         "<main><section><header>in</header></section><article><footer>in</footer></article></main>"),
        ("<header><header>x</header></header><p>a</p><footer><footer>x</footer></footer>",
         "<header><header>x</header></header><main><p>a</p></main><footer><footer>x</footer></footer>"),
        ("<p>a</p><footer>f</footer><p>b</p>", "<main><p>a</p><footer>f</footer><p>b</p></main>"),
        ("<header>h</header><footer>f</footer>", "<header>h</header><footer>f</footer>"),
        ("<div><main>own</main></div>", "<div><main>own</main></div>"),
    ],
)  # fmt: skip
def test_the_content_between_header_and_footer_is_main(html: str, expected: str) -> None:
    assert with_main(html.encode()).decode() == expected


def test_every_published_page_has_exactly_one(publish) -> None:
    for html in (
        "<section>x</section>",
        "<header>h</header>text<footer>f</footer>",
        "<main>x</main>",
    ):
        page = publish(PageSource("/", "x", html=html))["index.html"]
        assert (page.count("<main"), page.count("</main>")) == (1, 1)
