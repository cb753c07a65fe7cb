"""The team, from the first invitation to the last owner's leaving, as the people in it see it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import partial

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.axe import grave_faults
from tests.cast import PASSWORD, Person, invite, join, new_person
from tests.conftest import Watch
from tests.deployments.press import wait_for
from tests.stack import Stack

OpenAs = Callable[..., Page]
Founder = Callable[[str], Person]
CANARY = '"><img src=x onerror=top.__pwned=1>'
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


def address(name: str) -> str:
    return f"{name}-{secrets.token_hex(4)}@example.com"


def link_to(stack: Stack, email: str) -> str:
    found = re.search(r"http\S+/invite#\S+", stack.mails(email)[-1]["text"])
    assert found
    return found[0]


def row(page: Page, text: str) -> Locator:
    return page.locator(".row-item").filter(has_text=text)


def fit_for_everybody(page: Page) -> None:
    """No grave fault, and nothing wider than a phone, light and dark."""
    for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert grave_faults(page) == []
    page.set_viewport_size(DESKTOP)


def test_people_are_invited_by_mail_and_join(
    open_as: OpenAs, founder: Founder, stack: Stack
) -> None:
    owner = founder("Harbour Bakery")
    ann, ben = address("ann"), address("ben")
    page = open_as(owner, "/team")
    expect(page.get_by_text("Nobody is invited yet")).to_be_visible()
    page.get_by_role("button", name="Invite people").first.press("Enter")
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label("E-mail addresses")
    expect(field).to_be_focused()
    field.fill("somebody")
    dialog.get_by_role("button", name="Invite", exact=True).click()
    expect(dialog).to_contain_text("Not a mail address: somebody")
    field.fill(f"Ann <{ann}>, {ben}\n{owner.email}")
    dialog.get_by_role("radio", name="viewer").check()
    fit_for_everybody(page)
    dialog.get_by_role("button", name="Invite 3 people").click()
    expect(page.get_by_role("heading", name="2 of 3 invited")).to_be_visible()
    expect(page.locator(".outcome").filter(has_text=owner.email)).to_contain_text(
        "Is a member already"
    )
    fit_for_everybody(page)
    page.get_by_role("button", name="Done").click()
    expect(row(page, ann)).to_contain_text("Pending")
    expect(row(page, ann)).to_contain_text("as viewer")

    page.get_by_label(f"Send again to {ben}").click()
    expect(page.get_by_text(f"A new link is on its way to {ben}.")).to_be_visible()
    first, second = stack.mails(ben)
    assert first["text"] != second["text"]
    page.get_by_label(f"Withdraw the invitation of {ben}").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Accepted and withdrawn (1)")).to_be_visible()
    fit_for_everybody(page)

    guest = open_as(Person("guest", stack), link_to(stack, ann))
    expect(guest.get_by_role("heading", name="Join Harbour Bakery")).to_be_visible()
    assert "#" not in guest.url
    fit_for_everybody(guest)
    guest.get_by_role("link", name="Create an account").click()
    expect(guest.get_by_label("E-mail")).to_have_value(ann)
    guest.get_by_label("Your name").fill("Ann Example")
    guest.get_by_label("Password", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="Create account").click()
    guest.get_by_role("button", name="Join Harbour Bakery").click()
    guest.wait_for_url("**/dashboard")
    expect(guest.locator("#organization-menu")).to_contain_text("Harbour Bakery")
    guest.goto(link_to(stack, ann))
    expect(guest.get_by_role("heading", name="You are in Harbour Bakery")).to_be_visible()
    guest.goto(link_to(stack, ben))
    expect(guest.get_by_role("heading", name="This link does not work")).to_be_visible()

    page.reload()
    page.get_by_label("Role of Ann Example").select_option("editor")
    expect(page.get_by_text("Ann Example is now editor.")).to_be_visible()
    page.get_by_text("Accepted and withdrawn (2)").click()
    expect(row(page, "Accepted")).to_contain_text(ann)
    guest.goto("/dashboard")
    expect(guest.get_by_role("button", name="New site").first).to_be_visible()


def test_the_address_that_was_invited_must_be_used(
    open_as: OpenAs, founder: Founder, stack: Stack
) -> None:
    owner, right, wrong = founder("Letters"), new_person(stack, "right"), new_person(stack, "wrong")
    token = invite(owner, right.email, "member")
    page = open_as(wrong, f"/invite#{token}")
    expect(page.get_by_role("heading")).to_have_text("This invitation is for another address")
    expect(page.locator("#app")).to_contain_text(wrong.email)
    fit_for_everybody(page)
    page.get_by_role("button", name=f"Sign out and use {right.email}").click()
    page.get_by_role("link", name="I have an account").click()
    expect(page.get_by_label("E-mail")).to_have_value(right.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Join Letters").click()
    page.wait_for_url("**/dashboard")
    assert page.evaluate("localStorage.getItem('roseram-invitation')") is None
    used = open_as(Person("guest", stack), f"/invite#{token}")
    expect(used.get_by_role("heading", name="This invitation was used already")).to_be_visible()
    expect(used.locator("#app")).to_contain_text(f"Sign in as {right.email}")


def answer_with(body: dict[str, str], route: Route) -> None:
    route.fulfill(json=body)


def test_a_link_that_has_ended_says_what_to_do(open_as: OpenAs, stack: Stack) -> None:
    """The states are made in tests/policies/test_team.py; here is what is said of them."""
    offer = {
        "org_id": "0190c5a2-0000-7000-8000-00000000000a",
        "organization": CANARY,
        "invited_by": CANARY,
        "email": "ann@example.com",
        "role": "editor",
        "expires_at": "2026-01-02T03:04:05Z",
    }
    describe = "**/api/invitations/describe"
    page = open_as(Person("guest", stack))
    for state, heading in (
        ("expired", "This invitation has expired"),
        ("withdrawn", "This invitation was withdrawn"),
        ("accepted", "This invitation was used already"),
    ):
        page.route(describe, partial(answer_with, {**offer, "state": state}))
        page.goto("/login")
        page.goto("/invite#inv_x")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.locator("#app")).to_contain_text("onerror")
        assert page.evaluate("window.__pwned") is None
        assert grave_faults(page) == []
        page.unroute(describe)
    page.route(describe, lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_each_role_is_offered_what_it_may_and_told_why_not(
    open_as: OpenAs, founder: Founder, stack: Stack, watch: Watch
) -> None:
    owner = founder(CANARY)
    admin, viewer = (join(new_person(stack, role), owner, role) for role in ("admin", "viewer"))
    for person, name in ((owner, "Olga"), (admin, CANARY), (viewer, "Vic")):
        mine = f"/rest/v1/profiles?user_id=eq.{person.id}"
        person.supabase.patch(mine, json={"display_name": name}).raise_for_status()
    boss = address("boss")
    invite(owner, boss, "owner")

    page = open_as(viewer, "/team")
    expect(page.get_by_text("Admins and owners invite people")).to_be_visible()
    expect(page.get_by_role("button", name="Invite people")).to_have_count(0)
    expect(page.locator("select")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Actions for"))).to_have_count(1)
    expect(page.get_by_role("heading", name="Invitations")).to_have_count(0)

    page = open_as(admin, "/team")
    expect(page.get_by_label(re.compile("Role of Olga. Only owners change"))).to_be_disabled()
    assert page.get_by_label("Role of Vic").locator("option").all_inner_texts() == [
        *("viewer", "member", "editor", "admin")
    ]
    expect(page.get_by_label(re.compile(f"Send again to {boss}. Only owners"))).to_be_disabled()
    page.get_by_label("Actions for Olga").click()
    expect(page.get_by_text("Only owners remove an owner.")).to_be_visible()
    expect(page.get_by_role("button", name="Transfer ownership")).to_have_count(0)
    page.keyboard.press("Escape")
    assert page.evaluate("window.__pwned") is None
    expect(row(page, CANARY).first).to_be_visible()
    page.get_by_label("Actions for Vic").click()
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(row(page, "Vic")).to_have_count(0)

    page = open_as(owner, "/team")
    expect(page.get_by_label(re.compile("Role of Olga"))).to_be_disabled()
    page.get_by_label("Actions for Olga").click()
    expect(page.get_by_text("You are the only owner.")).to_be_visible()
    expect(page.get_by_role("button", name="Leave the organization")).to_be_disabled()
    page.keyboard.press("Escape")
    page.get_by_label(re.compile("Actions for .*onerror")).click()
    page.get_by_role("button", name="Transfer ownership").click()
    sure = page.get_by_role("dialog").get_by_role("button", name="Transfer ownership")
    expect(sure).to_be_disabled()
    page.get_by_role("dialog").get_by_role("textbox").fill(CANARY)
    sure.click()
    expect(page.get_by_label(re.compile("Role of Olga")).first).to_have_value("admin")
    page.get_by_label("Actions for Olga").click()
    page.get_by_role("button", name="Leave the organization").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    page.wait_for_url("**/welcome")


def test_a_failed_change_shows_what_is_true(
    open_as: OpenAs, founder: Founder, stack: Stack
) -> None:
    owner = founder("Steady")
    guest = join(new_person(stack, "guest"), owner, "editor")
    page = open_as(owner, "/team")
    select = page.get_by_label(re.compile(f"Role of {guest.email.partition('@')[0]}"))
    expect(select).to_have_value("editor")
    page.route("**/rpc/set_member_role", lambda route: route.abort())
    select.select_option("viewer")
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    expect(select).to_have_value("editor")
    page.route("**/rest/v1/organization_members**", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("heading", name="This did not load")).to_be_visible()
    page.unroute("**/rest/v1/organization_members**")
    page.get_by_role("button", name="Try again").click()
    expect(select).to_be_visible()


def test_the_default_organization_holds_on_every_device(open_as: OpenAs, founder: Founder) -> None:
    person = founder("Alder")
    person.rpc("create_organization", name="Birch")
    page = open_as(person, "/team")
    menu = page.locator("#organization-menu")
    expect(menu).to_contain_text("Alder")
    menu.get_by_role("button").first.click()
    menu.get_by_role("button", name=re.compile("^Birch")).click()
    expect(page.get_by_text("Only you in Birch")).to_be_visible()
    menu.get_by_role("button").first.click()
    page.get_by_role("button", name="Begin here on every device").click()
    expect(page.get_by_text("You begin in Birch on every device.")).to_be_visible()
    elsewhere = open_as(person, "/dashboard")
    expect(elsewhere.locator("#organization-menu")).to_contain_text("Birch")
    elsewhere.goto("/settings")
    elsewhere.get_by_label("Begin here on every device").uncheck()
    expect(elsewhere.get_by_label("Begin here on every device")).not_to_be_checked()
    chosen = person.db.table("user_settings").select("default_org_id")
    # The box changes first, and the row after it.
    wait_for(lambda: chosen.execute().data == [{"default_org_id": None}], seconds=20)


def test_an_organization_is_renamed_and_deleted_by_its_owner_alone(
    open_as: OpenAs, founder: Founder, stack: Stack
) -> None:
    owner = founder("Before")
    admin = join(new_person(stack, "admin"), owner, "admin")
    page = open_as(admin, "/settings")
    expect(page.get_by_label("Name")).to_be_disabled()
    expect(page.get_by_text("Owners rename the organization.")).to_be_visible()
    expect(page.get_by_role("button", name="Delete Before")).to_be_disabled()

    page = open_as(owner, "/settings")
    expect(page.get_by_label("Address")).not_to_be_editable()
    page.get_by_label("Name").fill("   ")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_text("Enter a name.")).to_be_visible()
    page.get_by_label("Name").fill("After")
    page.get_by_role("button", name="Save the name").click()
    expect(page.locator("#organization-menu")).to_contain_text("After")
    fit_for_everybody(page)
    page.get_by_role("button", name="Delete After").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("One other person loses it too.")
    sure = dialog.get_by_role("button", name="Delete the organization")
    name = dialog.get_by_label("Type “After” to confirm")
    name.fill("after")
    expect(sure).to_be_disabled()
    name.fill("After")
    dialog.get_by_label("Your password").fill("not the password")
    sure.click()
    expect(dialog.get_by_role("alert")).to_contain_text("not your present password")
    dialog.get_by_label("Your password").fill(PASSWORD)
    sure.click()
    page.wait_for_url("**/welcome")
    assert admin.supabase.get(f"/rest/v1/organizations?id=eq.{owner.org_id}").json() == []
