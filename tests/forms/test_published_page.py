"""A visitor fills in a form on the published site, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Watch
from tests.forms.conftest import Live

Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, watch: Watch) -> Iterator[Open]:
    """`visit(url)` opens a page as a stranger; `java_script_enabled=False` without scripts."""
    contexts = []

    def open_page(url: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        context.on("page", watch.page)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()


def fill(page: Page, name: str = "Ann") -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill("ann@example.com")
    page.get_by_label("Message").fill("Two loaves,\nplease.")
    page.get_by_label("Cake").check()


def test_with_a_script_the_page_stays_and_says_thank_you(
    live: Live, visit: Open, screenshots: Path
) -> None:
    page = visit(live.url)
    form = page.locator('form[data-rb-form="contact"]')
    expect(form.get_by_text("Thank you, the baker")).to_be_hidden()
    expect(form.get_by_text("The oven is cold")).to_be_hidden()
    fill(page)
    page.get_by_role("button", name="Send").click()
    thanks = form.get_by_role("status")
    expect(thanks).to_have_text("Thank you, the baker reads it tonight.")
    expect(thanks).to_be_focused()
    expect(page.get_by_label("Name")).to_be_hidden()
    page.screenshot(path=screenshots / "sent.png")
    assert page.url == live.url
    (row,) = live.kept()
    assert row["fields"] == {
        "name": "Ann",
        "email": "ann@example.com",
        "message": "Two loaves,\nplease.",
        "topic": ["cake"],
    }


def test_what_the_server_finds_wrong_is_said_at_the_field_and_nothing_is_lost(
    live: Live, visit: Open
) -> None:
    page = visit(live.url)
    fill(page)
    page.evaluate("document.querySelector('[name=email]').type = 'text'")
    page.get_by_label("E-mail").fill("nowhere")
    page.get_by_role("button", name="Send").click()
    email = page.get_by_label("E-mail")
    expect(email).to_be_focused()
    assert "name@example.com" in email.evaluate("field => field.validationMessage")
    email.fill("ann@example.com")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert len(live.kept()) == 1


def test_when_the_service_is_away_the_visitor_is_told_and_may_try_again(
    live: Live, visit: Open
) -> None:
    page = visit(live.url)
    fill(page)
    page.route("**/api/forms/**", lambda route: route.abort())
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_have_text("The oven is cold: that was not sent.")
    expect(page.get_by_label("Name")).to_have_value("Ann")
    page.unroute("**/api/forms/**")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert len(live.kept()) == 1


def test_a_page_of_its_own_comes_after_sending(live: Live, visit: Open) -> None:
    for with_scripts in (True, False):
        page = visit(live.url, java_script_enabled=with_scripts)
        page.get_by_label("Your address").fill("ann@example.com")
        page.get_by_role("button", name="Sign up").click()
        expect(page.get_by_role("heading", name="See you soon")).to_be_visible()
        assert page.url == f"{live.url}thanks/"
    assert len(live.kept("letter")) == 2


def test_without_a_script_the_site_says_thank_you_itself(
    live: Live, visit: Open, screenshots: Path
) -> None:
    page = visit(live.url, java_script_enabled=False)
    fill(page)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(f"{live.url}#form-contact-sent")
    expect(page.get_by_text("Thank you, the baker reads it tonight.")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_hidden()
    page.screenshot(path=screenshots / "sent.png")
    assert live.kept()[0]["fields"]["topic"] == ["cake"]


def test_without_a_script_what_is_wrong_is_said_and_what_was_typed_is_still_there(
    live: Live, visit: Open, screenshots: Path
) -> None:
    page = visit(live.url, java_script_enabled=False)
    fill(page)
    page.get_by_label("E-mail").fill("ann@nowhere")  # fine for browsers
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Not sent")).to_be_visible()
    expect(page.get_by_text("The oven is cold: that was not sent.")).to_be_visible()
    expect(page.get_by_role("listitem")).to_contain_text("E-mail")
    page.screenshot(path=screenshots / "not-sent.png")
    page.go_back()
    expect(page.get_by_label("Message")).to_have_value("Two loaves,\nplease.")


def test_a_visitor_sends_files_with_and_without_a_script(
    live: Live, visit: Open, tmp_path: Path
) -> None:
    letter = tmp_path / "my letter.txt"
    letter.write_text("Dear baker")
    for with_scripts in (True, False):
        page = visit(f"{live.url}apply/", java_script_enabled=with_scripts)
        page.get_by_label("Name").fill("Ann")
        page.get_by_label("Letter").set_input_files(letter)
        page.get_by_role("button", name="Apply").click()
        expect(page.locator("#form-apply-sent")).to_be_visible()
        expect(page.locator("#form-guarded-sent")).to_be_hidden()
    files = [file for row in live.kept("apply") for file in row["files"]]
    assert [(file["name"], file["size"]) for file in files] == [("my letter.txt", 10)] * 2


def test_the_visitors_browser_works_for_a_guarded_form(live: Live, visit: Open) -> None:
    page = visit(f"{live.url}apply/")
    page.get_by_label("Word").fill("Bread")
    page.get_by_role("button", name="Guarded send").click()
    form = page.locator('form[data-rb-form="guarded"]')
    expect(form.get_by_role("status")).to_be_visible(timeout=90_000)
    assert [row["fields"] for row in live.kept("guarded")] == [{"word": "Bread"}]
    page = visit(f"{live.url}apply/", java_script_enabled=False)
    page.get_by_label("Word").fill("Bread")
    page.get_by_role("button", name="Guarded send").click()
    expect(page.get_by_text("Switch JavaScript on")).to_be_visible()
    assert len(live.kept("guarded")) == 1


def test_the_trap_is_out_of_sight_and_out_of_the_tab_order(live: Live, visit: Open) -> None:
    page = visit(live.url)
    trap = page.locator('form[data-rb-form="contact"] [name="_website"]')
    expect(trap).not_to_be_in_viewport()
    page.get_by_label("Name").focus()
    seen = []
    for _ in range(8):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.name"))
    assert "_website" not in seen and "address" in seen
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], "nothing scrolls sideways because of it"
