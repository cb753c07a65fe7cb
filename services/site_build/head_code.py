"""A site's own head code (analytics, verification, fonts): kept, but only what belongs in a head.

It runs on the published site by the organization's wish, never in the app. What would replace
our own head (`base`, `title`, a policy, a refresh) or open the body is left out, and each script
is listed so that the page's policy can allow it and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

from services.site_build.urls import plain, scheme_of

_ATTRIBUTES = {
    "meta": {"name", "property", "content", "media"},
    "link": {
        "as", "crossorigin", "fetchpriority", "href", "hreflang", "imagesizes", "imagesrcset",
        "integrity", "media", "referrerpolicy", "rel", "sizes", "title", "type",
    },
    "script": {
        "async", "crossorigin", "defer", "fetchpriority", "id", "integrity", "nomodule",
        "referrerpolicy", "src", "type",
    },
    "style": {"media", "title"},
}  # fmt: skip
_RAW = ("script", "style")
_URL = re.compile(r"(?:https:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?)", re.I)
_QUOTED_URL = re.compile(
    r"""(?:https:|["'`])//([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?)(?=[/"'`?#])""", re.I
)
_DATA = re.compile(r"data-[a-z0-9_.-]{1,60}")
_MAX_HOSTS = 20


@dataclass(frozen=True)
class HeadCode:
    """Clean head code, with what its scripts need: hashes of inline ones, hosts of the others."""

    html: str = ""
    hashes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def clean_head_code(code: str) -> HeadCode:
    """Keep meta, link, style and script elements; everything else goes, text included."""
    if not code.strip():
        return HeadCode()
    reader = _Reader()
    # The HTML parser of browsers reads CR LF as LF; the hash must be of what it sees.
    reader.feed(code.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
    reader.close()
    return HeadCode(
        "".join(reader.parts),
        tuple(dict.fromkeys(reader.hashes)),
        tuple(dict.fromkeys(reader.hosts))[:_MAX_HOSTS],
    )


def joined(one: HeadCode, other: HeadCode) -> HeadCode:
    """Put a page's own head code after its site's."""
    return HeadCode(
        one.html + other.html,
        tuple(dict.fromkeys([*one.hashes, *other.hashes])),
        tuple(dict.fromkeys([*one.hosts, *other.hosts])),
    )


def script_hosts(code: str) -> tuple[str, ...]:
    """Return the https hosts that a script names: it may load more scripts from there."""
    hosts = dict.fromkeys(host.lower() for host in _QUOTED_URL.findall(code))
    return tuple(f"https://{host}" for host in sorted(hosts)[:_MAX_HOSTS])


class _Reader(HTMLParser):
    """Copies the elements of a head. A raw element is only written once its end has been seen."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hashes: list[str] = []
        self.hosts: list[str] = []
        self.raw: tuple[str, dict[str, str]] | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ATTRIBUTES:
            return
        allowed = _ATTRIBUTES[tag]
        kept = {
            name: value or "" for name, value in attrs if name in allowed or _DATA.fullmatch(name)
        }
        if tag in _RAW:
            self.raw, self.text = (tag, kept), ""
        elif self._wanted(tag, kept):
            self.parts.append(_open(tag, kept))

    def handle_data(self, data: str) -> None:
        if self.raw:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if not self.raw or tag != self.raw[0]:
            return
        attributes, self.raw = self.raw[1], None
        if tag == "style":
            self._style(attributes)
        else:
            self._script(attributes)

    def _wanted(self, tag: str, attributes: dict[str, str]) -> bool:
        if tag == "link":
            return scheme_of(plain(attributes.get("href", ""))) == "https"
        return "content" in attributes and attributes.get("name", "").lower() != "generator"

    def _style(self, attributes: dict[str, str]) -> None:
        if not _may_hide_an_end(self.text):
            self.parts.append(f"{_open('style', attributes)}{self.text}</style>")

    def _script(self, attributes: dict[str, str]) -> None:
        if "src" in attributes:
            url = plain(attributes["src"])
            found = _URL.match(url)
            if scheme_of(url) == "https" and found:
                self.hosts.append(f"https://{found.group(1).lower()}")
                self.parts.append(f"{_open('script', attributes | {'src': url})}</script>")
        elif not _may_hide_an_end(self.text):
            self.hashes.append(_hash(self.text))
            self.hosts.extend(script_hosts(self.text))
            self.parts.append(f"{_open('script', attributes)}{self.text}</script>")


def _open(tag: str, attributes: dict[str, str]) -> str:
    return f"<{tag}" + "".join(f' {n}="{escape(v)}"' for n, v in attributes.items()) + ">"


def _may_hide_an_end(text: str) -> bool:
    """Say whether raw text could end elsewhere in a browser than here (`<!-- <script>` does)."""
    lowered = text.lower()
    return "<!--" in lowered or "</script" in lowered or "</style" in lowered


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
