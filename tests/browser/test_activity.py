"""The activity screen: what happened, found again, taken along, and verified."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.axe import grave_faults
from tests.cast import Person

OpenAs = Callable[..., Page]
EVIL = '=HYPERLINK("http://evil.example")'


def entries(page: Page) -> list[str]:
    return page.locator(".entry-main > p").all_inner_texts()


def told(person: Person, **filters: str) -> int:
    """How many entries the database has, asked as the person."""
    params = {"org_id": f"eq.{person.org_id}", "select": "id", **filters}
    return len(person.supabase.get("/rest/v1/activity_logs", params=params).json())


def test_what_happened_is_found_exported_and_verified(
    open_as: OpenAs, founder: Callable[[str], Person], tmp_path: Path
) -> None:
    person = founder("Acta")
    site = person.new_site(name="Bakery")
    person.supabase.patch(f"/rest/v1/sites?id=eq.{site['id']}", json={"name": EVIL})
    rows = [{"site_id": site["id"], "path": f"/p{n}", "title": f"Page {n}"} for n in range(70)]
    assert person.supabase.post("/rest/v1/pages", json=rows).is_success
    in_all = told(person)
    assert in_all > 70

    page = open_as(person, "/activity", viewport={"width": 1280, "height": 800})
    expect(page.locator(".entry")).to_have_count(50)
    assert entries(page)[0].endswith("added the page Page 69")

    # Older entries come with a button too, so that a keyboard gets there.
    more = page.get_by_role("button", name="Show older entries")
    if more.count():
        more.focus()
        page.keyboard.press("Enter")
    expect(page.locator(".entry")).to_have_count(in_all)
    expect(page.get_by_text("That is everything.")).to_be_visible()
    assert len(set(entries(page))) > 70

    # Filters stand in the address: a copy of it, and Back, show the same.
    page.get_by_label("Kind").select_option("site")
    expect(page.locator(".entry")).to_have_count(2)
    page.get_by_label("Action").select_option("site.updated")
    expect(page.locator(".entry")).to_have_count(1)
    changed = page.locator(".entry")
    expect(changed.locator(".was")).to_have_text("Bakery")
    expect(changed.locator(".is")).to_have_text(EVIL)
    assert "kind=site" in page.url
    assert "action=site.updated" in page.url
    copy = open_as(person, page.url)
    expect(copy.locator(".entry")).to_have_count(1)
    page.go_back()
    expect(page.locator(".entry")).to_have_count(2)
    page.get_by_role("button", name="Show everything").click()
    page.get_by_label("Person").select_option("service")
    expect(page.get_by_role("heading", name="Nothing like that happened")).to_be_visible()
    page.get_by_label("Person").select_option(person.id)
    expect(page.locator(".entry").first).to_be_visible()
    page.get_by_label("From").fill("2099-01-01")
    expect(page.get_by_role("heading", name="Nothing like that happened")).to_be_visible()
    page.get_by_label("From").fill("")
    page.get_by_label("To").fill("2020-01-01")
    expect(page.get_by_role("heading", name="Nothing like that happened")).to_be_visible()
    page.locator(".filters").get_by_role("button", name="Show everything").click()
    page.get_by_role("button", name="Page 69").click()
    expect(page.locator(".entry")).to_have_count(1)
    assert re.search(r"object=[0-9a-f-]{36}", page.url)
    page.get_by_role("button", name="Show everything").click()

    # The file has every entry, however few the project gives at once.
    def few_at_once(route: Route) -> None:
        route.continue_(url=route.request.url.replace("limit=1000", "limit=16"))

    page.route("**/rest/v1/activity_logs*", few_at_once)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Export as CSV").click()
    file = tmp_path / "activity.csv"
    coming.value.save_as(file)
    assert coming.value.suggested_filename.startswith("activity-acta")
    table = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    assert [int(row["number"]) for row in table] == list(range(in_all, 0, -1))
    assert all(
        not value.startswith(("=", "+", "-", "@")) for row in table for value in row.values()
    )
    assert any(row["object"] == f"'{EVIL}" for row in table)

    page.get_by_role("button", name="Verify").click()
    expect(page.locator(".verified")).to_contain_text(f"All {in_all} entries are as they were")
    assert grave_faults(page) == []


def test_a_broken_chain_is_said_in_words(open_as: OpenAs, olive: Person) -> None:
    page = open_as(olive, "/activity")
    answers = iter(
        [
            '{"ok": false, "sequence": 7, "id": "x"}',
            '{"ok": false, "sequence": 9, "id": null}',
            '{"ok": true, "entries": 0, "hash": ""}',
        ]
    )

    def answer(route: Route) -> None:
        if route.request.method == "OPTIONS":
            return route.continue_()
        anywhere = {"Access-Control-Allow-Origin": "*"}
        return route.fulfill(body=next(answers), content_type="application/json", headers=anywhere)

    page.route("**/rpc/verify_activity_chain", answer)
    for words in (
        "Entry number 7 is not as it was written",
        "Entries are missing at the end: number 9",
        "the log is empty",
    ):
        page.get_by_role("button", name="Verify").click()
        expect(page.locator(".verified")).to_contain_text(words)


def test_a_failure_keeps_what_is_shown_and_offers_another_try(
    open_as: OpenAs, founder: Callable[[str], Person]
) -> None:
    person = founder("Faulty")
    person.new_site(name="Shown")
    page = open_as(person)
    page.route("**/rest/v1/activity_logs*", lambda route: route.abort())
    page.goto("/activity")
    expect(page.get_by_role("heading", name="This did not load")).to_be_visible()
    page.unroute("**/rest/v1/activity_logs*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".entry")).to_have_count(3)


def test_viewers_are_told_that_the_log_is_for_members(open_as: OpenAs, vera: Person) -> None:
    page = open_as(vera, "/activity?kind=<script>&person=' or 1=1&from=yesterday")
    expect(page.get_by_role("heading", name="The activity is for members")).to_be_visible()
    assert page.get_by_role("button", name="Export as CSV").count() == 0


def test_the_log_is_read_on_a_phone_in_the_dark(open_as: OpenAs, mia: Person) -> None:
    page = open_as(mia, "/activity", color_scheme="dark", viewport={"width": 390, "height": 844})
    expect(page.locator(".entry").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert grave_faults(page) == []
