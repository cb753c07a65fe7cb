"""What a browser says it is, reduced to what a report shows: no versions, no models.

Both lists are kept by others: crawlers by the project crawler-user-agents, browsers by ua-parser's
uap-core. Whoever calls has already limited how often one address may ask: an agent that was not
seen before costs a millisecond.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from crawleruseragents import is_crawler
from ua_parser import parse

LONGEST = 1000
_TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk(?!.*Mobile)|Android(?!.*Mobile)", re.IGNORECASE)
_PHONE = re.compile(r"Mobi|iPhone|iPod|Android|Windows Phone", re.IGNORECASE)
# A browser on a phone is the same browser: the device is told apart from it.
_VARIANT = re.compile(r"\b(?:Mobile|iOS|WebView|UI/WKWebView)\b")


class Agent(NamedTuple):
    """A browser as a report shows it."""

    device: str
    browser: str
    system: str


@lru_cache(maxsize=4096)
def describe(user_agent: str) -> Agent | None:
    """Return what the browser is; None for robots, and for what says nothing of itself."""
    if not user_agent.strip() or len(user_agent) > LONGEST or is_crawler(user_agent):
        return None
    found = parse(user_agent)
    family = found.user_agent.family if found.user_agent else ""
    browser = " ".join(_VARIANT.sub(" ", family).split())
    system = found.os.family if found.os else ""
    return Agent(
        _device(user_agent), " ".join(_VARIANT.sub(" ", browser).split())[:40], system[:40]
    )


def _device(user_agent: str) -> str:
    if _TABLET.search(user_agent):
        return "tablet"
    return "mobile" if _PHONE.search(user_agent) else "desktop"
