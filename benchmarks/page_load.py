"""How heavy the screens are, and how soon of use: `python benchmarks/page_load.py [rounds]`.

Starts the whole stack with its demo site, signs in, and loads each screen in Chromium with an empty
cache. "KB gzip" adds up everything the screen fetches: the page, scripts (those loaded later too),
styles, fonts, pictures and data, text counted as gzip would send it. "usable" is the time from
navigation until the screen's sign of life is there. A limit that is broken ends the run with 1.

What the builder shows on its canvas (the site's own pictures and typefaces) is printed as "site"
and is no part of its limit: it is as heavy as people make it.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, Response, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts import browser as chromium  # noqa: E402
from tests.cast import Person, sign_in  # noqa: E402
from tests.stack import Stack, running_stack  # noqa: E402

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MEGABIT = 1_000_000 / 8
OF_THE_SITE = ("/static/stock/", "/static/fonts/", "/storage/v1/object/")
TEXT = ("text/", "application/javascript", "application/json", "image/svg")


@dataclass(frozen=True)
class Screen:
    """A screen, what shows that it can be used, and its limits (KB gzip; seconds)."""

    name: str
    path: str
    sign: str
    weight: float | None = None
    quick: float | None = None
    slow: float | None = None
    signed_in: bool = True
    shows_a_site: bool = False


def screens(site_id: str) -> list[Screen]:
    return [
        Screen("landing", "/", ".hero h1", weight=200),
        Screen("login", "/login", "#auth-form [type=submit]:enabled", weight=200, signed_in=False),
        Screen("dashboard", "/dashboard", "[data-site]", weight=200, quick=1.0, slow=2.0),
        Screen("site", f"/sites/{site_id}", "[data-page]", weight=200, quick=1.0),
        Screen(
            "builder",
            f"/sites/{site_id}/edit",
            "[data-kind=saved]",
            weight=500,
            quick=1.0,
            shows_a_site=True,
        ),
    ]


def gzip_size(response: Response) -> int:
    """Return the bytes this answer costs, with text as gzip sends it."""
    try:
        body = response.body()
    except Error:  # A redirect or a preflight has no body.
        return 0
    kind = response.headers.get("content-type", "")
    return len(gzip.compress(body, 9)) if kind.startswith(TEXT) else len(body)


@contextmanager
def fresh_page(browser: Browser, person: Person, screen: Screen, *, slow: bool) -> Iterator[Page]:
    """A page with nothing cached; `slow` is a quarter of the processor and 10 Mbit/s."""
    state = person.storage_state() if screen.signed_in else None
    context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    if slow:
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        line = {"downloadThroughput": 10 * MEGABIT, "uploadThroughput": 10 * MEGABIT}
        session.send("Network.emulateNetworkConditions", {"offline": False, "latency": 20, **line})
    yield page
    context.close()


def weigh(browser: Browser, person: Person, url: str, screen: Screen) -> dict[str, float]:
    """Return KB by kind of everything that is fetched until the screen is at rest."""
    kinds: dict[str, float] = {}
    with fresh_page(browser, person, screen, slow=False) as page:
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        page.goto(url + screen.path, wait_until="networkidle")
        page.locator(screen.sign).first.wait_for()
        page.wait_for_timeout(800)
        for each in answers:
            kind = each.request.resource_type
            if screen.shows_a_site and any(part in each.url for part in OF_THE_SITE):
                kind = "site"
            kinds[kind] = kinds.get(kind, 0) + gzip_size(each) / 1024
    return kinds


def weight_of(kinds: dict[str, float]) -> float:
    """Return what counts against the limit."""
    return sum(size for kind, size in kinds.items() if kind != "site")


def time_until_usable(
    browser: Browser, person: Person, url: str, screen: Screen, *, slow: bool
) -> float:
    with fresh_page(browser, person, screen, slow=slow) as page:
        began = time.perf_counter()
        page.goto(url + screen.path, wait_until="commit")
        page.locator(screen.sign).first.wait_for(state="attached")
        return time.perf_counter() - began


def over(value: float, limit: float | None) -> bool:
    return limit is not None and value > limit


def measure(stack: Stack, browser: Browser, rounds: int) -> int:
    """Print one line per screen and return how many limits are broken."""
    person = Person("olive", stack, "olive@example.com", sign_in(stack, "olive@example.com"))
    site = person.supabase.get("/rest/v1/sites?select=id").json()[0]["id"]
    broken = 0
    print(
        f"{'screen':<10} {'KB gzip':>8} {'usable':>8} {'4x, 10 Mbit/s':>14}   where the weight is"
    )
    for screen in screens(site):
        kinds = weigh(browser, person, stack.app_url, screen)
        weight = weight_of(kinds)
        quick, slow = (
            statistics.median(
                time_until_usable(browser, person, stack.app_url, screen, slow=slow)
                for _ in range(rounds)
            )
            for slow in (False, True)
        )
        parts = ", ".join(f"{kind} {size:.0f}" for kind, size in sorted(kinds.items()))
        faults = [over(weight, screen.weight), over(quick, screen.quick), over(slow, screen.slow)]
        broken += sum(faults)
        mark = "  OVER THE LIMIT" if any(faults) else ""
        print(f"{screen.name:<10} {weight:8.0f} {quick:7.2f}s {slow:13.2f}s   {parts}{mark}")
    person.close()
    return broken


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    path = chromium.find()
    if path is None:
        print("There is no Chromium on this machine: run scripts/browser.py.")
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder)) as stack,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        broken = measure(stack, browser, rounds)
        browser.close()
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
