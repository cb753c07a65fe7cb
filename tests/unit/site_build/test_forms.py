"""Forms of a published page: endpoint, honeypot, what they say afterwards, and what they are."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from services.site_build import Compiler, build_site, index_site, update_site
from services.site_build.errors import BuildError
from services.site_build.forms import FORMS, MOST_FIELDS, merged
from services.site_build.model import CompileContext, CompiledPage, Library, PageSource, SiteSource
from services.site_build.packed import pack, unpack
from services.site_build.warm import SiteIndex

URL = "https://app.example/api/forms/0c000000-0000-4000-8000-000000000000/"
CONTEXT = CompileContext(forms_url=URL)
SITE = SiteSource(name="Acme", base_url="https://acme.example/")


def compiled(compiler: Compiler, html: str, path: str = "/") -> CompiledPage:
    return compiler.compile(PageSource(path=path, title="Page", html=html), CONTEXT)


def body(page: CompiledPage) -> str:
    return page.body.decode()


def definition(compiler: Compiler, html: str, name: str = "contact") -> dict[str, Any]:
    found: dict[str, Any] = compiled(compiler, html).forms[name]
    return found


def form(inner: str, attributes: str = 'method="post" data-rb-form="contact"') -> str:
    return f"<form {attributes}>{inner}</form>"


def test_a_form_learns_where_it_sends_and_brings_its_script(compiler: Compiler) -> None:
    page = compiled(compiler, form('<input name="a">'), "/about")
    assert f'action="{URL}contact"' in body(page)
    assert 'name="_website"' in body(page)
    assert 'name="_page" value="/about#form-contact"' in body(page)
    assert "form" in page.behaviors
    assert "data-rb-state" in body(page)


def test_without_an_app_to_send_to_a_form_stays_as_it_is(compiler: Compiler) -> None:
    source = PageSource(path="/", title="Page", html=form('<input name="a">'))
    page = compiler.compile(source, CompileContext())
    assert "action" not in body(page) and not page.forms and not page.behaviors


@pytest.mark.parametrize(
    "attributes",
    ['method="get"', 'method="dialog"', 'action="https://forms.example/x" method="post"'],
)
def test_a_form_that_leads_elsewhere_is_left_alone(compiler: Compiler, attributes: str) -> None:
    page = compiled(compiler, form('<input name="q">', attributes))
    assert URL not in body(page) and not page.forms


def test_a_form_of_ours_cannot_be_sent_elsewhere(compiler: Compiler) -> None:
    evil = 'data-rb-form="contact" action="https://evil.example/" method="get"'
    page = compiled(compiler, form('<input name="a">', evil))
    assert "evil.example" not in body(page)
    assert re.search(r'<form[^>]*method="post"', body(page))


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ('data-rb-form="Get a Quote!"', "get-a-quote"),
        ('id="sign-up"', "sign-up"),
        ("", "form"),
        ('data-rb-form="../../x"', "x"),
        ('data-rb-form="' + "a" * 100 + '"', "a" * 63),
    ],
)
def test_a_form_has_a_name_that_can_be_an_address(
    compiler: Compiler, attributes: str, name: str
) -> None:
    assert list(compiled(compiler, form('<input name="a">', attributes)).forms) == [name]


def test_the_definition_tells_the_fields_as_visitors_see_them(compiler: Compiler) -> None:
    found = definition(
        compiler,
        form(
            '<label>Your <b>name</b><input name="who" required maxlength="40"></label>'
            '<label>Mail<input type="email" name="mail"></label>'
            '<label>Why<select name="why"><option value="a">A<option>B &amp; C</select></label>'
            '<label>Text<textarea name="text">old &lt;/form&gt;</textarea></label>'
            "<fieldset><legend>How <i>was</i> it?</legend>"
            '<label><input type="radio" name="how" value="good" required>Good</label>'
            '<label><input type="radio" name="how" value="bad">Bad</label></fieldset>'
            '<label><input type="checkbox" name="ok" required>I <b>agree</b></label>'
            '<input type="hidden" name="from_page" value="x"><input type="submit" name="go">'
            '<input name="off" disabled><input><button name="b">Send</button>'
        ),
    )
    fields = {each["name"]: each for each in found["fields"]}
    assert list(fields) == ["who", "mail", "why", "text", "how", "ok", "from_page"]
    assert fields["who"] == {
        "name": "who", "label": "Your name", "type": "text", "required": True, "many": False,
        "max": 40, "choices": [],
    }  # fmt: skip
    assert fields["why"]["choices"] == ["a", "B & C"]
    assert fields["how"]["label"] == "How was it?"
    assert (fields["how"]["choices"], fields["how"]["required"]) == (["good", "bad"], True)
    assert (fields["ok"]["label"], fields["ok"]["choices"]) == ("I agree", ["on"])
    assert fields["from_page"]["label"] == "From page"
    assert found["sent"].startswith("Thank you.") and found["page"] == "/"


def test_what_a_form_says_is_its_own_and_reachable(compiler: Compiler) -> None:
    said = (
        '<input name="a"><p id="x" role="none" data-rb-state="sent">Danke &amp; <b>tschüss</b></p>'
        '<div data-rb-state="failed">Schade</div>'
    )
    page = compiled(compiler, form(said) + form(said))
    assert page.forms["contact"]["sent"] == "Danke & tschüss"
    assert page.forms["contact"]["failed"] == "Schade"
    text = body(page)
    for mark in ("form-contact-sent", "form-contact-2-sent", "form-contact-2-failed"):
        assert text.count(f'id="{mark}"') == 1
    assert 'id="x"' not in text and 'role="none"' not in text
    assert text.count("data-rb-state=") == 4


@pytest.mark.parametrize(
    ("after", "kept", "link"),
    [
        ("/thanks", "/thanks", "../thanks/"),
        ("/", "/", "../"),
        ("//evil.example", "", ""),
        ("https://evil.example", "", ""),
        ("javascript:alert(1)", "", ""),
        ("/\\evil.example", "", ""),
    ],
)
def test_a_page_afterwards_is_of_the_site_alone(
    compiler: Compiler, after: str, kept: str, link: str
) -> None:
    html = form('<input name="a">', f'data-rb-form="contact" data-rb-next="{after}"')
    page = compiled(compiler, html, "/contact")
    assert page.forms["contact"]["next"] == kept
    assert re.findall(r'data-rb-next="([^"]*)"', body(page)) == ([link] if link else [])


def test_files_make_a_form_send_them(compiler: Compiler) -> None:
    html = form('<input type="file" name="cv" accept=".pdf,image/*" multiple>')
    page = compiled(compiler, html)
    assert 'enctype="multipart/form-data"' in body(page)
    assert 'accept=".pdf,image/*"' in body(page)
    assert page.forms["contact"]["fields"][0]["many"] is True


def test_nothing_in_a_form_breaks_out_of_it(compiler: Compiler) -> None:
    hostile = (
        '<form data-rb-form="x" title="&quot;><script>alert(1)</script>">'
        '<p data-rb-state="sent">&lt;img src=x onerror=alert(1)&gt;</p>'
        "<p data-rb-state='sent\" onclick=\"alert(1)'>x</p>"
        '<label>&lt;script&gt;<input name="a" placeholder="&lt;/form&gt;"></label></form>'
    )
    page = compiled(compiler, hostile)
    # A parser of its own says what a browser would make of it.
    from html.parser import HTMLParser

    seen: list[tuple[str, list[str]]] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            seen.append((tag, [name for name, _ in attrs]))

    Parser().feed(body(page))
    assert {tag for tag, _ in seen} <= {"form", "p", "label", "input", "div"}
    assert not any(name.startswith("on") for _, names in seen for name in names)


def test_more_fields_than_anybody_fills_in_are_refused(compiler: Compiler) -> None:
    fields = "".join(f'<input name="f{n}">' for n in range(MOST_FIELDS + 1))
    with pytest.raises(BuildError, match="60 fields"):
        compiled(compiler, form(fields))


def test_a_large_form_is_read_quickly(compiler: Compiler) -> None:
    """Nothing here looks through the rest of the form once for each element of it."""
    html = form('<input name="a" type="checkbox" value="x">' * 15_000)
    assert len(compiled(compiler, html).forms["contact"]["fields"]) == 1


def files_of(library: Library, pages: list[CompiledPage]) -> dict[str, bytes]:
    return {file.path: file.data for file in build_site(SITE, pages, library)}


def test_the_site_tells_of_all_its_forms_in_one_file(compiler: Compiler, library: Library) -> None:
    one = compiled(compiler, form('<input name="a" required><input name="b" required>'), "/")
    two = compiled(compiler, form('<input name="b" required><input name="c" required>'), "/b")
    three = compiled(compiler, "<p>No form</p>", "/c")
    files = files_of(library, [two, three, one])
    told = json.loads(files[FORMS])["contact"]
    assert told["page"] == "/"
    assert {each["name"]: each["required"] for each in told["fields"]} == {
        "a": False, "b": True, "c": False,
    }  # fmt: skip
    assert b"/api/forms" not in files["assets/site.js"]
    assert FORMS not in files_of(library, [three])
    assert "assets/site.js" not in files_of(library, [three])


def test_a_warm_build_says_the_same_as_a_cold_one(compiler: Compiler, library: Library) -> None:
    pages = [compiled(compiler, form('<input name="a">'), path) for path in ("/", "/b")]
    index = SiteIndex()
    list(index_site(SITE, pages, library, index))
    changed = compiled(compiler, form('<input name="z">', 'data-rb-form="other"'), "/b")
    files = {file.path: file.data for file in update_site(SITE, [changed], [], library, index)}
    assert files[FORMS] == files_of(library, [pages[0], changed])[FORMS]
    assert set(json.loads(files[FORMS])) == {"contact", "other"}


def test_a_compiled_page_keeps_its_forms(compiler: Compiler) -> None:
    page = compiled(compiler, form('<input name="a">'))
    assert unpack(pack(page)).forms == page.forms


def test_only_a_page_with_a_form_depends_on_where_forms_send(compiler: Compiler) -> None:
    other = replace(CONTEXT, forms_url="https://other.example/api/forms/x/")
    for html, same in (("<p>Text</p>", True), (form('<input name="a">'), False)):
        source = PageSource(path="/", title="Page", html=html)
        digests = {compiler.digest(source, each) for each in (CONTEXT, other)}
        assert (len(digests) == 1) is same


def test_merging_one_place_changes_nothing(compiler: Compiler) -> None:
    found = definition(compiler, form('<input name="a" required><input name="b">'))
    assert merged([found]) == found
    assert merged([found, found]) == found
