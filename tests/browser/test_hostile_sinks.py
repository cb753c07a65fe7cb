"""Every hostile page at every other door: pasted, imported, uploaded, commented, used as a name.

One browser page takes them all. Nothing may run, call out, or leave anything active behind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import pictures
from tests.browser.builder import Builder, new_page
from tests.browser.test_hostile_editor import LISTEN, Ear
from tests.browser.zips import packed
from tests.cast import Person
from tests.hostile.corpus import PAGES
from tests.stack import Stack

BARE = [payload["html"] for payload in PAGES["html"] if payload.get("html")]
# The same out of an attribute, and out of places where parsers disagree on what is text.
OUT_OF = ("{}", '"\'><b title="{}', '<noscript><p title="</noscript>{}"></noscript>')
PAYLOADS = [form.replace("{}", text) for form in OUT_OF for text in BARE][:300]
SVGS = [payload for payload in PAYLOADS if "svg" in payload.lower()][:16]

# Types each payload into the dialog and adds it, as a person would paste it.
PASTE = """async (payloads) => {
  const until = async (look) => {
    for (let tries = 0; tries < 3000; tries += 1) {
      const found = look();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`never came: ${look}`);
  };
  const button = (root, words) => [...root.querySelectorAll('button')]
    .find((each) => each.textContent.trim() === words);
  for (const payload of payloads) {
    button(document, 'Import…').click();
    const dialog = await until(() => document.querySelector('dialog[open]'));
    const field = dialog.querySelector('textarea');
    field.value = payload;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    const add = button(dialog, 'Add to this page');
    await until(() => !add.disabled);
    add.click();
    await new Promise((resolve) => setTimeout(resolve, 15));
    if (dialog.isConnected) button(dialog, 'Cancel').click();
    await until(() => !document.querySelector('dialog[open]'));
    // A page that grows by every payload would take minutes.
    document.querySelector('[aria-label=Undo]').click();
  }
}"""
# What could still act, read from markup without letting it.
ACTIVE = """(texts) => texts.map((text, index) => {
  const { body } = new DOMParser().parseFromString(text, 'text/html');
  const found = [...body.querySelectorAll('*')].filter((element) => (
    /^(script|object|embed|base|meta|link|foreignobject|template)$/i.test(element.localName)
    || [...element.attributes].some(({ name, value }) => /^on|^srcdoc$|^formaction$/i.test(name)
      || (/^(href|src|action|xlink:href)$/i.test(name)
        && /^[\\s\\x00-\\x20]*(javascript|vbscript|data:text)/i.test(value)))
  ));
  return found.length ? [index, found[0].outerHTML.slice(0, 200)] : null;
}).filter(Boolean)"""


@pytest.mark.slow
def test_no_hostile_page_gets_in_by_another_door(
    founder: Callable[[str], Person], open_as: Callable[..., Page], stack: Stack, watch: Any
) -> None:
    watch.allow(r"Content Security Policy|Failed to load resource|ERR_")
    assert len(PAYLOADS) == 300
    person = founder("Doors")
    row = new_page(person, "<h1>Doors</h1>")
    comments = [
        {"page_id": row["id"], "body": text[:4000], "block_id": "h1/1"}
        for text in PAYLOADS
        if text.strip() and "\0" not in text
    ]
    sent = person.supabase.post("/rest/v1/page_comments", json=comments)
    assert sent.status_code == 201, sent.text
    # Names of more than one line the database refuses anyway.
    names = [text for text in PAYLOADS if text.isprintable() and text == text.strip()]
    for number, text in enumerate(names):
        said = {"name": text[:200].strip(), "alt": text[:300].strip(), "folder": text[:60].strip()}
        pictures.store(person.supabase, f"{person.org_id}/a{number}.png", b"\x89PNG", **said)

    page = open_as(person)
    page.add_init_script(LISTEN)
    ear = Ear(page, stack)
    builder = Builder(page, row)

    panel = builder.panel("Comments")
    expect(panel.locator(".b-thread")).to_have_count(len(comments), timeout=20_000)
    shown = panel.locator(".b-said").evaluate_all("all => all.map((each) => each.children.length)")
    assert set(shown) == {0}
    panel = builder.panel("Pictures")
    expect(panel.locator(".b-asset").first).to_be_visible()
    panel.get_by_label("Choose picture files").set_input_files(
        [
            {
                "name": f"{number}.svg",
                "mimeType": "image/svg+xml",
                "buffer": f'<svg xmlns="http://www.w3.org/2000/svg">{text}</svg>'.encode(),
            }
            for number, text in enumerate(SVGS)
        ]
    )
    ended = panel.locator(".b-upload[data-state=done], .b-upload[data-state=failed]")
    expect(ended).to_have_count(len(SVGS), timeout=60_000)

    expect(builder.panel("Pages").get_by_role("button", name="Import…")).to_be_visible()
    # Some at a time, in two orders: one that swallows what follows hides it once at most.
    groups = [PAYLOADS[at : at + 12] for at in range(0, len(PAYLOADS), 12)]
    page.evaluate(PASTE, ["".join(group) for group in groups])
    page.evaluate(PASTE, ["".join(reversed(group)) for group in groups[:12]])
    builder.saved()
    for start in (0, 150):
        before = page.url
        files = {f"p{n}.html": text for n, text in enumerate(PAYLOADS[start : start + 150])}
        builder.panel("Pages").get_by_role("button", name="Import…").click()
        dialog = page.get_by_role("dialog", name="Import")
        dialog.get_by_role("button", name="A ZIP").click()
        archive = {"name": "all.zip", "mimeType": "application/zip", "buffer": packed(files)}
        dialog.get_by_label("Choose a ZIP file").set_input_files(archive)
        dialog.get_by_role("button", name="Make a new site").click()
        page.wait_for_url(lambda url, before=before: url[:60] != before[:60], timeout=60_000)
        builder.wait()

    stored = person.supabase.get("/rest/v1/pages?select=html").json()
    assert len(stored) > len(PAYLOADS)
    assert page.evaluate(ACTIVE, [each["html"] for each in stored]) == []
    assert page.evaluate("window.heard") == [], "these ran in the app"
    assert ear.asked == [], "these called out"
