"""Whose token is this? Asked of hosts that hold to their own descriptions."""

from __future__ import annotations

import pytest

from services.vendors import waits
from services.vendors.errors import plain


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "7"}, None, 7),
        ({"retry-after": "-5"}, None, 0),
        ({"retry-after": "Thu, 01 Jan 1970 00:16:50 GMT"}, None, 10),
        ({"retry-after": "soon"}, None, None),
        ({}, None, None),
        ({"x-ratelimit-reset": "1030"}, None, 30),
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": "1030"}, None, None),
        ({}, {"error": {"code": "rate_limited", "limit": {"reset": 1012}}}, 12),
        ({}, {"error": "text"}, None),
    ],
)
def test_every_way_of_asking_to_wait_is_understood(headers, body, seconds) -> None:
    assert waits.asked_for(headers, body, now=1000) == seconds


def test_milliseconds_are_told_from_seconds() -> None:
    now = 1_800_000_000
    assert waits.asked_for({}, {"error": {"limit": {"reset": (now + 5) * 1000}}}, now=now) == 5


def test_a_host_may_say_nothing_that_could_hurt() -> None:
    said = "\x1b[31mBad <script>alert(1)</script>\x00 Bearer abc.def and my-own-token ghp_aaaa"
    shown = plain(said, "my-own-token")
    assert shown == "Bad alert(1) [redacted] and [redacted] [redacted]"
    assert plain({"not": "text"}) == ""
