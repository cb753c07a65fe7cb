"""Fixtures that every room shares: the real stack, the cast, a browser that minds the CSP."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from scripts import browser as chromium
from tests.cast import DEMO_ORG_SLUG, ROLES, Person, close_all, new_person, sign_in
from tests.stack import Stack, running_stack

# The stack ----------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def tidy() -> Iterator[None]:
    yield
    close_all()


@pytest.fixture(scope="session")
def supabase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The embedded Supabase alone, migrated and seeded: enough for policies."""
    with running_stack(tmp_path_factory.mktemp("data"), "supabase") as stack:
        yield stack


@pytest.fixture(scope="session")
def stack(supabase: Stack) -> Stack:
    """All processes: Supabase, the app, the deploy worker, the published sites' origin."""
    supabase.start()
    return supabase


# The cast -----------------------------------------------------------------------


@pytest.fixture(scope="session")
def cast(supabase: Stack) -> dict[str, Person]:
    """Everybody by name: the demo organization's five, sam of another one, and anon."""

    class Cast(dict[str, Person]):
        def __missing__(self, name: str) -> Person:
            self[name] = _introduce(supabase, name)
            return self[name]

    return Cast()


def _introduce(stack: Stack, name: str) -> Person:
    if name == "anon":
        return Person("anon", stack)
    if name == "sam":
        return new_person(stack, "sam", organization="Strangers")
    email = f"{name}@example.com"
    person = Person(name, stack, email, sign_in(stack, email))
    mine = person.supabase.get(f"/rest/v1/organizations?slug=eq.{DEMO_ORG_SLUG}&select=id").json()
    person.org_id = mine[0]["id"]
    return person


def _member(name: str) -> Callable[[dict[str, Person]], Person]:
    @pytest.fixture(name=name, scope="session")
    def fixture(cast: dict[str, Person]) -> Person:
        return cast[name]

    fixture.__doc__ = f"{name}, {ROLES.get(name, 'of another organization')}."
    return fixture


olive = _member("olive")
adam = _member("adam")
eddie = _member("eddie")
mia = _member("mia")
vera = _member("vera")
sam = _member("sam")
anon = _member("anon")


@pytest.fixture
def newcomer(supabase: Stack) -> Person:
    """Somebody who has just signed up and belongs nowhere."""
    return new_person(supabase)


# The browser --------------------------------------------------------------------

# Many tests share few processors; a wait ends when its condition holds.
expect.set_options(timeout=20_000)


# Where a failure that comes and goes is what is looked for: rules, money, races, attacks.
NO_SECOND_TRY = re.compile(
    r"/(policies|unit|billing|deployments|contracts)/"
    r"|hostile|injections|canaries|tokens|limits|at_once|shared_counts|nothing_lost|long_saves"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if NO_SECOND_TRY.search(item.path.as_posix()):
            item.add_marker(pytest.mark.flaky(reruns=0))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = chromium.find()
    if path is None:
        message = "no Chromium on this machine (run scripts/browser.py)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {"executable_path": path, "args": args}


@pytest.fixture(scope="session")
def base_url(stack: Stack) -> str:
    """What `page.goto("/dashboard")` is relative to."""
    return stack.app_url


class Watch:
    """Collects what a page must never do: break its policy, or throw."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.allowed: list[str] = []

    def allow(self, pattern: str) -> None:
        """Expect this one; a test that attacks says what the browser should answer."""
        self.allowed.append(pattern)

    def page(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if re.search(r"Security Policy|Trusted ?Type|TrustedHTML", message.text):
            self.complaints.append(message.text)

    def check(self) -> None:
        left = [
            text for text in self.complaints if not any(re.search(p, text) for p in self.allowed)
        ]
        assert not left, "the browser complained:\n" + "\n".join(left)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test when a page broke the Content-Security-Policy or threw an error."""
    watching = Watch()
    yield watching
    watching.check()


@pytest.fixture
def context(context: BrowserContext, watch: Watch) -> BrowserContext:
    context.on("page", watch.page)
    return context


@pytest.fixture
def open_as(
    browser: Browser,
    browser_context_args: dict[str, Any],
    watch: Watch,
) -> Iterator[Callable[..., Page]]:
    """`open_as(olive)` is a fresh browser in which she is signed in; `path` opens a screen."""
    contexts: list[BrowserContext] = []

    def open_page(person: Person, path: str | None = None, **options: Any) -> Page:
        state = person.storage_state() if person.token else None
        # Of the stack that the person signed in to: there may be several in one run.
        where = {"base_url": person.stack.app_url}
        context = browser.new_context(
            **(browser_context_args | where), storage_state=state, **options
        )
        contexts.append(context)
        context.on("page", watch.page)
        page = context.new_page()
        if path is not None:
            page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def screenshots(request: pytest.FixtureRequest) -> Path:
    """Where a test may leave pictures for people to look at."""
    folder = Path("test-results") / re.sub(r"\W+", "-", request.node.name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
