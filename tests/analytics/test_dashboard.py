"""The visits of a site on the screen: for members, on phones, by keyboard, and behind a link."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.analytics.visiting import CHROME, IPHONE, Shop, days_ago
from tests.browser.axe import grave_faults
from tests.cast import Person, join, new_person

OpenAs = Callable[..., Page]
EVIL = '=HYPERLINK("//x")<img src=x onerror=alert(1)>'


@pytest.fixture
def visited(shop: Shop) -> Shop:
    """A shop with two visitors, one from a campaign with a hostile name."""
    shop.send({"referrer": "https://news.example/", "utm": {"campaign": EVIL}})
    shop.send({"path": shop.base + "about/"})
    shop.send({"kind": "event", "name": "Order"})
    shop.send(
        {"kind": "leave", "seconds": 30, "depth": 60}, {"kind": "vitals", "vitals": {"lcp": 900}}
    )
    shop.send(headers={"User-Agent": IPHONE})
    shop.settled(3)
    return shop


@pytest.fixture
def screen(visited: Shop, open_as: OpenAs) -> Page:
    page = open_as(visited.owner, f"/sites/{visited.site['id']}/analytics")
    expect(page.get_by_role("heading", name="By day")).to_be_visible()
    return page


def number(page: Page, label: str) -> str:
    card = page.locator(".total").filter(has=page.get_by_text(label, exact=True))
    return card.locator(".total-number").inner_text()


def test_what_a_member_sees_first(screen: Page, visited: Shop) -> None:
    assert number(screen, "Visitors") == "2" and number(screen, "Page views") == "3"
    assert number(screen, "Bounce rate") == "50 %" and number(screen, "Here now") == "2"
    assert number(screen, "Time on the site") == "15 s"
    pages = screen.get_by_role("region", name="Pages")
    expect(pages.get_by_role("row", name="/about")).to_be_visible()
    expect(screen.get_by_role("region", name="Web Vitals", exact=True)).to_contain_text("0.9 s")
    expect(screen.locator(".chart-mark").first).to_be_attached()
    # What a visitor wrote is text.
    screen.get_by_role("button", name="Campaigns", exact=True).click()
    expect(screen.get_by_role("button", name=EVIL)).to_be_visible()
    assert screen.locator("img[src=x]").count() == 0
    assert grave_faults(screen) == []


def test_a_click_filters_and_back_undoes_it(screen: Page) -> None:
    screen.get_by_role("button", name="Phone").click()
    expect(screen.locator(".total-number").first).to_have_text("1")
    assert "device=mobile" in screen.url
    expect(screen.get_by_role("button", name="Device Phone (remove this filter)")).to_be_visible()
    screen.go_back()
    expect(screen.locator(".total-number").first).to_have_text("2")
    screen.go_forward()
    screen.get_by_role("button", name="Show everything").click()
    expect(screen.locator(".total-number").first).to_have_text("2")
    screen.get_by_role("button", name="Today").click()
    expect(screen.get_by_role("heading", name="By hour")).to_be_visible()


def test_the_chart_is_walked_by_keyboard_and_is_a_table(screen: Page, visited: Shop) -> None:
    chart = screen.get_by_label("Visitors over time", exact=False)
    chart.focus()
    screen.keyboard.press("End")
    expect(screen.locator(".chart-told")).to_contain_text("2 visitors, 3 page views · published")
    screen.keyboard.press("ArrowLeft")
    expect(screen.locator(".chart-told")).to_contain_text("0 visitors")
    screen.get_by_text("The numbers as a table").click()
    rows = screen.locator(".chart-table tbody tr")
    expect(rows).to_have_count(30)
    expect(rows.last).to_contain_text("published")


def test_the_numbers_leave_as_files(screen: Page, tmp_path: Path) -> None:
    files = {}
    for name, ending in (("As CSV", "csv"), ("As JSON", "json")):
        screen.get_by_role("button", name="Export").click()
        with screen.expect_download() as download:
            screen.get_by_role("button", name=name).click()
        files[ending] = tmp_path / ending
        download.value.save_as(files[ending])
        assert download.value.suggested_filename.endswith(f".{ending}")
    rows = list(csv.DictReader(files["csv"].read_text("utf-8-sig").splitlines()))
    assert any(row["value"] == f"'{EVIL}" for row in rows)
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    page = next(row for row in rows if row["panel"] == "Pages" and row["value"] == "/about")
    assert (page["visitors"], page["views"]) == ("1", "1")
    assert json.loads(files["json"].read_text())["totals"]["views"] == 3


def test_goals_and_funnels(screen: Page, visited: Shop) -> None:
    screen.get_by_role("button", name="New goal").click()
    dialog = screen.get_by_role("dialog")
    dialog.get_by_role("button", name="Add the goal").click()
    expect(dialog.get_by_text("Enter a name.")).to_be_visible()
    dialog.get_by_label("Name", exact=True).fill("Orders after reading")
    dialog.get_by_label("Its path").fill("/")
    for value in ("/about", "Order"):
        dialog.get_by_role("button", name="Add a step after this").click()
        step = dialog.locator(".goal-step").last
        if value == "Order":
            step.locator("select").select_option("event")
        step.locator("input").fill(value)
    dialog.get_by_role("button", name="Add the goal").click()
    funnel = screen.get_by_role("list", name="Steps of Orders after reading")
    expect(funnel.locator(".number")).to_contain_text(["2", "1 50 %", "1 100 %"])
    screen.get_by_role("button", name="Delete the goal Orders after reading").click()
    screen.get_by_role("button", name="Delete the goal", exact=True).click()
    expect(funnel).to_have_count(0)


def test_goals_and_web_vitals_are_those_of_the_visits_that_fit_the_filters(
    screen: Page, visited: Shop
) -> None:
    visited.goal("Reads", ("path", "/about"))
    visited.goal("Comes and orders", ("path", "/"), ("event", "Order"))
    screen.reload()
    goals = screen.get_by_role("region", name="Goals and funnels")
    vitals = screen.get_by_role("region", name="Web Vitals", exact=True).first
    expect(goals.get_by_text("1 of 2 visitors, 50 %")).to_have_count(2)
    expect(vitals).to_contain_text("0.9 s")
    screen.get_by_role("button", name="Phone").click()
    expect(goals.get_by_text("0 of 1 visitors, 0 %")).to_have_count(2)
    expect(vitals).to_contain_text("Nothing measured in these days.")
    funnel = goals.get_by_role("list", name="Steps of Comes and orders")
    expect(funnel.locator(".number")).to_contain_text(["1", "0 0 %"])
    screen.get_by_role("button", name="Device Phone (remove this filter)").click()
    screen.get_by_role("button", name="Desktop").click()
    expect(goals.get_by_text("1 of 1 visitors, 100 %")).to_have_count(2)
    expect(vitals).to_contain_text("0.9 s")


def test_filters_say_how_far_back_they_reach(screen: Page) -> None:
    def kept_for_thirty_days(route: Route) -> None:
        told = route.fetch().json()
        route.fulfill(json=told | {"kept_from": days_ago(30)})

    # The plan of the tests keeps all visits.
    screen.route("**/rpc/site_report", kept_for_thirty_days)
    words = screen.get_by_text("single visits are kept no longer")
    screen.get_by_role("button", name="90 days").click()
    screen.get_by_role("button", name="Phone").click()
    expect(words).to_be_visible()
    screen.get_by_role("button", name="30 days").click()
    expect(words).to_have_count(0)
    screen.unroute_all(behavior="wait")


def test_a_link_shows_the_numbers_and_nothing_else_until_it_is_revoked(
    screen: Page, visited: Shop, open_as: OpenAs, anon: Person
) -> None:
    screen.get_by_role("button", name="Share").click()
    screen.get_by_label("Whom is it for?").fill("Meeting")
    screen.get_by_role("button", name="Make a link").click()
    url = screen.get_by_label("Link to the visits").input_value()

    guest = open_as(anon, color_scheme="dark", viewport={"width": 390, "height": 844})
    asked: list[str] = []
    guest.on("request", lambda request: asked.append(request.url))
    guest.goto(url)
    expect(guest.get_by_role("heading", name=f"Visitors of {visited.site['name']}")).to_be_visible()
    assert number(guest, "Page views") == "3"
    guest.get_by_role("button", name="Phone").click()
    expect(guest.locator(".total-number").first).to_have_text("1")
    assert guest.get_by_role("button", name="New goal").count() == 0
    assert guest.evaluate("document.documentElement.scrollWidth") <= 390
    assert grave_faults(guest) == []
    token = url.partition("#")[2]
    assert not any(token in address.partition("#")[0] for address in asked)

    screen.get_by_role("button", name="Revoke: Meeting").click()
    expect(screen.get_by_role("button", name="Revoke: Meeting")).to_have_count(0)
    guest.reload()
    expect(guest.get_by_text("This link has ended. Ask whoever sent it")).to_be_visible()
    guest.goto(url[:-3] + "abc")
    guest.reload()
    expect(guest.get_by_text("was not copied in full")).to_be_visible()


@pytest.fixture
def crew(visited: Shop) -> Iterator[Callable[[str], Person]]:
    people: list[Person] = []

    def hire(role: str) -> Person:
        people.append(join(new_person(visited.owner.stack, role), visited.owner, role))
        return people[-1]

    yield hire
    for person in people:
        person.close()


def test_members_read_and_viewers_are_told_that_it_is_for_members(
    visited: Shop, crew: Callable[[str], Person], open_as: OpenAs
) -> None:
    where = f"/sites/{visited.site['id']}/analytics"
    member = open_as(crew("member"), where, viewport={"width": 390, "height": 844})
    expect(member.get_by_role("heading", name="By day")).to_be_visible()
    assert member.get_by_role("button", name="Share").count() == 0
    assert member.get_by_role("button", name="New goal").count() == 0
    assert member.evaluate("document.documentElement.scrollWidth") <= 390
    viewer = open_as(crew("viewer"), where)
    expect(viewer.get_by_role("heading", name="The visits are for members")).to_be_visible()


def test_counting_is_switched_on_where_it_is_missed(open_as: OpenAs, owner: Person) -> None:
    site = owner.new_site()
    page = open_as(owner, f"/sites/{site['id']}/analytics")
    expect(page.get_by_role("heading", name="No visits in these days")).to_be_visible()
    page.get_by_role("button", name="Count visits").click()
    expect(page.get_by_text("Visits of this site are not counted.")).to_have_count(0)
    page.goto(f"/sites/{site['id']}?tab=settings")
    box = page.get_by_role("checkbox", name="Count visits")
    expect(box).to_be_checked()
    box.uncheck()
    page.get_by_role("button", name="Save the settings").click()
    expect(page.get_by_text("The settings were saved.")).to_be_visible()
    now = owner.supabase.get(f"/rest/v1/sites?id=eq.{site['id']}&select=analytics").json()
    assert now == [{"analytics": False}]


def test_a_failure_is_said_and_can_be_tried_again(visited: Shop, open_as: OpenAs) -> None:
    page = open_as(visited.owner)
    page.route("**/rpc/site_report", lambda route: route.abort())
    page.goto(f"/sites/{visited.site['id']}/analytics")
    expect(page.get_by_role("heading", name="This did not load")).to_be_visible()
    page.unroute("**/rpc/site_report")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="By day")).to_be_visible()


def test_another_page_cannot_read_a_report_through_a_browser(visited: Shop) -> None:
    answer = visited.http.post(
        f"{visited.owner.stack.app_url}/api/analytics/shared",
        json={"token": "x" * 40, "from_day": "2026-01-01", "to_day": "2026-01-02"},
        headers={"Origin": "https://evil.example", "User-Agent": CHROME},
    )
    assert answer.status_code == 404
    assert "Access-Control-Allow-Origin" not in answer.headers
