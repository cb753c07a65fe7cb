"""Old addresses lead on, and never in place of a page."""

from __future__ import annotations

import json
import re

import pytest

from services.site_build.model import PageSource


def test_an_old_address_is_a_page_that_leads_on(publish) -> None:
    pages = [PageSource("/", "Home"), PageSource("/a/b", "B")]
    files = publish(*pages, redirects={"/x/y": "/a/b", "/start": "/"})
    assert 'content="0;url=../../a/b/"' in files["x/y/index.html"]
    assert 'rel="canonical" href="https://acme.example/a/b/"' in files["x/y/index.html"]
    assert 'content="0;url=../"' in files["start/index.html"]
    assert json.loads(files["assets/redirects.json"]) == {"/start": "/", "/x/y": "/a/b"}
    assert "/x/y" not in files["sitemap.xml"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("/a", "/"), ("/x", "/gone"), ("/../x", "/a"), ("/x\"><script>", "/a"), ("//x", "/a"),
     ("/assets/x", "/a"), ("/x", "javascript:1"), ("/", "/a"), ("", "/a"), ("/con", "/a")],
)  # fmt: skip
def test_a_redirect_that_cannot_be_is_left_out(old: str, new: str, publish) -> None:
    pages = [PageSource("/", "Home"), PageSource("/a", "A")]
    assert publish(*pages, redirects={old: new}) == publish(*pages)


def test_a_page_has_its_own_language_head_code_and_structured_data(publish) -> None:
    data = {"@type": "Bakery", "name": "</script><script>alert(1)</script>"}
    code = "<script>let page = 1;</script><base href='https://x.example/'>"
    seo = {"language": "de-CH", "head_code": code, "json_ld": data}
    html = publish(PageSource("/", "x", seo=seo), PageSource("/b", "y"))
    home, other = html["index.html"], html["b/index.html"]
    assert '<html lang="de-CH">' in home and '<html lang="en">' in other
    assert "let page = 1;" in home and "let page" not in other
    assert "<base" not in home and "'sha256-" in home and "'sha256-" not in other
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', home)
    assert found and json.loads(found.group(1)) == data
    assert "ld+json" not in other
