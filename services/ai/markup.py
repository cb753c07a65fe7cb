"""The model's markup, judged: rebuilt by nh3 from the allow-list, with nothing but known classes.

Whatever is taken out is named, so that the person sees it; what cannot be mended is a Flaw, which
the model gets to read and may put right once. Scripts, handlers, inline styles and pictures from
elsewhere never pass: a picture's address could carry the page's words to somebody else's server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3

from services.ai.catalog import Catalog
from services.site_build.rules import Rules
from services.site_build.urls import allowed, plain, scheme_of

LONGEST = 60_000
INLINE = frozenset(
    {"a", "b", "strong", "i", "em", "u", "s", "br", "span", "sub", "sup", "mark", "small", "code"}
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track"}
    | {"wbr"}
)


class Flaw(Exception):
    """The answer cannot be used; the message says to the model what is wrong."""


@dataclass
class Checked:
    """Markup that may go on the canvas, what had to go, and which other sites it points to."""

    html: str = ""
    removed: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def remove(self, what: str) -> None:
        if what not in self.removed and len(self.removed) < 30:
            self.removed.append(what[:80])


def check_section(html: str, kind: str, library: Catalog) -> Checked:
    """Judge one section of a page. Raises Flaw."""
    checked = clean(html, library)
    root = root_of(checked.html)
    if root.block != kind or f"rb-{kind}" not in root.classes:
        raise Flaw(
            f'The markup must be one element with class "rb-{kind}" and data-rb-block="{kind}".'
        )
    if not root.says_something:
        raise Flaw("The section has no words in it.")
    return checked


def check_edit(html: str, before: str, library: Catalog) -> Checked:
    """Judge the new form of one block, which must stay that block. Raises Flaw."""
    was = root_of(before)
    checked = clean(html, library, also=was.all_classes, pictures=was.pictures)
    root = root_of(checked.html)
    if (root.tag, root.block) != (was.tag, was.block):
        kind = f' data-rb-block="{was.block}"' if was.block else ""
        raise Flaw(f"The answer must be one <{was.tag}{kind}> element: the selected block alone.")
    return checked


def check_inline(html: str) -> str:
    """Return the words of one text, with what may stand inside a line."""
    return nh3.clean(
        html,
        tags=set(INLINE),
        attributes={"a": {"href"}, "span": {"class"}},
        url_schemes={"http", "https", "mailto", "tel", "sms"},
        link_rel=None,
    ).strip()


def clean(
    html: str,
    library: Catalog,
    *,
    also: frozenset[str] = frozenset(),
    pictures: frozenset[str] = frozenset(),
) -> Checked:
    """Rebuild markup from what is allowed. Raises Flaw when there is too much or nothing."""
    if len(html) > LONGEST:
        raise Flaw("The markup is too long.")
    checked = Checked()
    rules = library.rules
    for tag in _tags(html) - rules.tags:
        checked.remove(f"<{tag}>")
    known = library.classes | also

    def judge(tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return _classes(value, known, checked)
        if name in ("style", "action", "srcset", "poster", "cite") or (
            name == "src" and tag != "img" and tag != "iframe"
        ):
            checked.remove(f"{name} of <{tag}>")
            return None
        if name == "src" and tag == "img":
            return _picture(value, library, pictures, checked)
        if name == "src":
            return value if plain(value).startswith(rules.frame_sources) else None
        if name == "href":
            return _link(value, rules.urls["a.href"].schemes, checked)
        if name in rules.name_attributes and not _is_harmless_name(value, rules):
            checked.remove(f"{name} {value[:30]}")
            return None
        return value if len(value) <= 2000 else None

    attributes = {tag: set(names) for tag, names in rules.attributes.items()}
    for name in _handlers(html):
        checked.remove(name)
    checked.html = nh3.clean(
        html,
        tags=set(rules.tags),
        clean_content_tags=set(rules.drop_content),
        attributes=attributes,
        generic_attribute_prefixes=set(rules.prefixes),
        url_schemes=set(rules.schemes) | {"http"},
        link_rel=None,
        attribute_filter=judge,
    ).strip()
    if len(re.findall(r"\bhref\s*=", html, re.I)) > checked.html.count("href="):
        # Addresses of unknown schemes go before anybody is asked about them.
        checked.remove("a link that may not be")
    if not checked.html:
        raise Flaw("There is no markup in the answer.")
    return checked


def _classes(value: str, known: frozenset[str], checked: Checked) -> str | None:
    names = value.split()
    for name in names:
        if name not in known:
            checked.remove(f"class {name}")
    return " ".join(name for name in names if name in known) or None


def _picture(
    value: str, library: Catalog, pictures: frozenset[str], checked: Checked
) -> str | None:
    if value in library.pictures or value in pictures:
        return value
    checked.remove(f"picture from {urlsplit(plain(value)).hostname or 'nowhere'}")
    return next(iter(library.pictures))


def _link(value: str, schemes: frozenset[str], checked: Checked) -> str | None:
    address = plain(value)
    if not allowed(address, schemes, relative=True):
        checked.remove(f"link {scheme_of(address) or 'nowhere'}:")
        return None
    host = urlsplit(address).hostname if scheme_of(address) in ("http", "https") else None
    if host and host not in checked.links:
        checked.links.append(host[:200])
    return address


def _is_harmless_name(value: str, rules: Rules) -> bool:
    """Would it shadow nothing that scripts ask window, document or a form for?"""
    is_name = rules.name_pattern.fullmatch(value) is not None
    return is_name and rules.denied_names.isdisjoint(value.lower().split())


# Reading ---------------------------------------------------------------------------------------


def _tags(html: str) -> set[str]:
    return {name.lower() for name in re.findall(r"<([a-zA-Z][a-zA-Z0-9-]*)", html)}


def _handlers(html: str) -> list[str]:
    return sorted({name.lower() for name in re.findall(r"[\s/\"'](on[a-z]{3,20})\s*=", html, re.I)})


@dataclass
class Root:
    """The outermost element of some markup."""

    tag: str
    block: str
    classes: frozenset[str]
    all_classes: frozenset[str]
    pictures: frozenset[str]
    says_something: bool


def root_of(html: str) -> Root:
    """Return the one element that markup consists of. Raises Flaw when it is not one."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.roots != 1 or reader.loose:
        raise Flaw("The markup must be exactly one element, with nothing before or after it.")
    return Root(
        tag=reader.tag,
        block=reader.attributes.get("data-rb-block") or "",
        classes=frozenset((reader.attributes.get("class") or "").split()),
        all_classes=frozenset(reader.all_classes),
        pictures=frozenset(reader.pictures),
        says_something=reader.says_something,
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.depth = self.roots = 0
        self.tag = ""
        self.attributes: dict[str, str | None] = {}
        self.all_classes: set[str] = set()
        self.pictures: set[str] = set()
        self.loose = self.says_something = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.roots += 1
            self.tag, self.attributes = tag, dict(attrs)
        told = dict(attrs)
        self.all_classes.update((told.get("class") or "").split())
        if tag == "img" and told.get("src"):
            self.pictures.add(told["src"] or "")
            self.says_something = True
        if tag not in _VOID:
            self.depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.depth -= 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.depth = max(0, self.depth - 1)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.says_something = True
            self.loose = self.loose or self.depth == 0
