"""People's markup, cleaned: nh3 rebuilds it from a parsed tree, and every attribute is judged here.

The result is canonical (double quotes, `<` and `>` escaped inside attributes), which is what
lets images.py find tags with a pattern. Nothing may bring markup in after this step.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape

import nh3

from services.site_build.css import clean_declarations
from services.site_build.errors import BuildError
from services.site_build.rules import Rules, UrlRule
from services.site_build.urls import allowed, is_image_data, plain, relative_file, relative_link

Resolve = Callable[[str], str | None]

_FRAME = re.compile(r"<iframe([^>]*)>.*?</iframe>", re.DOTALL)
_OPENING = re.compile(r"<[a-zA-Z]")
_REFERENCE = re.compile(r"&(?!#[0-9]|#[xX][0-9a-fA-F])")
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][^\s>]*)")
_SRCSET_CANDIDATE = re.compile(r"([^\s,]\S*[^\s,]|[^\s,])(\s+[0-9.]+[wx])?\s*(?:,|$)")
# What only the builder needs to know.
_EDITING_MARKS = frozenset({"data-rb-lock"})
_VOID = frozenset({"br", "col", "hr", "img", "input", "source", "track", "wbr"})


@dataclass
class Cleaned:
    """A page's markup after cleaning, and what was seen in it on the way."""

    html: str = ""
    classes: set[str] = field(default_factory=set)
    blocks: set[str] = field(default_factory=set)
    behaviors: set[str] = field(default_factory=set)


def clean_html(html: str, page_path: str, rules: Rules, *, picture: Resolve) -> Cleaned:
    """Rebuild `html` from what the allow-list knows, with links relative to the page.

    `picture` turns a reference to one of the site's own pictures into its published
    address, relative to the page, or returns None when it is not one.
    """
    refuse_too_many(html, rules)
    # Making a cleaner costs as much as a third of a page, so idle ones are kept. Taking from a
    # list and giving back are atomic: no judge ever serves two threads.
    idle = _idle_judges(rules.digest)
    judge = idle.pop() if idle else _Judge(rules)
    try:
        cleaned = judge.clean(html, page_path, picture)
    finally:
        idle.append(judge)
    cleaned.html = _frames(cleaned.html, rules)
    refuse_too_deep(cleaned.html, rules.max_depth)
    return cleaned


@lru_cache(maxsize=8)
def _idle_judges(digest: str) -> list[_Judge]:
    """Return the list of cleaners that wait for work under one version of the allow-list."""
    return []


class _Judge:
    """A cleaner of nh3, and the answers it needs about each attribute that the list allows."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.urls = rules.urls
        self.schemes = rules.urls["a.href"].schemes
        self.path = "/"
        self.picture: Resolve = _no_picture
        self.seen = Cleaned()
        self.cleaner = nh3.Cleaner(
            tags=set(rules.tags),
            clean_content_tags=set(rules.drop_content),
            attributes=dict(rules.attributes),
            generic_attribute_prefixes=set(rules.prefixes),
            url_schemes=set(rules.schemes) | {"http"},
            link_rel=None,
            attribute_filter=self.answer,
        )

    def clean(self, html: str, page_path: str, picture: Resolve) -> Cleaned:
        """Clean one page; nothing of it stays behind."""
        self.path, self.picture, self.seen = page_path, picture, Cleaned()
        try:
            self.seen.html = self.cleaner.clean(html)
            return self.seen
        finally:
            self.picture, self.seen = _no_picture, Cleaned()

    def answer(self, tag: str, name: str, value: str) -> str | None:
        """Return the attribute's value as it may stay, or None to drop it."""
        if name == "class":
            if "rb-" in value:
                self.seen.classes.add(value)
            return value
        if name == "href":
            return relative_link(value, self.path, self.schemes)
        if name.startswith("data-rb-"):
            return self._mark(name, value)
        if name == "style":
            return clean_declarations(value, self.rules.css, url=self._css_url) or None
        key = f"{tag}.{name}"
        rule = self.urls.get(key)
        if rule is not None:
            return _url_attribute(tag, name, value, rule, self.rules, self.picture, self.path)
        return self._plain(key, name, value)

    def _mark(self, name: str, value: str) -> str | None:
        if len(value) > self.rules.max_attribute or name in _EDITING_MARKS:
            return None
        if name == "data-rb-block":
            self.seen.blocks.add(value)
        elif name == "data-rb-behavior":
            self.seen.behaviors.update(value.split())
        return value

    def _plain(self, key: str, name: str, value: str) -> str | None:
        """Judge an attribute that holds no address."""
        rules = self.rules
        if len(value) > rules.max_attribute:
            return None
        if name in rules.name_attributes:
            return _name(value, rules)
        values = rules.values.get(key)
        if values is not None:
            known = value if value in values else value.lower()
            return known if known in values else None
        pattern = rules.patterns.get(name)
        return value if pattern is None or pattern.fullmatch(value) else None

    def _css_url(self, value: str) -> str | None:
        return _address(value, self.urls["img.src"], self.rules, self.picture, self.path)


def _no_picture(url: str) -> str | None:
    return None


def _url_attribute(
    tag: str, name: str, value: str, rule: UrlRule, rules: Rules, picture: Resolve, page_path: str
) -> str | None:
    if name == "srcset":
        return _srcset(value, rule, rules, picture, page_path)
    if rule.kind == "frame":
        url = plain(value)
        return url if url.startswith(rules.frame_sources) else None
    if tag == "img" and picture(value) is not None:
        # images.py wants the reference itself, to give the picture its renditions.
        return value
    return _address(value, rule, rules, picture, page_path)


def _address(
    value: str, rule: UrlRule, rules: Rules, picture: Resolve, page_path: str
) -> str | None:
    url = plain(value)
    own = picture(url) if rule.kind == "media" else None
    if own is not None:
        return own
    if not allowed(url, rule.schemes, relative=rule.relative):
        return None
    if url[:5].lower() == "data:":
        return url if is_image_data(url, rules.image_types, rules.max_data_url) else None
    return relative_file(url, page_path) if rule.kind == "media" else url


def _srcset(
    value: str, rule: UrlRule, rules: Rules, picture: Resolve, page_path: str
) -> str | None:
    candidates = []
    for found in _SRCSET_CANDIDATE.finditer(value):
        url = _address(found.group(1), rule, rules, picture, page_path)
        if url and not url.startswith("data:"):
            candidates.append(url + (found.group(2) or ""))
    return ", ".join(candidates) or None


def _name(value: str, rules: Rules) -> str | None:
    if not rules.name_pattern.fullmatch(value):
        return None
    return value if rules.denied_names.isdisjoint(value.lower().split()) else None


def _frames(html: str, rules: Rules) -> str:
    """Sandbox every frame, and empty it: its content is raw text, which nh3 does not clean."""
    if "<iframe" not in html:
        return html
    sandbox = escape(rules.frame_sandbox)

    def frame(found: re.Match[str]) -> str:
        attributes = found.group(1)
        if ' src="' not in attributes:
            return ""
        lazy = "" if ' loading="' in attributes else ' loading="lazy"'
        return f'<iframe{attributes}{lazy} sandbox="{sandbox}"></iframe>'

    return _FRAME.sub(frame, html)


def refuse_too_many(html: str, rules: Rules) -> None:
    """Refuse markup with so many elements or `&` that a parser takes quadratic time over it.

    200,000 unclosed `<div>` keep nh3 busy for minutes, two million `&` for one; these bounds keep
    any page to about a second. Letters written as numbers (`&#1234;`) cost nothing.
    """
    for mark, pattern, limit, what in (
        ("<", _OPENING, rules.max_elements, "elements"),
        ("&", _REFERENCE, rules.max_references, "“&”"),
    ):
        if html.count(mark) > limit and sum(1 for _ in pattern.finditer(html)) > limit:
            raise BuildError(f"The page has more than {limit:,} {what}.")


def refuse_too_deep(html: str, limit: int) -> None:
    """Refuse markup nested deeper than browsers build it (Chromium flattens at 512).

    `html` is canonical, so every element but the void ones is closed: counting is exact.
    """
    if html.count("<") <= 2 * limit:
        return
    depth = 0
    for closing, name in _ANY_TAG.findall(html):
        if closing:
            depth -= 1
        elif name not in _VOID:
            depth += 1
            if depth > limit:
                raise BuildError(f"The page nests elements more than {limit} deep.")
