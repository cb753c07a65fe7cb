"""No work is lost: offline, reload, crash, two tabs, an ended session, a refusing server."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Error, Page, Route, expect

from tests.browser.builder import Builder, new_page, stored
from tests.cast import PASSWORD, Person
from tests.deployments.press import wait_for

PRESENCE = "**/rpc/report_presence"
SAVES = "**/rest/v1/pages?id=eq.*&version*"
DRAFTS = """() => new Promise((done) => {
  const opening = indexedDB.open('roseram-drafts');
  opening.onsuccess = () => {
    const asked = opening.result.transaction('drafts').objectStore('drafts').getAll();
    asked.onsuccess = () => { opening.result.close(); done(JSON.stringify(asked.result)); };
  };
})"""


def test_what_is_typed_is_saved_by_itself_and_says_so(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    builder = Builder(open_as(eddie), row)
    builder.saved()
    builder.type_into("h1", "Bread at eight")
    builder.saved()
    after = stored(eddie, row)
    assert "Bread at eight" in after["html"]
    assert after["version"] > row["version"]
    assert after["content"]["pages"]
    assert "gjs" not in after["html"]


def test_work_that_was_offline_survives_a_reload_and_is_then_saved(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    page.route(SAVES, lambda route: route.abort())
    builder.type_into("h1", "Written in a tunnel")
    expect(builder.save).to_have_text("Unsaved, offline")
    assert "tunnel" not in stored(eddie, row)["html"]

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    builder.wait()
    expect(builder.canvas.locator("h1")).to_have_text("Written in a tunnel")
    page.unroute(SAVES)
    builder.saved()
    assert "Written in a tunnel" in stored(eddie, row)["html"]


def test_words_that_are_still_being_typed_survive_a_crash(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    page.route("**/rest/v1/pages?*", lambda route: route.abort())
    builder.canvas.locator("h1").dblclick()
    expect(page.get_by_role("button", name="Bold")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("Half a sen")
    wait_for(lambda: "Half a sen" in page.evaluate(DRAFTS), seconds=20)
    other = page.context.new_page()
    page.close(run_before_unload=False)
    again = Builder(other, row)
    expect(again.canvas.locator("h1")).to_have_text("Half a sen")


def test_a_draft_after_a_crash_is_announced_and_can_be_discarded(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    page.route(SAVES, lambda route: route.abort())
    builder.type_into("h1", "Better not")
    expect(builder.save).to_have_text("Unsaved, offline")
    # A real crash: no handler of the page may run any more.
    with suppress(Error):
        page.goto("chrome://crash")
    again = Builder(page.context.new_page(), row)
    expect(again.canvas.locator("h1")).to_have_text("Better not")
    expect(again.page.get_by_text("was restored")).to_be_visible()
    again.page.get_by_role("button", name="Discard it").click()
    expect(again.canvas.locator("h1")).not_to_have_text("Better not")
    again.page.wait_for_timeout(1500)
    again.saved()
    assert "Better not" not in stored(eddie, row)["html"]


def test_two_people_on_one_page_never_overwrite_each_other_silently(
    eddie: Person, adam: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    first = Builder(open_as(eddie), row)
    second = Builder(open_as(adam), row)
    # Without the notice, with which it would follow before anything is typed there.
    second.page.route(PRESENCE, lambda route: route.abort())
    first.type_into("h1", "What Eddie wrote")
    first.saved()
    second.type_into("h1", "What Adam wrote")

    dialog = second.page.get_by_role("dialog", name="Somebody saved this page")
    expect(dialog).to_be_visible()
    assert "What Eddie wrote" in stored(eddie, row)["html"]
    dialog.get_by_role("button", name="Keep mine").click()
    second.saved()
    assert "What Adam wrote" in stored(eddie, row)["html"]
    history = eddie.supabase.get(
        f"/rest/v1/page_versions?page_id=eq.{row['id']}&select=html"
    ).json()
    assert any("What Eddie wrote" in version["html"] for version in history)


def test_loading_theirs_still_lets_me_put_mine_back(
    eddie: Person, adam: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    first = Builder(open_as(eddie), row)
    second = Builder(open_as(adam), row)
    second.page.route(PRESENCE, lambda route: route.abort())
    first.type_into("h1", "What Eddie wrote")
    first.saved()
    second.type_into("h1", "What Adam wrote")
    dialog = second.page.get_by_role("dialog", name="Somebody saved this page")
    dialog.get_by_role("button", name="Load theirs").click()
    expect(second.canvas.locator("h1")).to_have_text("What Eddie wrote")
    second.page.get_by_role("button", name="Put mine back").click()
    expect(second.canvas.locator("h1")).to_have_text("What Adam wrote")
    second.saved()
    deadline = time.monotonic() + 20
    while "What Adam wrote" not in stored(eddie, row)["html"]:
        assert time.monotonic() < deadline, "what was put back was not saved"
        time.sleep(0.2)


def test_a_second_tab_of_the_same_person_is_told_and_follows(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    first = Builder(page, row)
    second = Builder(page.context.new_page(), row)
    expect(second.page.get_by_text("open in another tab")).to_be_visible()
    page.bring_to_front()
    first.type_into("h1", "From the first tab")
    first.saved()
    expect(second.canvas.locator("h1")).to_have_text("From the first tab")


def test_an_ended_session_asks_to_sign_in_without_losing_the_page(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    refused = {"code": "PGRST303", "message": "JWT expired"}
    page.route(
        SAVES,
        lambda route: route.fulfill(
            status=401, json=refused, headers={"Access-Control-Allow-Origin": "*"}
        ),
    )
    builder.type_into("h1", "Written after midnight")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    expect(builder.save).to_have_text("Signed out")
    page.unroute(SAVES)
    dialog.get_by_label("Password").fill("roseram-demo")
    dialog.get_by_role("button", name="Sign in and save").click()
    builder.saved()
    assert "Written after midnight" in stored(eddie, row)["html"]


def refuse(page: Page, status: int) -> None:
    answer = {"json": {"code": str(status), "message": "no"}, "status": status}
    headers = {"Access-Control-Allow-Origin": "*"}
    page.route(SAVES, lambda route: route.fulfill(**answer, headers=headers))


def test_a_refused_save_keeps_the_content_and_says_why(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    for status, words in ((413, "Not saved"), (422, "Not saved"), (500, "Unsaved, offline")):
        refuse(page, status)
        builder.type_into("h1", f"Text {status}")
        expect(builder.save).to_have_text(words)
        expect(builder.canvas.locator("h1")).to_have_text(f"Text {status}")
        page.unroute(SAVES)
    builder.save.click()
    builder.saved()
    assert "Text 500" in stored(eddie, row)["html"]


def test_a_lowered_role_keeps_the_work_and_offers_a_copy(
    eddie: Person, olive: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    builder = Builder(page, row)
    set_role = {"org_id": eddie.org_id, "user_id": eddie.id, "role": "viewer"}
    assert olive.supabase.post("/rest/v1/rpc/set_member_role", json=set_role).status_code == 200
    try:
        builder.type_into("h1", "Too late")
        expect(builder.save).to_have_text("Not saved")
        expect(builder.canvas.locator("h1")).to_have_text("Too late")
        notice = page.locator(".b-notice", has_text="Your role no longer allows changes")
        with page.expect_download() as download:
            notice.get_by_role("button", name="Download my work").click()
        assert "Too late" in Path(download.value.path()).read_text("utf-8")
        # Also after a reload, which shows the page as a viewer may see it.
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        builder.wait()
        expect(builder.canvas.locator("h1")).not_to_have_text("Too late")
        notice.get_by_role("button", name="Copy it").click()
        expect(page.get_by_text("in the clipboard")).to_be_visible()
        assert "Too late" in page.evaluate("navigator.clipboard.readText()")
    finally:
        set_role["role"] = "editor"
        assert olive.supabase.post("/rest/v1/rpc/set_member_role", json=set_role).status_code == 200


def test_a_page_that_was_deleted_meanwhile_leaves_the_work_to_take_along(
    eddie: Person, adam: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    gone = adam.supabase.post("/rest/v1/rpc/delete_page", json={"page_id": row["id"]})
    assert gone.status_code == 200, gone.text
    builder.type_into("h1", "For nobody")
    expect(builder.save).to_have_text("Not saved")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my work").click()
    assert "For nobody" in Path(download.value.path()).read_text("utf-8")


def test_a_save_whose_answer_was_lost_is_recognised_as_ones_own(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(SAVES, lose, times=1)
    builder.type_into("h1", "Sent once")
    builder.type_into("h2", "Sent after")
    builder.saved()
    expect(page.get_by_role("dialog")).to_have_count(0)
    after = stored(eddie, row)
    assert "Sent once" in after["html"]
    assert "Sent after" in after["html"]


def test_a_slow_first_save_never_wins_over_a_later_one(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    held: list[Route] = []
    page.route(SAVES, lambda route: held.append(route), times=1)
    builder.type_into("h1", "First")
    expect(builder.save).to_have_text("Saving…")
    builder.type_into("h1", "Second")
    # Nothing was sent beside the one that hangs; when it arrives, the second follows it.
    assert stored(eddie, row)["version"] == row["version"]
    held[0].continue_()
    builder.saved()
    after = stored(eddie, row)
    assert "Second" in after["html"]
    assert after["version"] == row["version"] + 2


def test_a_browser_that_keeps_nothing_says_so_and_saves_all_the_same(
    founder: Callable[[str], Person], open_as: Callable[..., Page]
) -> None:
    # Somebody of their own: a browser a day ahead renews its session again and again, and
    # Auth ends a session whose used-up token comes back.
    person = founder("A day ahead")
    row = new_page(person)
    page = open_as(person)
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('blocked'); };")
    # A clock that is a day off makes no version older or newer.
    page.clock.set_system_time(datetime.now(UTC) + timedelta(days=1))
    builder = Builder(page, row)
    builder.type_into("h1", "Kept by the server")
    expect(page.get_by_text("This browser keeps no drafts")).to_be_visible()
    builder.saved()
    assert "Kept by the server" in stored(person, row)["html"]


def test_a_page_that_is_too_large_says_why_and_stays(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    text = "<p>" + "Lorem ipsum dolor. " * 2000 + "</p>"
    large = f'<section class="rb-section" data-rb-block="section">{text * 30}</section>'
    row = new_page(eddie, html=large)
    page = open_as(eddie)
    builder = Builder(page, row)
    builder.panel("Layers").get_by_role("treeitem").first.click()
    page.keyboard.press("Control+d")
    expect(builder.canvas.locator("section")).to_have_count(2)
    expect(builder.save).to_have_text("Not saved", timeout=30_000)
    expect(builder.save).to_have_attribute("title", re.compile("too large to save"))
    expect(builder.canvas.locator("section")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    builder.saved()


def test_a_release_while_somebody_edits_loses_nothing(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    # The files of the old release are gone.
    page.route("**/static/dist/*", lambda route: route.fulfill(status=404))
    builder.type_into("h1", "Before the release")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("could not be loaded")).to_contain_text("Your work is saved")
    assert "Before the release" in stored(eddie, row)["html"]


def test_signing_out_in_another_tab_puts_saved_pages_away_and_keeps_unsaved_ones(
    open_as: Callable[..., Page], founder: Callable[[str], Person]
) -> None:
    person = founder("Tabs")
    rows = [new_page(person), new_page(person)]
    page = open_as(person)
    unsaved = Builder(page, rows[0])
    saved = Builder(page.context.new_page(), rows[1])
    page.route(SAVES, lambda route: route.abort())
    page.bring_to_front()
    unsaved.type_into("h1", "Not yet there")
    expect(unsaved.save).to_have_text("Unsaved, offline")
    other = page.context.new_page()
    other.goto("/account")
    other.get_by_role("button", name="Sign out here").click()
    other.get_by_role("button", name="Sign out, delete it").click()
    other.wait_for_url("**/login*")
    saved.page.wait_for_url("**/login*")
    databases = "indexedDB.databases().then((all) => all.length)"
    wait_for(lambda: other.evaluate(databases) == 0, seconds=20)

    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    expect(unsaved.canvas.locator("h1")).to_have_text("Not yet there")
    page.unroute(SAVES)
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in and save").click()
    unsaved.saved()
    assert "Not yet there" in stored(person, rows[0])["html"]
