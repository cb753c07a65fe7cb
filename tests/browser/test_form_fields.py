"""Fields of a form: their names are checked where they are given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.builder import Builder, new_page, stored
from tests.cast import Person

FORM = (
    '<form class="rb-form"><label>Name <input name="name" type="text"></label>'
    '<label>Mail <input class="second" name="mail" type="text"></label></form>'
)


def test_a_fields_name_type_and_requirement_are_set_and_checked(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    page = open_as(eddie)
    builder = Builder(page, new_page(eddie, FORM))
    builder.click("input.second")
    page.get_by_role("tab", name="Settings").click()
    name = page.get_by_label("Field name")
    for wrong, words in (
        ("Name", "Another field of this form"),
        ("9th", "Begin with a letter"),
        ("action", "Some words are kept"),
        ("path", "kept for the form itself"),
        ("", "is not sent"),
    ):
        name.fill(wrong)
        name.press("Tab")
        expect(page.locator(".field-error")).to_contain_text(words)
    name.fill("e-mail")
    name.press("Tab")
    page.get_by_label("What it takes").select_option("email")
    page.get_by_label("It must be filled in").check()
    builder.saved()
    html = stored(eddie, builder.row)["html"]
    assert 'name="e-mail"' in html and 'type="email"' in html and "required" in html
    assert 'name="name"' in html


def test_what_a_form_says_and_where_it_leads_is_set_where_it_stands(
    eddie: Person, open_as: Callable[..., Page], screenshots: Path
) -> None:
    form = FORM.replace('class="rb-form"', 'class="rb-form" data-rb-form="contact"')
    page = open_as(eddie)
    builder = Builder(page, new_page(eddie, f"<section>{form}</section>"))
    builder.click("input.second")
    page.get_by_role("navigation", name="Selected element").get_by_text("Form", exact=True).click()
    page.get_by_role("tab", name="Settings").click()
    name = page.get_by_label("Form name")
    expect(name).to_have_value("contact")
    name.fill("Write to us!")
    name.press("Tab")
    expect(page.locator(".field-error")).to_contain_text("Small letters")
    name.fill("write-to-us")
    name.press("Tab")
    for label, words in (
        ("It says after it was sent", "Danke <b>schön</b>"),
        ("It says when it could not be sent", "Schade"),
    ):
        page.get_by_label(label).fill(words)
        page.get_by_label(label).press("Tab")
    # Written where it stands, and seen there while one edits.
    expect(builder.canvas.get_by_text("Schade")).to_be_visible()
    expect(builder.canvas.get_by_text("Danke <b>schön</b>")).to_be_visible()
    page.get_by_label("Page after sending").select_option("/")
    page.get_by_label("Against robots").check()
    page.screenshot(path=screenshots / "form.png")
    builder.saved()
    html = stored(eddie, builder.row)["html"]
    for part in (
        'data-rb-form="write-to-us"',
        'data-rb-next="/"',
        'data-rb-proof="on"',
        'data-rb-state="sent"',
        "Danke &lt;b&gt;schön&lt;/b&gt;",
        "Schade</p>",
    ):
        assert part in html, html
    page.get_by_label("It says after it was sent").fill("Danke")
    page.get_by_label("It says after it was sent").press("Tab")
    builder.saved()
    html = stored(eddie, builder.row)["html"]
    assert html.count("data-rb-state=") == 2 and "Danke</p>" in html
