"""The script in published pages, in a real browser, through the real endpoint, to the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Route, expect

from tests.analytics.visiting import CHROME, Shop
from tests.deployments.press import wait_for

HOME = (
    '<p><a href="/about">About us</a> <a href="http://else.example/shop?ref=1">Shop</a></p>'
    '<p><button type="button" data-rb-event="Sign up" data-rb-event-plan="pro">Sign up</button></p>'
    '<p style="height: 4000px">Long</p>'
)
# A person's browser; a program that drives one says so, and is not counted.
PERSON = "Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })"


class Elsewhere(BaseHTTPRequestHandler):
    """Another server: a link to ours at /to/<address>, else what a test has put there."""

    page = ""

    def do_GET(self) -> None:
        link = f'<a href="{unquote(self.path.removeprefix("/to/"))}">Go</a>'
        body = (link if self.path.startswith("/to/") else Elsewhere.page).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None: ...


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """A real server: a browser whose requests are intercepted drops what is sent at the end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def common_browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], elsewhere: str
) -> Iterator[Browser]:
    """A browser that nobody takes for a robot, also in what it sends after a page has gone."""
    own_domain = f"--host-resolver-rules=MAP www.bakery-shop.de {elsewhere}"
    args = [*browser_type_launch_args["args"], f"--user-agent={CHROME}", own_domain]
    opened = browser_type.launch(**(browser_type_launch_args | {"args": args}))
    yield opened
    opened.close()


@pytest.fixture
def visitor(common_browser: Browser, watch: Any) -> Iterator[Callable[..., Page]]:
    """`visitor()` is somebody's fresh browser."""
    contexts: list[BrowserContext] = []

    def come(script: str = PERSON, **options: Any) -> Page:
        contexts.append(common_browser.new_context(**options))
        contexts[-1].add_init_script(script)
        contexts[-1].on("page", watch.page)
        return contexts[-1].new_page()

    yield come
    for context in contexts:
        context.close()


def leave(page: Page) -> None:
    page.goto("about:blank")


def test_a_visit_from_the_first_page_to_the_last_click(
    open_shop: Callable[..., Shop], visitor: Callable[..., Page], elsewhere: str
) -> None:
    shop = open_shop(html={"/": HOME.replace("else.example", elsewhere), "/about": "<p>About</p>"})
    page = visitor(locale="de-DE")
    campaign = "?utm_source=letter&utm_campaign=may&token=secret"
    page.goto(f"http://{elsewhere}/to/{quote(shop.url + campaign)}")
    page.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    # Beacons of one moment overtake each other.
    wait_for(lambda: shop.values("path"))
    page.mouse.wheel(0, 10_000)
    page.wait_for_function("scrollY + innerHeight >= document.documentElement.scrollHeight - 2")
    page.get_by_role("button", name="Sign up").click()
    page.get_by_role("link", name="About us").click()
    expect(page.get_by_text("About", exact=True)).to_be_visible()
    # Whoever leaves before the script is there is not counted, and need not be.
    page.wait_for_load_state("load")
    page.go_back()
    page.get_by_role("link", name="Shop").click()
    leave(page)

    told = wait_for(lambda: shop.values("outbound") and shop.report())
    assert told["totals"]["visitors"] == 1
    assert shop.values("path") == {"/": 2, "/about": 1}
    assert list(shop.values("referrer")) == [elsewhere]
    assert shop.values("utm_source") == {"letter": 3} and shop.values("utm_campaign") == {"may": 3}
    assert shop.values("event") == {"Sign up": 1}
    assert shop.values("outbound") == {f"{elsewhere}/shop": 1}
    assert list(shop.values("device")) == ["desktop"] and list(shop.values("os")) == ["Linux"]
    home = next(row for row in told["panels"]["path"] if row["value"] == "/")
    assert home["depth"] > 40
    vitals = {row["path"]: row for row in told["vitals"]}["/"]
    assert vitals["lcp"] > 0 and vitals["fcp"] > 0 and vitals["ttfb"] >= 0 and "cls" in vitals


def test_another_address_in_the_same_document_is_a_view(
    shop: Shop, visitor: Callable[..., Page]
) -> None:
    """On an origin of its own: on the one that sites share, no page may change its address."""
    Shop.set(shop.owner, shop.site, domain="bakery-shop.de")
    page = visitor()
    Elsewhere.page = (
        f'<h1>App</h1><script async src="{shop.url}assets/visits.js" '
        f'data-site="{shop.site["id"]}" '
        f'data-to="{shop.owner.stack.app_url}/api/analytics/collect"></script>'
    )
    page.goto("http://www.bakery-shop.de/start")
    wait_for(lambda: shop.values("path") == {"/start": 1})
    page.evaluate("history.pushState(null, '', '/menu?table=4')")
    page.evaluate("history.replaceState(null, '', '/menu#soup')")
    # Whoever leaves before the script is there is not counted, and need not be.
    page.wait_for_load_state("load")
    page.go_back()
    wait_for(lambda: shop.values("path") == {"/start": 2, "/menu": 1})
    assert shop.report()["totals"]["visitors"] == 1


def test_a_missing_page_is_told_as_such(shop: Shop, visitor: Callable[..., Page]) -> None:
    page = visitor()
    page.goto(shop.url + "nowhere/at/all")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    wait_for(lambda: shop.values("not_found") == {"/nowhere/at/all": 1})
    leave(page)
    assert shop.report()["totals"]["views"] == 0


@pytest.mark.parametrize(
    "wish",
    [
        "Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' })",
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })",
        "",
    ],
    ids=["do not track", "global privacy control", "a driven browser"],
)
def test_who_asks_not_to_be_counted_sends_nothing(
    shop: Shop, visitor: Callable[..., Page], wish: str
) -> None:
    page = visitor(f"{PERSON if wish else ''};{wish}")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto(shop.url)
    page.wait_for_timeout(700)
    leave(page)
    assert any("visits.js" in url for url in sent)
    assert not any("collect" in url for url in sent)


def test_nothing_is_kept_in_the_visitors_browser(shop: Shop, visitor: Callable[..., Page]) -> None:
    page = visitor()
    page.goto(shop.url)
    wait_for(lambda: shop.values("path"))
    state = page.context.storage_state()
    assert state["cookies"] == [] and state["origins"] == []


def test_a_site_that_counts_nothing_carries_no_script(shop: Shop) -> None:
    Shop.set(shop.owner, shop.site, analytics=False)
    shop.publish()
    assert "visits.js" not in shop.http.get(shop.url).text
    assert shop.http.get(shop.url + "assets/visits.js").status_code == 404


def test_a_look_at_a_preview_is_no_visit(shop: Shop, visitor: Callable[..., Page]) -> None:
    preview = shop.publish(target="preview")
    page = visitor()
    page.goto(preview["url"])
    page.wait_for_timeout(700)
    leave(page)
    page.goto(shop.url)
    leave(page)
    told = shop.settled(1)
    assert "unverified_host" not in told["panels"]


@pytest.mark.parametrize("trouble", ["down", "slow", "gone"])
def test_the_page_is_as_good_without_us(
    shop: Shop, visitor: Callable[..., Page], trouble: str
) -> None:
    """CASES 163."""
    page = visitor()
    waiting: list[Route] = []
    if trouble == "down":
        page.route("**/api/analytics/collect", lambda route: route.abort())
    elif trouble == "slow":
        page.route("**/api/analytics/collect", lambda route: waiting.append(route))
    else:
        page.route("**/assets/visits.js", lambda route: waiting.append(route))
    page.goto(shop.url, wait_until="domcontentloaded")
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    page.evaluate("document.body.dataset.works = 'yes'")
    leave(page)
    for route in waiting:
        route.abort()
