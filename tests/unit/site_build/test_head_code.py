"""A site's own head code: what belongs in a head is kept, and its scripts are allowed by name."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from services.site_build.head_code import clean_head_code, script_hosts
from services.site_build.model import PageSource


def test_scripts_are_allowed_by_hash_and_by_host(publish) -> None:
    code = (
        "<script>\r\nlet a = 1;\r\n</script><script async src='https://tags.example/t.js'></script>"
    )
    html = publish(PageSource("/", "x"), head_code=code)["index.html"]
    text = re.search(r"<script>(.*?)</script>", html, re.DOTALL)
    assert text
    digest = base64.b64encode(hashlib.sha256(text.group(1).encode()).digest()).decode()
    policy = re.search(r'Security-Policy" content="([^"]*)"', html)
    assert policy and f"'sha256-{digest}'" in policy.group(1)
    assert "https://tags.example" in policy.group(1)
    assert "unsafe-inline" not in policy.group(1)
    assert html.index("Security-Policy") < html.index("<script>")


@pytest.mark.parametrize(
    "code",
    ["<base href='https://x.example/'>", "<title>x</title>", "<meta http-equiv=refresh content=0>",
     "</head><body><h1>x</h1>", "<img src=x onerror=y>", "<script src='http://x.example/a.js'></script>",
     "<script src='//'></script>", "<script>never closed", "<!-- a comment -->", "text",
     "<link rel=stylesheet href='http://x.example/a.css'>", "<iframe src='https://x.example'></iframe>",
     "<script><!-- <script> </script>", "<svg onload=x>", "<noscript><img src=x></noscript>"],
)  # fmt: skip
def test_what_does_not_belong_in_a_head_is_left_out(code: str) -> None:
    cleaned = clean_head_code(code)
    text = re.sub(r"[a-z0-9 ]*", "", cleaned.html)
    assert not re.search(r"<(?!meta content=)", cleaned.html), cleaned.html
    assert "onerror" not in text and cleaned.hosts == ()


def test_attribute_names_cannot_carry_markup() -> None:
    cleaned = clean_head_code("<meta name=a content=b data-x\"'onload=1 data-ok=1 onload=x>")
    assert cleaned.html == '<meta name="a" content="b" data-ok="1">'


def test_hosts_that_a_script_names_are_found() -> None:
    js = "load('https://A.example/x.js') // https://b.example/\n; '//c.example/y'; 1 //d.example"
    assert script_hosts(js) == ("https://a.example", "https://b.example", "https://c.example")
