"""The inbox: read, search, mark, note, export, delete, take back; by mouse, keyboard and phone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_screens import SIZES, look
from tests.cast import Person
from tests.forms.conftest import Live, Receiver, until

Open = Callable[..., Page]
ANN = {"name": "Ann Archer", "email": "ann@example.com", "message": "Two loaves, please."}
BEA = {"name": "Bea Brown", "email": "bea@example.com", "message": "Is the oven hot?"}
EVIL = {
    "name": '=HYPERLINK("https://evil.example")',
    "email": "eve@example.com",
    "message": '"><img src=x onerror=window.__pwned=1>',
}


def row(page: Page, name: str) -> Any:
    return page.locator(".answer").filter(has_text=name)


def detail(page: Page) -> Any:
    return page.get_by_role("region", name="The open answer")


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="What to show").get_by_role("link", name=name).click()


def test_answers_are_read_searched_marked_and_taken_back(
    live: Live, open_as: Open, screenshots: Path
) -> None:
    for each in (ANN, BEA, EVIL):
        assert live.send(data=each).status_code == 201
    live.send("letter", data={"address": "carl@example.com", "_website": "x"})
    live.send("apply", data={"name": "Dora"}, files={"letter": ("cv.pdf", b"cv")})
    page = open_as(live.owner, "/forms")
    badge = page.locator('.places a[href="/forms"] .count')
    expect(badge).to_contain_text("4")
    expect(page.locator(".answer")).to_have_count(4)

    row(page, "Ann Archer").locator(".answer-open").click()
    expect(detail(page)).to_contain_text("Two loaves, please.")
    expect(detail(page).get_by_role("link", name="ann@example.com")).to_be_visible()
    expect(badge).to_contain_text("3")
    detail(page).get_by_label("Note for the team").fill("Called back")
    detail(page).get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note was saved.")).to_be_visible()
    for size in SIZES:
        for theme in ("light", "dark"):
            look(page, size, theme, screenshots / f"open-{size}-{theme}.png")
    page.set_viewport_size({"width": 1280, "height": 900})

    # What a visitor wrote is text wherever it stands.
    row(page, "HYPERLINK").locator(".answer-open").click()
    expect(detail(page)).to_contain_text("<img src=x")
    assert page.evaluate("window.__pwned") is None

    page.get_by_label("Search").fill("OVEN")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_have_count(1)
    expect(row(page, "Bea Brown")).to_be_visible()
    page.get_by_label("Search").fill("no such words")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing like that")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    expect(page.locator(".answer")).to_have_count(4)
    page.get_by_label("Form", exact=True).select_option("apply")
    expect(page.locator(".answer")).to_have_count(1)
    with page.expect_download() as saved:
        row(page, "Dora").locator(".answer-open").click()
        detail(page).get_by_role("button", name="cv.pdf").click()
    assert saved.value.suggested_filename == "cv.pdf"
    assert Path(saved.value.path()).read_bytes() == b"cv"
    page.get_by_label("Form", exact=True).select_option("")

    row(page, "Ann Archer").locator(".answer-open").click()
    detail(page).get_by_role("button", name="Delete").click()
    expect(row(page, "Ann Archer")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "Ann Archer")).to_be_visible()
    row(page, "Ann Archer").locator(".answer-open").click()
    expect(detail(page).get_by_label("Note for the team")).to_have_value("Called back")

    tab(page, "Spam")
    row(page, "carl@example.com").locator(".answer-open").click()
    detail(page).get_by_role("button", name="Not spam").click()
    expect(page.get_by_role("heading", name="No spam")).to_be_visible()
    tab(page, "Inbox")
    expect(row(page, "carl@example.com")).to_be_visible()


def test_everything_works_by_keyboard(live: Live, open_as: Open) -> None:
    for each in (ANN, BEA):
        live.send(data=each)
    page = open_as(live.owner, "/forms")
    first = page.locator(".answer-open").first
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".answer-open").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(detail(page)).to_contain_text("Two loaves")
    page.keyboard.press("r")
    expect(page.locator(".answer").nth(1)).to_have_attribute("data-unread", "true")
    page.keyboard.press("s")
    expect(page.locator(".answer")).to_have_count(1)
    page.locator(".answer-open").first.focus()
    page.keyboard.press("Delete")
    expect(page.locator(".answer")).to_have_count(0)
    assert {each["state"] for each in live.kept()} == {"spam", "deleted"}


def test_unread_again_before_it_is_marked_as_read_stays_unread(live: Live, open_as: Open) -> None:
    """The database takes its time, and the person does not."""
    live.send(data=ANN)
    page = open_as(live.owner, "/forms")
    held: list[Any] = []

    def hold_the_first(route: Any) -> None:
        if route.request.method == "PATCH" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/rest/v1/form_submissions*", hold_the_first)
    page.locator(".answer-open").first.click()
    expect(page.locator(".answer")).not_to_have_attribute("data-unread", "true")
    page.locator(".answer-open").first.press("r")
    expect(page.locator(".answer")).to_have_attribute("data-unread", "true")
    # A route is heard of only while the page is being asked something.
    for _ in range(200):
        if not held:
            page.wait_for_timeout(100)
    held[0].continue_()
    expect(page.get_by_text("Marked as unread.")).to_be_visible()
    assert {each["state"] for each in live.kept()} == {"new"}


def test_several_are_moved_at_once_and_the_deleted_go_for_good(live: Live, open_as: Open) -> None:
    for each in (ANN, BEA):
        live.send(data=each)
    page = open_as(live.owner, "/forms")
    for each in ("Ann Archer", "Bea Brown"):
        row(page, each).get_by_role("checkbox").check()
    page.get_by_role("group", name="With those chosen").get_by_role("button", name="Delete").click()
    expect(page.locator(".answer")).to_have_count(0)
    tab(page, "Deleted")
    row(page, "Ann Archer").locator(".answer-open").click()
    detail(page).get_by_role("button", name="Delete for good").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("cannot be brought back")
    dialog.get_by_role("button", name="Delete for good").click()
    expect(row(page, "Ann Archer")).to_have_count(0)
    assert [each["fields"]["name"] for each in live.kept()] == ["Bea Brown"]


def test_a_spreadsheet_runs_nothing_of_what_visitors_wrote(live: Live, open_as: Open) -> None:
    live.send(data=EVIL)
    live.send("letter", data={"address": "carl@example.com"})
    page = open_as(live.owner, "/forms")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export as CSV").click()
    table = Path(saved.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    evil = next(each for each in rows if each["form"] == "contact")
    assert evil["name"] == '\'=HYPERLINK("https://evil.example")'
    assert evil["message"] == EVIL["message"]
    assert {each["address"] for each in rows} == {"", "carl@example.com"}


def test_on_a_phone_one_sees_the_list_or_the_answer(
    live: Live, open_as: Open, screenshots: Path
) -> None:
    live.send(data=ANN)
    page = open_as(live.owner, viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto("/forms")
    page.screenshot(path=screenshots / "list.png")
    row(page, "Ann Archer").locator(".answer-open").tap()
    expect(detail(page).get_by_role("heading", name="Ann Archer")).to_be_focused()
    expect(row(page, "Ann Archer")).to_be_hidden()
    page.screenshot(path=screenshots / "answer.png")
    detail(page).get_by_role("button", name="All answers").tap()
    expect(row(page, "Ann Archer")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == 390


def test_loading_empty_and_failed_are_said(live: Live, open_as: Open, vera: Person) -> None:
    page = open_as(live.owner, "/forms")
    expect(page.get_by_role("heading", name="Nothing has been sent yet")).to_be_visible()
    page.route("**/rest/v1/form_submissions*", lambda route: route.abort())
    tab(page, "Unread")
    expect(page.get_by_role("heading", name="This did not load")).to_be_visible()
    page.unroute("**/rest/v1/form_submissions*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Everything is read")).to_be_visible()
    page = open_as(vera, "/forms")
    expect(page.get_by_text("Editors and above read what visitors sent")).to_be_visible()


def test_settings_keep_pass_on_and_forget(
    live: Live, open_as: Open, receiver: Receiver, screenshots: Path
) -> None:
    for each in (ANN, BEA, ANN):
        live.send(data=each)
    page = open_as(live.owner, "/forms?view=settings")
    kept = page.get_by_label("Site", exact=False).first
    kept.select_option("90")
    expect(page.get_by_text("are deleted after 90 days")).to_be_visible()
    sites = live.owner.supabase.get(f"/rest/v1/sites?id=eq.{live.site_id}").json()
    assert sites[0]["form_retention_days"] == 90

    page.get_by_role("button", name="New webhook").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Address").fill("https://10.0.0.1/")
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_text("not on the public internet")).to_be_visible()
    dialog.get_by_label("Address").fill(receiver.url)
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_label("Secret")).to_have_value(re.compile(r"^whsec_[A-Za-z0-9+/=]{40,}$"))
    dialog.get_by_role("button", name="I have kept it").click()
    page.get_by_role("button", name="Try it").click()
    until(lambda: receiver.calls)
    page.get_by_text("What was sent, of the last 30 days").click()
    page.get_by_role("button", name="Look again").click()
    deliveries = page.get_by_role("list", name="Deliveries")
    expect(deliveries).to_contain_text("Webhook, a try")
    for size in SIZES:
        for theme in ("light", "dark"):
            look(page, size, theme, screenshots / f"settings-{size}-{theme}.png")
    page.set_viewport_size({"width": 1280, "height": 900})

    page.get_by_label("Mail address").fill("ann@example.com")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_text("2 answers hold ann@example.com")).to_be_visible()
    page.get_by_role("button", name="Delete all of it").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type “ann@example.com” to confirm").fill("ann@example.com")
    dialog.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("2 answers were deleted for good.")).to_be_visible()
    assert [each["fields"]["name"] for each in live.kept()] == ["Bea Brown"]


@pytest.mark.parametrize("size", [1280, 390])
def test_the_inbox_looks_like_the_rest(
    live: Live, open_as: Open, screenshots: Path, size: int
) -> None:
    page = open_as(live.owner, viewport={"width": size, "height": 900})
    page.goto("/forms")
    expect(page.get_by_role("heading", name="Forms", level=1)).to_be_visible()
    page.screenshot(path=screenshots / "empty.png")
