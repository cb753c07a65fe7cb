"""Instances of components become what the component is now, cleaned like everything else."""

from __future__ import annotations

import json
from html import escape
from typing import Any

import pytest

from services.site_build import BuildError, Compiler, component_refs
from services.site_build.model import CompileContext, Component, PageSource
from tests.hostile.corpus import hostile_pages

ONE = "0a000000-0000-4000-8000-000000000001"
BANNER = Component(
    '<section class="rb-section" data-rb-block="banner"><h2 data-rb-field="f1">Open</h2>'
    '<p data-rb-field="f2">Every <b data-rb-field="f3">day</b></p>'
    '<img data-rb-field="f4" src="/static/stock/a.webp" srcset="/x 1x" alt="Bread">'
    '<a data-rb-field="f5" href="/visit">Come</a></section>',
    ".banner { color: red }",
)


def instance(values: object = None, inner: str = "<p>before</p>", wanted: str = ONE) -> str:
    given = "" if values is None else f' data-rb-values="{escape(json.dumps(values))}"'
    return f'<div data-rb-component="{wanted}"{given}>{inner}</div>'


@pytest.fixture
def body(compiler: Compiler) -> Any:
    def compile(html: str, component: Component | None = BANNER, css: str = "") -> str:
        page = PageSource("/", "x", html, css)
        expanded = compiler.expand(page, {ONE: component} if component else {})
        compiled = compiler.compile(expanded, CompileContext())
        return compiled.body.decode() + b"".join(data for _, data in compiled.sheets).decode()

    return compile


def test_an_instance_is_what_its_component_is_now(body: Any) -> None:
    made = body(f"<main>{instance()}<p>after</p></main>")
    assert "Open" in made
    assert "before" not in made
    assert made.index("Open") < made.index("after")
    assert "data-rb-component" not in made
    assert "data-rb-field" not in made
    assert "color:red" in made


def test_each_instance_has_its_own_words_picture_and_link(body: Any) -> None:
    mine = {"f1": {"text": "Shut <b>& sad</b>"}, "f3": {"text": "week"}}
    mine |= {"f4": {"src": "https://e.example/p.png", "alt": "Rye"}, "f5": {"href": "/shop"}}
    made = body(instance(mine) + instance())
    assert "Shut &lt;b&gt;&amp; sad&lt;/b&gt;" in made
    assert "Every <b>week</b>" in made
    assert 'alt="Rye"' in made
    assert "/x 1x" not in made.split("Open")[0]
    assert "shop" in made
    assert made.count("Come") == 2
    assert "Open" in made


def test_a_component_that_is_gone_leaves_what_the_page_holds(body: Any) -> None:
    made = body(instance(), component=None)
    assert made == "<div><p>before</p></div>"


def test_hostile_values_and_components_are_cleaned_with_the_page(body: Any) -> None:
    values = {"f4": {"src": "javascript:alert(1)", "alt": '"><script>alert(1)</script>'}}
    values |= {"f5": {"href": "javascript:alert(1)", "text": "<img src=x onerror=alert(1)>"}}
    made = body(instance(values))
    assert "javascript" not in made
    assert "<script" not in made
    assert "<img src=x" not in made
    for one in hostile_pages():
        component = Component(one.page.html, one.page.css)
        hidden = body(instance(), component=component)
        plain = body(one.page.html, css=one.page.css)
        # Whatever the build makes of a hostile page, it makes of a hostile component.
        for sign in ("<script", "javascript:", "onerror=", "onload="):
            assert hidden.lower().count(sign) <= plain.lower().count(sign), one


@pytest.mark.parametrize("values", ["[", "[]", "null", '{"f1": 1}', '{"f1": {"text": 1}}', "9" * 9])
def test_values_that_are_none_change_nothing(body: Any, values: str) -> None:
    html = f'<div data-rb-component="{ONE}" data-rb-values="{escape(values)}"></div>'
    assert body(html) == body(instance())


def test_components_do_not_nest_and_cannot_go_round(body: Any) -> None:
    made = body(instance(), component=Component(instance(inner="<p>inside</p>")))
    assert "inside" in made
    # The outermost counts: what stands in an instance is only its last look.
    assert body(instance(inner=instance())) == body(instance())


def test_only_what_looks_like_an_id_is_one() -> None:
    assert component_refs(instance()) == {ONE}
    for wrong in ("x", ONE.upper() + "0", f"{ONE}' or ''='", "../" + ONE):
        assert component_refs(instance(wanted=wrong)) == frozenset()


def test_markup_that_is_broken_around_an_instance_stays_a_page(body: Any) -> None:
    for html in (f"<div>{instance()}", f"{instance()}</div></div><p>", f"<b>{instance()}<i>"):
        assert "Open" in body(html)


def test_a_page_that_its_components_would_blow_up_is_refused(body: Any) -> None:
    large = Component(f"<p>{'x' * 100_000}</p>")
    with pytest.raises(BuildError, match="larger than 8 MB"):
        body(instance(inner="") * 100, component=large)


def test_a_page_without_components_is_not_touched(compiler: Compiler) -> None:
    page = PageSource("/", "x", "<p>plain")
    assert compiler.expand(page, {ONE: BANNER}) is page
