"""Several people on one page: they see each other, and no work is overwritten."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.axe import grave_faults
from tests.browser.builder import Builder, new_page, stored
from tests.cast import Person

PRESENCE = "**/rpc/report_presence"
SAVES = "**/rest/v1/pages?id=eq.*&version*"


def test_changes_of_different_blocks_are_joined_while_one_still_types(
    eddie: Person, adam: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    first = Builder(open_as(eddie), row)
    second = Builder(open_as(adam), row)
    # Each hears of the other.
    expect(second.page.locator(".b-person")).to_have_attribute(
        "title", "Eddie Novak is looking at this page"
    )
    # Without the notice that would have shown it to Adam before he begins.
    second.page.route(PRESENCE, lambda route: route.abort())
    first.type_into("h1", "What Eddie wrote")
    first.saved()

    heading = second.canvas.locator("h2").first
    heading.dblclick()
    expect(second.page.get_by_role("button", name="Bold")).to_be_visible()
    second.page.keyboard.press("Control+A")
    second.page.keyboard.type("What Adam")
    # Eddie's block arrives with Adam's save; the caret of Adam stays where it is.
    expect(second.canvas.locator("h1")).to_have_text("What Eddie wrote", timeout=20_000)
    second.page.keyboard.type(" wrote")
    second.page.keyboard.press("Escape")
    expect(heading).to_have_text("What Adam wrote")
    second.page.unroute(PRESENCE)
    expect(second.page.get_by_text("joined with your work")).to_contain_text("Eddie")
    second.saved()
    both = stored(eddie, row)["html"]
    assert "What Eddie wrote" in both
    assert "What Adam wrote" in both
    # Whoever changed nothing meanwhile sees the newest by itself.
    expect(first.canvas.locator("h2").first).to_have_text("What Adam wrote", timeout=30_000)
    expect(first.page.get_by_text("You see the newest version")).to_contain_text("Adam")
    expect(first.page.locator(".b-person")).to_have_attribute(
        "title", re.compile("Adam .*is editing this page"), timeout=30_000
    )
    assert stored(eddie, row)["html"] == both


def test_the_same_block_is_asked_about_block_by_block(
    eddie: Person, adam: Person, open_as: Callable[..., Page], screenshots: Path
) -> None:
    row = new_page(eddie)
    first = Builder(open_as(eddie), row)
    second = Builder(open_as(adam), row)
    second.page.route(PRESENCE, lambda route: route.abort())
    first.type_into("h1", "Eddie's heading")
    first.type_into("h2", "Eddie's features")
    first.saved()
    second.page.route(SAVES, lambda route: route.abort())
    second.type_into("h1", "Adam's heading")
    second.type_into("h2", "Adam's features")
    second.type_into("footer p", "Adam's footer")
    second.page.unroute(SAVES)
    second.save.click()

    dialog = second.page.get_by_role("dialog", name="Somebody saved this page")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Eddie Novak")
    use = dialog.get_by_role("button", name="Use what I chose")
    expect(use).to_be_disabled()
    heading = dialog.frame_locator("iframe[title^=Theirs]").first.locator("h1")
    expect(heading).to_have_text("Eddie's heading", timeout=20_000)
    # By keyboard: theirs for the first block, mine for the second.
    questions = dialog.get_by_role("group")
    questions.nth(0).get_by_role("radio", name="Theirs").focus()
    second.page.keyboard.press("Space")
    questions.nth(1).get_by_role("radio", name="Mine").check()
    assert grave_faults(second.page) == []
    second.page.screenshot(path=screenshots / "conflict.png")
    use.click()
    second.saved()
    now = stored(eddie, row)["html"]
    for words in ("Eddie's heading", "Adam's features", "Adam's footer"):
        assert words in now
    for words in ("Adam's heading", "Eddie's features"):
        assert words not in now
    # What was not chosen comes back as one edit.
    second.page.get_by_role("button", name="Put mine back").click()
    expect(second.canvas.locator("h1")).to_have_text("Adam's heading")
    second.saved()
    assert "Adam's heading" in stored(eddie, row)["html"]


# As on hosted Supabase, whose settings say that there is Realtime.
HOSTED = """
  const find = Document.prototype.getElementById;
  Document.prototype.getElementById = function (id) {
    const element = find.call(this, id);
    if (id !== 'config') return element;
    return { textContent: element.textContent.replace(/"realtime": ?false/, '"realtime": true') };
  };
"""


class Realtime:
    """Supabase Realtime at the wire: Phoenix frames over the web socket, for one page."""

    def __init__(self, page: Page) -> None:
        self.joined: list[dict[str, Any]] = []
        self.said: list[str] = []
        self.socket: WebSocketRoute | None = None
        self.in_arrays = True
        page.route_web_socket("**/realtime/v1/websocket*", self.open)

    def open(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        socket.on_message(self.take)

    def take(self, message: str | bytes) -> None:
        # What a client broadcasts goes in a binary frame.
        if isinstance(message, bytes):
            self.said.append(message.decode("utf-8", "replace"))
        else:
            self.hear(json.loads(message))

    def hear(self, frame: Any) -> None:
        # Version 2 of the protocol sends arrays, version 1 objects.
        keys = ("join_ref", "ref", "topic", "event", "payload")
        message = dict(zip(keys, frame, strict=True)) if isinstance(frame, list) else frame
        self.in_arrays = isinstance(frame, list)
        if message["event"] == "phx_join":
            self.joined.append(message)
        if message["event"] in ("phx_join", "heartbeat", "presence", "phx_leave"):
            answer = {"status": "ok", "response": {"postgres_changes": []}}
            self.send(message, "phx_reply", answer)

    def send(self, to: dict[str, Any], event: str, payload: Any) -> None:
        assert self.socket is not None
        message = {**to, "event": event, "payload": payload}
        order = ("join_ref", "ref", "topic", "event", "payload")
        body = [message.get(key) for key in order] if self.in_arrays else message
        self.socket.send(json.dumps(body))

    def tell(self, event: str) -> None:
        """Somebody else broadcasts on the channel."""
        payload = {"type": "broadcast", "event": event, "payload": {}}
        self.send({**self.joined[-1], "ref": None}, "broadcast", payload)


def test_where_realtime_exists_a_save_is_seen_at_once(
    eddie: Person, adam: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(adam)
    realtime = Realtime(page)
    page.add_init_script(HOSTED)
    builder = Builder(page, row)
    expect(builder.canvas.locator("h1")).to_be_visible()
    for _ in range(100):
        if not realtime.joined:
            page.wait_for_timeout(100)
    (joined,) = realtime.joined
    assert joined["topic"] == f"realtime:page:{row['id']}"
    assert joined["payload"]["config"]["private"] is True
    assert joined["payload"]["access_token"] == adam.token

    change = {"html": row["html"].replace("Say what you do", "Say who you are"), "content": None}
    url = f"/rest/v1/pages?id=eq.{row['id']}"
    assert eddie.supabase.patch(url, json=change | {"version": 2}).is_success
    # Long before the half minute after which it would have asked by itself.
    with page.expect_request(PRESENCE, timeout=20_000):
        realtime.tell("saved")
    expect(builder.canvas.locator("h1")).to_contain_text("Say who you are", timeout=30_000)
    builder.type_into("h1", "Said by Adam")
    builder.saved()
    for _ in range(100):
        if not realtime.said:
            page.wait_for_timeout(100)
    # One for each save; whoever types slowly is saved more than once.
    assert 1 <= len(realtime.said) <= stored(adam, row)["version"] - 2
    assert all(f"page:{row['id']}" in each and "saved" in each for each in realtime.said)
