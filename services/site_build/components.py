"""Components put in their places: an instance on a page becomes what its component is now.

An instance is an element with `data-rb-component`; `data-rb-values` holds, as JSON, the words,
pictures and links that this one place fills into the component's `data-rb-field` elements. What
stands inside an instance is its last known look: it stays when the component is gone.

This runs before the page is cleaned, and everything it puts in is cleaned with the page. It works
on nh3's canonical output (double quotes, `<` and `>` escaped inside attributes), so that hostile
markup cannot make it see elements that no browser would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from html import escape, unescape
from typing import Any

import nh3

from services.site_build.errors import BuildError
from services.site_build.html import refuse_too_deep, refuse_too_many
from services.site_build.model import Component, PageSource
from services.site_build.rules import Rules

_MARK = "data-rb-component"
_ID = re.compile(r'data-rb-component="([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?: [^>]*)?)>")
_ATTRIBUTE = re.compile(r' ([^\s=">]+)="([^"]*)"')
_VOID = frozenset({"br", "col", "hr", "img", "input", "source", "track", "wbr"})
_MAX_VALUE = 20_000
_MAX_EXPANDED = 8 * 1024 * 1024


def component_refs(html: str) -> frozenset[str]:
    """Return the components that a page's markup names."""
    return frozenset(_ID.findall(html)) if _MARK in html else frozenset()


def expand(page: PageSource, components: Mapping[str, Component], rules: Rules) -> PageSource:
    """Put the components into a page. One that is not given leaves what the page holds."""
    if not component_refs(page.html):
        return page
    used: dict[str, str] = {}
    size = len(page.html)

    def instance(attributes: dict[str, str], inner: str) -> str:
        wanted = attributes.get(_MARK, "")
        component = components.get(wanted)
        if component is None:
            return inner
        nonlocal size
        if wanted not in used:
            used[wanted] = _canonical(component.html, rules)
        # Thirty thousand large instances fit into one small page.
        size += len(used[wanted])
        if size > _MAX_EXPANDED:
            raise BuildError("With its components the page is larger than 8 MB.")
        return _filled(used[wanted], _values(attributes.get("data-rb-values", "")))

    html = _replaced(_canonical(page.html, rules), _MARK, instance)
    sheets = [page.css, *(components[each].css for each in sorted(used))]
    return replace(page, html=html, css="\n".join(filter(None, sheets)))


def _filled(html: str, values: Mapping[str, Mapping[str, str]]) -> str:
    """Fill an instance's own words, picture or link into each field that it names."""

    def fill(attributes: dict[str, str], inner: str) -> str:
        given = values.get(unescape(attributes.get("data-rb-field", "")), {})
        for name in ("src", "alt", "href"):
            if name in given and (name != "href" or name in attributes):
                attributes[name] = escape(given[name])
        # A picture's own renditions belong to the picture that was replaced.
        if "src" in given:
            attributes.pop("srcset", None)
        if "text" in given:
            return escape(given["text"]).replace("\n", "<br>")
        return _replaced(inner, "data-rb-field", fill)

    return _replaced(html, "data-rb-field", fill)


def _replaced(html: str, mark: str, content: Callable[[dict[str, str], str], str]) -> str:
    """Rewrite each outermost element that has `mark`: its attributes, and what stands in it."""
    pieces: list[str] = []
    at = 0
    for start, tag, attributes, inner_end, end in _elements(html, mark):
        if start < at:
            continue
        inner = html[_after(html, start) : inner_end]
        filled = content(attributes, inner)
        kept = "".join(
            f' {name}="{value}"' for name, value in attributes.items() if name not in _OURS
        )
        closing = "" if tag in _VOID else f"{filled}</{tag}>"
        pieces += [html[at:start], f"<{tag}{kept}>", closing]
        at = end
    return "".join([*pieces, html[at:]])


_OURS = (_MARK, "data-rb-values", "data-rb-field")


def _after(html: str, start: int) -> int:
    return html.index(">", start) + 1


def _elements(html: str, mark: str) -> Iterator[tuple[int, str, dict[str, str], int, int]]:
    """Find the elements that have an attribute: start, tag, attributes, inner end, end."""
    open_tags: list[tuple[str, int, dict[str, str] | None]] = []
    found = []
    for tag in _TAG.finditer(html):
        closing, name, written = tag.groups()
        if closing:
            opened, start, marked = open_tags.pop() if open_tags else (name, 0, None)
            if marked is not None:
                found.append((start, opened, marked, tag.start(), tag.end()))
            continue
        attributes = dict(_ATTRIBUTE.findall(written)) if f" {mark}=" in written else None
        marked = attributes if attributes and mark in attributes else None
        if name not in _VOID:
            open_tags.append((name, tag.start(), marked))
        elif marked is not None:
            found.append((tag.start(), name, marked, tag.end(), tag.end()))
    return iter(sorted(found, key=lambda each: each[0]))


def _values(written: str) -> dict[str, dict[str, str]]:
    """Read an instance's values: field → what → text. Anything else is no value."""
    try:
        read: Any = json.loads(unescape(written)) if written else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(read, dict):
        return {}
    return {
        field: {what: text[:_MAX_VALUE] for what, text in given.items() if isinstance(text, str)}
        for field, given in read.items()
        if isinstance(given, dict)
    }


def _canonical(html: str, rules: Rules) -> str:
    refuse_too_many(html, rules)
    cleaned = _cleaner(_Key(rules)).clean(html)
    refuse_too_deep(cleaned, rules.max_depth)
    return cleaned


class _Key:
    """Rules as a key of a cache: equal when their digests are."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def __hash__(self) -> int:
        return hash(self.rules.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.rules.digest == self.rules.digest


@lru_cache(maxsize=4)
def _cleaner(key: _Key) -> nh3.Cleaner:
    """Make what rebuilds markup from a parsed tree; its judgement of values comes later."""
    rules = key.rules
    return nh3.Cleaner(
        tags=set(rules.tags),
        clean_content_tags=set(rules.drop_content),
        attributes=dict(rules.attributes),
        generic_attribute_prefixes=set(rules.prefixes),
        url_schemes=set(rules.schemes) | {"http"},
        link_rel=None,
    )
