"""What fails in a browser is counted, shown to admins, resolved and opened again."""

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_screens import SIZES, look
from tests.cast import Person, unique
from tests.conftest import Watch


def test_an_error_of_the_browser_reaches_an_admin_who_resolves_it(
    open_as: Callable[..., Page], mia: Person, adam: Person, watch: Watch, screenshots: Path
) -> None:
    what = unique('"><img src=x onerror=top.__pwned=1> broke')
    watch.allow("page error")
    # Both may belong to organizations of other tests by now.
    here = f"sessionStorage.setItem('roseram-organization', '{mia.org_id}')"
    page = open_as(mia)
    page.add_init_script(here)
    page.goto("/dashboard")
    expect(page.get_by_role("heading", name="Sites")).to_be_visible()
    with page.expect_response("**/api/errors") as told:
        page.evaluate("(what) => { setTimeout(() => { throw new TypeError(what); }); }", what)
    assert told.value.status == 204

    page.goto("/errors")
    expect(page.get_by_text("Admins and owners see the errors")).to_be_visible()

    page = open_as(adam)
    page.add_init_script(here)
    row = page.locator(".error-row").filter(has_text=what)
    deadline = time.monotonic() + 60
    while row.count() == 0 and time.monotonic() < deadline:
        page.goto("/errors")
        expect(page.get_by_role("navigation", name="State")).to_be_visible()
        expect(page.locator(".bone")).to_have_count(0)
    row.locator("summary").click()
    expect(row.get_by_label("Where it happened")).to_contain_text("TypeError")
    for size in SIZES:
        for theme in ("light", "dark"):
            look(page, size, theme, screenshots / f"{size}-{theme}.png")
    assert page.evaluate("top.__pwned") is None
    row.get_by_role("button", name="Mark as resolved").click()
    expect(row).to_have_count(0)
    page.get_by_role("link", name="Resolved").click()
    row.locator("summary").click()
    row.get_by_role("button", name="Open again").click()
    expect(row).to_have_count(0)
