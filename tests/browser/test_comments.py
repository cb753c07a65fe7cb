"""A member comments and changes nothing else; whoever is called hears of it; editors resolve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.axe import grave_faults
from tests.browser.builder import Builder, new_page
from tests.cast import Person
from tests.deployments.press import wait_for
from tests.stack import Stack

HOSTILE = "<img src=x onerror=\"__pwned('comment')\"> <script>__pwned('script')</script>"


def mails_to(stack: Stack, email: str) -> list[dict[str, Any]]:
    return [mail for mail in stack.mails(email) if "comment" in mail["subject"]]


def test_a_member_comments_on_a_block_and_an_editor_answers_and_resolves(
    eddie: Person, mia: Person, stack: Stack, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    before = len(mails_to(stack, eddie.email))
    page = open_as(mia)
    page.add_init_script("window.heard = []; window.__pwned = id => window.heard.push(id);")
    theirs = Builder(page, row)
    panel = page.get_by_role("complementary", name="Comments")
    expect(page.get_by_text("and comment on it")).to_be_visible()
    expect(page.get_by_label("Panels").get_by_role("button")).to_have_text(["Comments"])

    # By pointing at the block, and by keyboard from the list of people.
    panel.get_by_role("button", name="Point at a block").click()
    page.locator(".b-pick").click(position={"x": 200, "y": 80})
    about = panel.get_by_label("What it is about")
    assert about.evaluate("choice => choice.selectedOptions[0].text").startswith("Hero")
    field = panel.get_by_role("combobox", name="New comment")
    field.press_sequentially("@edd")
    expect(panel.get_by_role("listbox", name="People").get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(field).to_have_value("@Eddie Novak ")
    # The caret goes behind the name with the next frame.
    field.evaluate("() => new Promise(requestAnimationFrame)")
    field.press_sequentially(HOSTILE)
    panel.get_by_role("button", name="Comment", exact=True).click()
    thread = panel.get_by_role("listitem").filter(has_text="onerror")
    expect(thread).to_contain_text(HOSTILE)
    expect(page.locator(".b-pin")).to_have_text(["1"])
    expect(thread.get_by_role("button", name="Resolve")).to_have_count(0)
    assert grave_faults(page) == []

    # Mia may not write the page, whatever she sends.
    wanted = {"html": "<p>Mine</p>", "version": row["version"] + 1}
    assert mia.supabase.patch(f"/rest/v1/pages?id=eq.{row['id']}", json=wanted).status_code != 200

    said = mia.supabase.get(f"/rest/v1/page_comments?page_id=eq.{row['id']}&select=*").json()[0]
    assert said["block_id"] == "hero-split/1" and said["mentions"] == [str(eddie.id)]
    wait_for(lambda: len(mails_to(stack, eddie.email)) > before, seconds=30)
    mails = mails_to(stack, eddie.email)
    assert len(mails) == before + 1
    assert "&lt;img src=x" in mails[-1]["html"] and "<img src=x" not in mails[-1]["html"]
    assert mails[-1]["subject"] == "You were mentioned in a comment"
    # Asking again mails nobody again; asking for others is refused.
    again = mia.api.post(f"/api/comments/{said['id']}/notify")
    assert (again.status_code, again.json()) == (200, {"sent": 0})
    assert eddie.api.post(f"/api/comments/{said['id']}/notify").status_code == 403

    # Eddie follows the link of the mail.
    other = open_as(eddie)
    other.add_init_script("window.heard = []; window.__pwned = id => window.heard.push(id);")
    link = next(word for word in mails[-1]["text"].split() if "#comment-" in word)
    other.goto(link)
    ours = other.get_by_role("complementary", name="Comments")
    linked = ours.locator(".b-thread[aria-current=true]")
    expect(linked).to_contain_text(HOSTILE, timeout=30_000)
    linked.get_by_role("button", name="Answer").click()
    linked.get_by_role("combobox", name="Answer").fill("Well seen")
    linked.get_by_role("button", name="Answer", exact=True).click()
    expect(linked).to_contain_text("Well seen")
    other.get_by_label("Panels").get_by_role("button", name="Pages").click()
    expect(other.get_by_label("1 open comments")).to_be_visible()
    other.get_by_label("Panels").get_by_role("button", name="Comments").click()
    ours.get_by_role("button", name="Resolve").click()
    expect(ours.get_by_text("No open comments on this page")).to_be_visible()
    expect(other.locator(".b-pin")).to_have_count(0)
    ours.get_by_role("button", name="Resolved (1)").click()
    ours.get_by_role("button", name="Reopen").click()
    expect(other.locator(".b-pin")).to_have_text(["1"])

    # Mia edits her own words, and takes them back with what was answered.
    page.reload()
    theirs.wait()
    mine = panel.locator(".b-thread")
    expect(mine).to_contain_text("Well seen")
    mine.get_by_role("button", name="Comment: more").click()
    mine.get_by_role("button", name="Edit").click()
    mine.get_by_label("Change the comment").fill("Better words")
    mine.get_by_role("button", name="Save").click()
    expect(mine).to_contain_text("edited")
    mine.get_by_role("button", name="Comment: more").click()
    mine.get_by_role("button", name="Delete with its answers").click()
    expect(panel.locator(".b-thread")).to_have_count(0)
    assert page.evaluate("window.heard") == [] and other.evaluate("window.heard") == []
