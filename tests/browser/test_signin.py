"""Getting in, getting out, and getting nowhere else."""

import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Person, unique
from tests.stack import Stack

PASSWORD = "correct horse battery"

FOREIGN = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "http://evil.example/dashboard",
    "HTTPS://EVIL.EXAMPLE",
    "https://evil.example\\@app",
    "//evil.example\\dashboard",
    "//app@evil.example",
    "/\\/evil.example",
    "/.//evil.example\\",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,hello",
    "blob:https://evil.example/x",
    "vbscript:x",
    "file:///etc/passwd",
    "evil.example",
    "app.evil",
    "@evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "%2f%2fevil.example",
    "%5c%5cevil.example",
    "//%65vil.example",
    "/\u0000/evil.example",
    "http:\\\\evil.example",
    "//evil%E3%80%82example",
    "..//evil.example",
]


def nobody() -> str:
    return f"{unique('nobody').replace(' ', '-')}@example.com"


def fill_in(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"#{name}").fill(value)
    page.locator("[type=submit]").click()


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    page: Page, newcomer: Person
) -> None:
    answers = []
    for email in (newcomer.email, nobody()):
        page.goto("/login")
        fill_in(page, email=email, password="not the password")
        message = page.locator("#form-message")
        expect(message).to_be_visible()
        answers.append(message.inner_text())
        expect(page.locator("[type=submit]")).to_be_enabled()
    assert answers[0] == answers[1]


def test_every_field_says_what_to_do(page: Page) -> None:
    page.goto("/signup")
    page.locator("[type=submit]").click()
    for name in ("display_name", "email", "password"):
        expect(page.locator(f"#{name}-error")).not_to_be_empty()
        expect(page.locator(f"#{name}")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#display_name")).to_be_focused()
    page.locator("#email").fill("not an address")
    page.locator("#password").fill("short")
    page.locator("[type=submit]").click()
    expect(page.locator("#email-error")).to_contain_text("you@example.com")
    expect(page.locator("#password-error")).to_contain_text("8 characters")


def test_a_form_waits_for_its_answer(page: Page, newcomer: Person) -> None:
    page.route("**/auth/v1/token**", lambda route: None)
    page.goto("/login")
    fill_in(page, email=newcomer.email, password=PASSWORD)
    expect(page.locator("[type=submit]")).to_be_disabled()
    expect(page.locator("[type=submit]")).to_have_attribute("aria-busy", "true")


def test_no_connection_is_said_in_plain_words(page: Page, newcomer: Person) -> None:
    page.route("**/auth/v1/token**", lambda route: route.abort())
    page.goto("/login")
    fill_in(page, email=newcomer.email, password=PASSWORD)
    expect(page.locator("#form-message")).to_contain_text("could not be reached")


def test_a_password_can_be_shown_and_caps_lock_is_noticed(page: Page) -> None:
    page.goto("/login")
    page.get_by_label("Show password").click()
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.get_by_label("Hide password").click()
    expect(page.locator("#password")).to_have_attribute("type", "password")
    page.locator("#password").dispatch_event("keydown", {"key": "A", "modifierCapsLock": True})
    expect(page.locator("#password-caps")).to_be_visible()


def test_next_leads_back_to_where_somebody_was(page: Page, newcomer: Person) -> None:
    page.goto("/account")
    page.wait_for_url("**/login?next=%2Faccount")
    session = newcomer.storage_state()["origins"][0]["localStorage"][0]
    page.evaluate("([name, value]) => localStorage.setItem(name, value)", list(session.values()))
    page.reload()
    page.wait_for_url("**/account")


@pytest.mark.parametrize("screen", ["/login", "/signup"])
def test_next_never_leads_to_another_origin(
    open_as: Callable[..., Page], olive: Person, stack: Stack, screen: str
) -> None:
    page = open_as(olive)
    # Whatever a person who is signed in lands on answers at once, so that forty forms stay quick.
    page.route("**/dashboard", lambda route: route.fulfill(body="landed", content_type="text/html"))
    for form in FOREIGN:
        page.goto(f"{screen}?next={quote(form, safe='')}", wait_until="commit")
        page.wait_for_url(re.compile(r"/dashboard$"))
        assert f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}" == stack.app_url, form


def test_a_forgotten_password_is_replaced_through_the_mail(
    page: Page, newcomer: Person, stack: Stack
) -> None:
    page.goto("/forgot")
    fill_in(page, email=newcomer.email)
    expect(page.locator("#check-mail")).to_be_visible()
    (mail,) = stack.mails(to=newcomer.email)[-1:]
    link = re.search(r'https?://[^\s"<>]+', str(mail.get("html") or mail.get("text")))
    assert link is not None
    page.goto(link[0].replace("&amp;", "&"))
    page.wait_for_url("**/reset")
    fill_in(page, password="another horse battery")
    # Without an organization the dashboard leads on to here; only then the page stays.
    page.wait_for_url("**/welcome")
    page.evaluate("localStorage.clear()")
    page.goto("/login")
    fill_in(page, email=newcomer.email, password="another horse battery")
    page.wait_for_url(re.compile("/(welcome|dashboard)$"))


def test_an_unknown_address_gets_the_same_answer_when_forgotten(page: Page) -> None:
    page.goto("/forgot")
    fill_in(page, email=nobody())
    expect(page.locator("#check-mail")).to_contain_text("If that address has an account")


@pytest.mark.parametrize(
    "address",
    ["/auth/callback", "/auth/callback?error=access_denied&error_code=otp_expired"],
)
def test_a_link_that_does_not_work_says_why(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("h1")).to_have_text("That link did not work")
    expect(page.locator("#form-message")).not_to_be_empty()


def test_signing_out_leaves_nothing_for_the_next_person(
    open_as: Callable[..., Page], founder: Callable[[str], Person]
) -> None:
    person = founder("Leaving")
    page = open_as(person, "/dashboard")
    expect(page.get_by_role("heading", name="Make your first site")).to_be_visible()
    page.evaluate("localStorage.setItem('roseram-theme', 'dark')")
    page.evaluate("localStorage.setItem('roseram-draft', 'secret')")
    page.evaluate(
        "new Promise((done) => { const open = indexedDB.open('roseram-drafts');"
        " open.onsuccess = () => { open.result.close(); done(); }; })"
    )
    other = page.context.new_page()
    other.goto("/account")
    expect(other.get_by_role("heading", name="Account")).to_be_visible()

    page.get_by_label("Your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login*")
    other.wait_for_url("**/login*")
    assert page.evaluate("Object.keys(localStorage)") == ["roseram-theme"]
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    assert page.context.cookies() == []
    page.goto("/dashboard")
    page.wait_for_url("**/login?next=%2Fdashboard")


def test_signing_out_asks_before_it_throws_unsaved_work_away(
    open_as: Callable[..., Page], founder: Callable[[str], Person]
) -> None:
    person = founder("Unsaved")
    page = open_as(person, "/account")
    page.evaluate(
        """async ([user]) => {
          const open = indexedDB.open('roseram-drafts', 1);
          open.onupgradeneeded = () =>
            open.result.createObjectStore('drafts', {keyPath: ['user_id', 'page_id']});
          await new Promise(done => { open.onsuccess = done; });
          const writing = open.result.transaction('drafts', 'readwrite');
          writing.objectStore('drafts').put({user_id: user, page_id: 'p'});
          await new Promise(done => { writing.oncomplete = done; });
          open.result.close();
        }""",
        [person.id],
    )
    page.get_by_role("button", name="Sign out here").click()
    asking = page.get_by_role("dialog", name="Sign out and lose unsaved work?")
    expect(asking).to_be_visible()
    asking.get_by_role("button", name="Cancel").click()
    expect(asking).to_be_hidden()
    assert page.url.endswith("/account")
    page.get_by_role("button", name="Sign out here").click()
    asking.get_by_role("button", name="Sign out, delete it").click()
    page.wait_for_url("**/login*")
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0


def test_a_new_password_needs_the_present_one(
    open_as: Callable[..., Page], founder: Callable[[str], Person]
) -> None:
    person = founder("Passwords")
    page = open_as(person, "/account")
    page.get_by_label("Present password").fill("a wrong guess")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("That is not your present password.")).to_be_visible()


def link_in(stack: Stack, email: str) -> str:
    (link,) = re.findall(r'href="([^"]+)"', str(stack.mails(to=email)[-1]["html"]))
    return str(link).replace("&amp;", "&")


def test_a_mailed_link_signs_in_once_and_leads_back_to_where_somebody_was(
    page: Page, newcomer: Person, stack: Stack
) -> None:
    page.goto("/account")
    page.wait_for_url("**/login?next=%2Faccount")
    page.get_by_role("button", name="E-mail me a sign-in link").click()
    expect(page.locator("#email-error")).not_to_be_empty()
    page.locator("#email").fill(newcomer.email)
    page.get_by_role("button", name="E-mail me a sign-in link").click()
    expect(page.get_by_text("A link is on its way")).to_be_visible()
    link = link_in(stack, newcomer.email)
    assert link.startswith(f"{stack.app_url}/auth/confirm?token_hash=")
    # A mail's link opens in a tab of its own.
    tab = page.context.new_page()
    tab.goto(link)
    tab.wait_for_url("**/account")
    expect(tab.locator(".page-head")).to_contain_text(newcomer.email)
    # Nobody who is signed in changes accounts without noticing.
    tab.goto(link)
    expect(tab.locator("#form-message")).to_contain_text(f"signed in as {newcomer.email}")
    tab.get_by_role("button", name="Use the link").click()
    expect(tab.locator("h1")).to_have_text("That link did not work")
    expect(tab.locator("#form-message")).to_contain_text("Ask for a new one")


def test_a_link_to_an_unknown_address_is_answered_alike(page: Page) -> None:
    page.goto("/login")
    page.locator("#email").fill(nobody())
    page.get_by_role("button", name="E-mail me a sign-in link").click()
    expect(page.get_by_text("A link is on its way")).to_be_visible()


def test_a_link_never_leads_to_another_origin(
    open_as: Callable[..., Page], newcomer: Person, stack: Stack
) -> None:
    """CASES 58, where mails and GitHub lead; the session is there, so each form answers at once."""
    page = open_as(newcomer)
    page.route("**/dashboard", lambda route: route.fulfill(body="landed", content_type="text/html"))
    for form in FOREIGN:
        page.goto(f"/auth/callback?next={quote(form, safe='')}", wait_until="commit")
        page.wait_for_url(re.compile(r"/dashboard$"))
        assert page.url.startswith(f"{stack.app_url}/"), form
    # What is remembered on the device is no more trusted than the address.
    for form in FOREIGN[:4]:
        page.evaluate(
            "path => localStorage.setItem('roseram-next',"
            " JSON.stringify({path, until: Date.now() + 1e6}))",
            form,
        )
        page.goto("/auth/callback", wait_until="commit")
        page.wait_for_url(re.compile(r"/dashboard$"))


def test_two_tabs_that_refresh_at_once_stay_signed_in(
    open_as: Callable[..., Page], newcomer: Person
) -> None:
    """CASES 67: supabase-js takes no lock between tabs any more, so both send the same token."""
    first = open_as(newcomer, "/account")
    expect(first.get_by_label("Display name")).to_be_visible()
    second = first.context.new_page()
    for _ in range(3):
        first.evaluate(
            """() => {
              const session = JSON.parse(localStorage.getItem('roseram-auth'));
              session.expires_at = 1;
              localStorage.setItem('roseram-auth', JSON.stringify(session));
            }"""
        )
        first.evaluate("setTimeout(() => location.reload(), 50)")
        second.goto("/account", wait_until="commit")
        for tab in (first, second):
            expect(tab.get_by_label("Display name")).to_be_visible()
            assert tab.url.endswith("/account")
        expires = first.evaluate("JSON.parse(localStorage.getItem('roseram-auth')).expires_at")
        assert expires > 1
    second.get_by_label("Display name").fill("Still here")
    second.get_by_role("button", name="Save the name").click()
    expect(second.get_by_text("Your name was saved.")).to_be_visible()
