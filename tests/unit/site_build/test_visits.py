"""A site that counts its visits carries the script, as its own file; others carry nothing."""

from __future__ import annotations

import gzip

from services.site_build.model import Library, PageSource, Visits

COUNTED = Visits(
    "0190c5a2-7b1c-7f4e-9d3a-2f1e5b6c7d8e", "https://app.example/api/analytics/collect"
)


def test_every_page_carries_the_script_and_says_whose_it_is(publish, library: Library) -> None:
    files = publish(PageSource("/", "x"), PageSource("/a/b", "y"), visits=COUNTED)
    told = f'data-site="{COUNTED.site_id}" data-to="{COUNTED.collect_url}"'
    assert f'<script src="assets/visits.js" async {told}></script>' in files["index.html"]
    assert f'<script src="../../assets/visits.js" async {told}>' in files["a/b/index.html"]
    assert f'<script src="/assets/visits.js" async {told} data-missing>' in files["404.html"]
    assert files["assets/visits.js"] == library.tracker
    # The page's own policy lets the script run, for it is the site's, and send.
    policy = files["index.html"].split("Content-Security-Policy")[1].split('">')[0]
    assert "script-src 'self'" in policy and "connect-src" not in policy


def test_a_site_that_counts_nothing_is_as_it_was(publish) -> None:
    files = publish(PageSource("/", "x"))
    assert "assets/visits.js" not in files
    assert "visits" not in files["index.html"] and "<script" not in files["404.html"]


def test_an_address_cannot_carry_markup(publish) -> None:
    files = publish(PageSource("/", "x"), visits=Visits('"><b>', "https://x.example/'\"<i>"))
    assert "<b>" not in files["index.html"] and "<i>" not in files["index.html"]


def test_the_script_is_at_most_a_kilobyte_and_a_half(library: Library) -> None:
    assert 0 < len(gzip.compress(library.tracker.encode(), 9)) <= 1536
