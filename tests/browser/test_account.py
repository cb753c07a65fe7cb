"""The account screen: how a person appears, what they prefer everywhere, and how they leave."""

import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests import pictures
from tests.browser.axe import grave_faults
from tests.cast import PASSWORD, Person, new_person, sign_in
from tests.deployments.press import wait_for
from tests.stack import Stack

Founder = Callable[[str], Person]
OpenAs = Callable[..., Page]
# They leave after five seconds, the first perhaps before the last comes.
COLLECT_TOASTS = """() => {
  window.told = new Set();
  const collect = () => document.querySelectorAll('.toast').forEach((each) => told.add(each));
  new MutationObserver(collect).observe(document.body, { childList: true, subtree: true });
}"""


def photo(width: int = 600, height: int = 400) -> bytes:
    """A PNG of that size, red on the left and blue on the right."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    line = b"\0" + b"\xff\0\0" * (width // 2) + b"\0\0\xff" * (width - width // 2)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(line * height))
        + chunk(b"IEND", b"")
    )


def open_account(open_as: OpenAs, person: Person, **options: Any) -> Page:
    page = open_as(person, "/account", **options)
    expect(page.get_by_label("Display name")).to_be_visible()
    return page


def stored(person: Person, table: str) -> dict[str, Any]:
    rows = person.supabase.get(f"/rest/v1/{table}?user_id=eq.{person.id}&select=*").json()
    return dict(rows[0])


def avatars_of(person: Person) -> list[str]:
    body = {"prefix": person.id, "limit": 100}
    return [
        f["name"] for f in person.supabase.post("/storage/v1/object/list/avatars", json=body).json()
    ]


def test_a_picture_is_cut_in_the_browser_replaced_and_removed(
    open_as: OpenAs, founder: Founder
) -> None:
    person = founder("Pictures")
    page = open_account(open_as, person)
    file = {"name": "me.png", "mimeType": "image/png", "buffer": photo()}
    page.get_by_label("Choose a picture").set_input_files(files=[file])  # type: ignore[arg-type,list-item]
    dialog = page.get_by_role("dialog", name="Your picture")
    canvas = dialog.get_by_role("img")
    left = "c => [...c.getContext('2d').getImageData(5, 160, 1, 1).data].slice(0, 3)"
    expect(dialog.get_by_role("button", name="Use this picture")).to_be_enabled()
    # The canvas is drawn after the button has been.
    wait_for(lambda: canvas.evaluate(left) == [255, 0, 0], seconds=20)
    dialog.get_by_label("Zoom").fill("3")
    canvas.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    wait_for(lambda: canvas.evaluate(left) == [0, 0, 255], seconds=20)
    dialog.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("Your picture was saved.")).to_be_visible()
    expect(page.locator(".portrait img")).to_be_visible()

    address = stored(person, "profiles")["avatar_url"]
    assert f"/storage/v1/object/public/avatars/{person.id}/" in address
    picture = person.supabase.get(address)
    assert picture.headers["content-type"] in ("image/webp", "image/png")
    assert len(picture.content) < 60_000

    page.get_by_label("Choose a picture").set_input_files(files=[file])  # type: ignore[arg-type,list-item]
    dialog.get_by_role("button", name="Use this picture").click()
    expect(dialog).to_be_hidden()
    assert len(avatars_of(person)) == 1
    assert stored(person, "profiles")["avatar_url"] != address

    bad = {"name": "me.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)>"}
    page.get_by_label("Choose a picture").set_input_files(files=[bad])  # type: ignore[arg-type,list-item]
    expect(dialog.get_by_role("alert")).to_contain_text("cannot be read as a picture")
    dialog.get_by_role("button", name="Cancel").click()

    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Your picture was removed.")).to_be_visible()
    assert stored(person, "profiles")["avatar_url"] is None
    assert avatars_of(person) == []


def test_settings_changed_in_a_hurry_are_all_kept(open_as: OpenAs, founder: Founder) -> None:
    """The first change takes its time, and the person does not."""
    person = founder("Hasty")
    page = open_account(open_as, person)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if route.request.method == "PATCH" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/rest/v1/user_settings*", hold_the_first)
    page.get_by_label("Billing").uncheck()
    page.get_by_label("Mentions").uncheck()
    # Heard of while the page is being asked; long enough for a second change to overtake it.
    page.wait_for_timeout(1000)
    held[0].continue_()
    wanted = {"billing": False, "mentions": False}
    expect(page.get_by_text("Saved for all your devices.")).to_have_count(2)
    assert stored(person, "user_settings")["notifications"] == wanted
    expect(page.get_by_label("Mentions")).not_to_be_checked()
    expect(page.get_by_label("Billing")).not_to_be_checked()


def test_preferences_and_settings_follow_a_person_to_every_device(
    open_as: OpenAs, founder: Founder, stack: Stack
) -> None:
    person = founder("Aardvark")
    second = person.rpc("create_organization", name="Zebra")
    page = open_account(open_as, person, color_scheme="light")
    page.evaluate(COLLECT_TOASTS)
    page.get_by_role("button", name="Dark").click()
    page.get_by_label("Dates").select_option("de-DE")
    expect(page.get_by_text("Saved for all your devices.").first).to_be_visible()
    page.get_by_label("The builder opens with").select_option("pages")
    page.get_by_label("Properties begin at").select_option("settings")
    page.get_by_label("Default organization").select_option(second["id"])
    page.get_by_label("Billing").uncheck()
    wait_for(lambda: page.evaluate("told.size") >= 4, seconds=20)

    wanted = {"theme": "dark", "locale": "de-DE"}
    layout = {"panel": "pages", "inspector": "settings"}

    def is_stored() -> bool:
        now, settings = stored(person, "user_preferences"), stored(person, "user_settings")
        return (
            {name: now[name] for name in wanted} == wanted
            and now["editor_layout"] == layout
            and settings["notifications"] == {"billing": False}
            and settings["default_org_id"] == second["id"]
        )

    for _ in range(50):
        if is_stored():
            break
        page.wait_for_timeout(200)
    assert is_stored()

    # Another device, from its sign-in on: the first screen is dark from its first paint.
    other = open_as(Person("nobody", stack), "/login", color_scheme="light")
    other.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        " window.firstTheme = document.documentElement.dataset.bsTheme; });"
    )
    other.locator("#email").fill(person.email)
    other.locator("#password").fill(PASSWORD)
    other.locator("[type=submit]").click()
    other.wait_for_url("**/dashboard")
    expect(other.locator(".org-button")).to_contain_text("Zebra")
    assert other.evaluate("window.firstTheme") == "dark"
    other.goto("/account")
    expect(other.get_by_label("Dates")).to_have_value("de-DE")
    expect(other.get_by_label("Billing")).not_to_be_checked()
    expect(other.get_by_label("Mentions")).to_be_checked()

    # What one device changes, the other shows at its next screen, whatever it has cached.
    other.get_by_role("button", name="Light").click()
    for _ in range(50):
        if stored(person, "user_preferences")["theme"] == "light":
            break
        other.wait_for_timeout(200)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")

    person.org_id = second["id"]
    site = person.new_site()
    builder = open_as(person, f"/sites/{site['id']}/edit", viewport={"width": 1280, "height": 800})
    expect(builder.locator(".b-canvas[data-ready=true]")).to_be_visible(timeout=30_000)
    expect(builder.locator(".b-rail").get_by_role("button", name="Pages")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_the_address_and_the_password_change_only_with_the_present_password(
    open_as: OpenAs, founder: Founder, stack: Stack
) -> None:
    person = founder("Keys")
    elsewhere = sign_in(stack, person.email)
    page = open_account(open_as, person)
    wanted = f"new-{person.email}"
    page.get_by_label("New e-mail address").fill(wanted)
    page.get_by_label("Your password").fill("a wrong guess")
    page.get_by_role("button", name="Change the address").click()
    expect(page.get_by_text("That is not your present password.")).to_be_visible()
    assert stack.mails(to=wanted) == []
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Change the address").click()
    expect(page.get_by_text(f"Open the link sent to {wanted}")).to_be_visible()
    (link,) = re.findall(r'href="([^"]+)"', stack.mails(to=wanted)[-1]["html"])
    page.goto(link.replace("&amp;", "&"))
    page.wait_for_url("**/account")
    expect(page.locator(".page-head")).to_contain_text(wanted)

    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New password").fill("another horse battery")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Your password was changed.")).to_be_visible()
    # Whoever was signed in elsewhere is not any more; this device is.
    body = {"refresh_token": elsewhere["refresh_token"]}
    path = "/auth/v1/token?grant_type=refresh_token"
    assert person.supabase.post(path, json=body).status_code == 400
    page.reload()
    expect(page.get_by_label("Display name")).to_be_visible()
    assert sign_in(stack, wanted, "another horse battery")["user"]["id"] == person.id


def test_a_session_that_ended_elsewhere_loses_nothing_that_was_typed(
    open_as: OpenAs, founder: Founder, stack: Stack
) -> None:
    person = founder("Typed")
    page = open_account(open_as, person)
    page.get_by_label("Display name").fill("A name not saved yet")
    page.get_by_label("New e-mail address").fill("half-typed@exam")
    page.get_by_label("Your password").fill("never kept")
    person.supabase.post("/auth/v1/logout?scope=global")
    # The token itself is good for up to an hour; what asks Auth notices at once.
    page.get_by_label("New e-mail address").fill("typed@example.com")
    # At once: the screen itself asks for news, and may be the first to notice.
    page.get_by_role("button", name="Save the name").evaluate(
        """(button) => {
          const session = JSON.parse(localStorage.getItem('roseram-auth'));
          session.expires_at = 1;
          localStorage.setItem('roseram-auth', JSON.stringify(session));
          button.click();
        }"""
    )
    page.wait_for_url("**/login?next=%2Faccount")
    assert "never kept" not in page.evaluate("JSON.stringify(sessionStorage)")
    page.locator("#email").fill(person.email)
    page.locator("#password").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.wait_for_url("**/account")
    expect(page.get_by_label("Display name")).to_have_value("A name not saved yet")
    expect(page.get_by_label("New e-mail address")).to_have_value("typed@example.com")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_text("Your name was saved.")).to_be_visible()
    assert stored(person, "profiles")["display_name"] == "A name not saved yet"


def test_the_only_owner_of_others_is_told_so_and_shown_the_way(
    open_as: OpenAs, olive: Person
) -> None:
    page = open_account(open_as, olive)
    page.get_by_role("button", name="Delete your account…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("You are the only owner of “Hearth & Crumb”")
    expect(dialog.get_by_role("link", name="team screen")).to_have_attribute("href", "/team")
    expect(dialog.get_by_role("button", name="Delete for ever")).to_be_disabled()
    assert olive.supabase.post("/rest/v1/rpc/delete_account").status_code == 409


def test_a_deleted_account_leaves_nothing_and_returns_as_somebody_new(
    open_as: OpenAs, founder: Founder, stack: Stack, olive: Person
) -> None:
    person = founder("Gone with me")
    site = person.new_site()
    png = {"content-type": "image/png"}
    portrait = f"/storage/v1/object/avatars/{person.id}/me.png"
    assert person.supabase.post(portrait, content=photo(2, 2), headers=png).is_success
    pictures.store(person.supabase, f"{person.org_id}/logo.png", photo(2, 2))
    page = open_account(open_as, person)
    page.evaluate("localStorage.setItem('roseram-draft', 'secret')")
    page.get_by_role("button", name="Delete your account…").click()
    dialog = page.get_by_role("dialog", name="Delete your account?")
    expect(dialog.get_by_role("listitem")).to_have_text("Gone with me")
    dialog.get_by_label("to confirm").fill(person.email)
    expect(dialog.get_by_role("button", name="Delete for ever")).to_be_disabled()
    dialog.get_by_label("Your password").fill("a wrong guess")
    dialog.get_by_role("button", name="Delete for ever").click()
    expect(dialog).to_contain_text("That is not your present password.")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Delete for ever").click()
    page.wait_for_url("**/login#deleted")
    expect(page.get_by_text("Your account was deleted.")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))") in (
        [], ["roseram-theme"])  # fmt: skip

    for path in (f"avatars/{person.id}/me.png", f"assets/{person.org_id}/logo.png"):
        assert not olive.supabase.get(f"/storage/v1/object/public/{path}").is_success
    assert person.supabase.get("/auth/v1/user").status_code == 403
    # CASES 55: the token itself is good for up to an hour, and changes nothing any more.
    wish = {"site_id": site["id"], "host": "archive", "target": "production"}
    assert person.api.post("/api/deployments", json=wish).status_code == 401
    again = Person("again", stack, person.email)
    with pytest.raises(AssertionError, match="invalid_credentials"):
        sign_in(stack, person.email)
    fresh = new_person(stack, "fresh")
    again.session = fresh.supabase.post(
        "/auth/v1/signup", json={"email": person.email, "password": PASSWORD}
    ).json()
    assert again.id != person.id
    for table in ("organizations", "organization_members", "sites", "organization_invitations"):
        assert again.supabase.get(f"/rest/v1/{table}?select=*").json() == [], table
    assert again.supabase.get(f"/rest/v1/sites?id=eq.{site['id']}").json() == []
    fresh.close()
    again.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_screen_is_accessible_and_fits_a_phone(
    open_as: OpenAs, olive: Person, scheme: str
) -> None:
    page = open_account(open_as, olive, color_scheme=scheme, viewport={"width": 390, "height": 844})
    assert grave_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
