"""CASES 212: what an owner sees of support access and does about it, and what support sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app import create_app
from tests.browser.test_team import fit_for_everybody, row
from tests.cast import Person, new_person
from tests.stack import Stack

OpenAs = Callable[..., Page]
WHY = "The contact form of the bakery does not arrive, as Olive wrote on Monday"


@pytest.fixture
def owner(founder: Callable[[str], Person]) -> Person:
    return founder("Harbour Bakery")


@pytest.fixture
def sue(stack: Stack) -> Person:
    return new_person(stack, "sue")


def let_in(owner: Person, visitor: Person) -> None:
    """As the operator does it, at the command line."""
    slug = owner.db.table("organizations").select("slug").execute().data[0]["slug"]
    told = ["support", "open", slug, "--as", visitor.email, "--reason", WHY]
    result = create_app(owner.stack.env).test_cli_runner().invoke(args=told)
    assert result.exit_code == 0, result.output


def test_an_owner_sees_who_looks_in_and_ends_it(
    open_as: OpenAs, owner: Person, sue: Person, screenshots: Path
) -> None:
    page = open_as(owner, "/team")
    expect(page.get_by_role("heading", name="Members")).to_be_visible()
    expect(page.get_by_role("heading", name="Support access")).to_be_hidden()
    let_in(owner, sue)
    page.reload()
    line = row(page, sue.email)
    expect(line).to_contain_text("Can look in")
    expect(line).to_contain_text(WHY)
    expect(line).to_contain_text("in 60 minutes")
    fit_for_everybody(page)
    page.screenshot(path=screenshots / "owner.png", full_page=True)

    page.get_by_role("button", name=f"End access of {sue.email}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("sees nothing of Harbour Bakery from that moment on")
    fit_for_everybody(page)
    dialog.get_by_role("button", name="End access").click()
    expect(page.get_by_text("Nobody of support looks into Harbour Bakery now.")).to_be_visible()
    assert sue.db.table("organizations").select("id").execute().data == []
    page.get_by_text("Earlier (1)").click()
    expect(row(page, sue.email)).to_contain_text("ended by founder")
    fit_for_everybody(page)

    page.goto("/activity")
    opened = page.locator(".entry").filter(has_text="opened support access for")
    expect(opened).to_contain_text(sue.email)
    opened.get_by_text("details").click()
    expect(opened).to_contain_text(WHY)
    expect(opened).to_contain_text("Ends by itself")
    expect(page.locator(".entry").filter(has_text="ended the support access of")).to_be_visible()


def test_support_is_told_that_it_only_looks(
    open_as: OpenAs, owner: Person, sue: Person, screenshots: Path
) -> None:
    site = owner.new_site(name="Harbour site")
    owner.new_page(site)
    let_in(owner, sue)
    page = open_as(sue, "/dashboard")
    notice = page.get_by_role("region", name="Support access")
    expect(notice).to_contain_text("You look into Harbour Bakery as support")
    expect(notice).to_contain_text(WHY)
    expect(page.get_by_role("heading", name="Harbour site")).to_be_visible()
    expect(page.get_by_role("button", name="New site")).to_be_hidden()
    page.get_by_role("button", name="Harbour Bakery", exact=True).click()
    expect(page.get_by_role("button", name="Harbour Bakery support")).to_be_visible()
    expect(page.get_by_role("button", name="Begin here")).to_be_hidden()
    page.keyboard.press("Escape")
    fit_for_everybody(page)
    page.screenshot(path=screenshots / "visitor.png", full_page=True)

    page.goto("/settings")
    expect(notice).to_be_visible()
    expect(page.get_by_role("heading", name="General")).to_be_visible()
    expect(page.get_by_role("button", name="Leave Harbour Bakery")).to_be_hidden()
    page.goto("/team")
    expect(page.get_by_text("1 person in Harbour Bakery")).to_be_visible()

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/sites/{site['id']}/edit")
    bar = page.locator(".b-notice").filter(has_text="You look into Harbour Bakery as support")
    expect(bar).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_be_hidden()
    page.wait_for_timeout(1000)
    assert not [url for url in asked if "report_presence" in url]

    page.goto("/dashboard")
    notice.get_by_role("button", name="End it now").click()
    expect(page).to_have_url(re.compile("/welcome"))
    (visit,) = owner.db.table("support_visits").select("closed_by").execute().data
    assert visit["closed_by"] == sue.id
