"""People's style rules: cleaned, merged, and cut into sheets that pages share.

A rule in the plainest grammar (no strings, escapes, comments, at-rules or addresses), which is
nearly all of what the builder writes, is recognised by two patterns; anything else goes through
a real CSS parser (css_parse.py, about 30 times slower). Both give back balanced text, so rules
can be joined in any number without one reaching into the next.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from services.site_build.css_parse import parse_declarations, parse_rules
from services.site_build.rules import CssRules

ResolveUrl = Callable[[str], str | None]

SHEET_MIN = 4096
SHEET_MAX = 32768

# Text with balanced round brackets, three deep, and nothing else that could open, end or escape.
_TEXT = r"[^(){}\[\];\"'\\<@]"
# Possessive quantifiers throughout: hostile text must not make a pattern go back and try again.
_INNERMOST = rf"(?:\({_TEXT}*+\){_TEXT}*+)*+"
_INNER = rf"(?:\({_TEXT}*+{_INNERMOST}\){_TEXT}*+)*+"
_BALANCED = rf"{_TEXT}*+(?:\({_TEXT}*+{_INNER}\){_TEXT}*+)*+"
_SIMPLE_RULE = re.compile(rf"({_BALANCED})\{{([^{{}}\"'\\<@]*+)\}}")
_SIMPLE_DECLARATION = re.compile(rf"\s*+([a-zA-Z-][\w-]*+)\s*+:({_BALANCED})(?:;\s*+|$)", re.ASCII)
# What makes a declaration interesting to somebody who attacks: then the parser decides.
_SUSPECT = (
    "/*", "url", "src", "image", "element", "expression", "behavior", "binding", "javascript",
    "paint", "modify",
)  # fmt: skip
_SUSPECT_END = re.compile(r"!\s*+ie")
_SPACES = re.compile(r"\s*+")
_AROUND_COMMA = re.compile(r" ?, ?")
_AROUND_COMBINATOR = re.compile(r" ?([,>~]) ?")
_MERGEABLE = ("@media", "@supports", "@container")


def clean_css(css: str, rules: CssRules, *, url: ResolveUrl) -> list[str]:
    """Return the allowed rules in their order, minified, one string each."""
    return merge(list(_rules(css, rules, url)))


def clean_declarations(text: str, rules: CssRules, *, url: ResolveUrl) -> str:
    """Return the allowed declarations of a style attribute, minified."""
    simple = _simple_declarations(text, rules)
    if simple is not None:
        return simple
    return parse_declarations(text, rules, url)


def merge(rules: list[str]) -> list[str]:
    """Drop rules that a later equal one makes idle, and join neighbours under the same condition.

    Equal text means equal selector and declarations, so the later rule wins wherever the earlier
    one applied; nothing in between can see a difference. `@layer` is the exception: the first
    mention of a layer fixes its place.
    """
    kept: list[str] = []
    seen: set[str] = set()
    for rule in reversed(rules):
        if rule not in seen or "@layer" in rule:
            kept.append(rule)
            seen.add(rule)
    kept.reverse()
    return _join_neighbours(kept)


def sheets(rules: list[str]) -> list[tuple[str, bytes]]:
    """Cut a page's rules into sheets named by content.

    A long sheet is cut after rules whose own digest says so, not at fixed sizes: pages that
    share most of a long stylesheet then share most of its pieces, and an edit changes only the
    piece around it, on that page only. A page never depends on what other pages contain.
    """
    pieces: list[list[str]] = [[]]
    size = 0
    for rule in rules:
        pieces[-1].append(rule)
        size += len(rule)
        if size >= SHEET_MAX or (size >= SHEET_MIN and _is_cut(rule)):
            pieces.append([])
            size = 0
    return [_named("".join(piece)) for piece in pieces if piece]


def _is_cut(rule: str) -> bool:
    return hashlib.sha256(rule.encode()).digest()[0] < 64


def _named(css: str) -> tuple[str, bytes]:
    data = css.encode("utf-8", "replace")
    return f"assets/{hashlib.sha256(data).hexdigest()[:16]}.css", data


def _rules(css: str, rules: CssRules, url: ResolveUrl) -> Iterator[str]:
    position = _skip_space(css, 0)
    while position < len(css):
        found = _SIMPLE_RULE.match(css, position)
        text = _simple_rule(found.group(1), found.group(2), rules) if found else None
        if found is None or text is None:
            end = _end_of_rule(css, position)
            yield from parse_rules(css[position:end], rules, url)
            position = end
        else:
            if text:
                yield text
            position = found.end()
        position = _skip_space(css, position)


@lru_cache(maxsize=8192)
def _simple_rule(selector: str, body: str, rules: CssRules) -> str | None:
    """Return the minified rule, '' when it is empty, or None when the parser must decide."""
    selector = _spaced(selector)
    if not selector or "/*" in selector:
        return None
    declarations = _simple_declarations(body, rules)
    if declarations is None:
        return None
    selector = _AROUND_COMBINATOR.sub(r"\1", selector)
    return f"{selector}{{{declarations}}}" if declarations else ""


def _simple_declarations(body: str, rules: CssRules) -> str | None:
    if _is_suspect(body.lower()):
        return None
    result = []
    position, end = 0, len(body.rstrip())
    while position < end:
        found = _SIMPLE_DECLARATION.match(body, position, end)
        if found is None:
            return None
        name, value = found.groups()
        value = _spaced(value)
        if not name.startswith("--"):
            name = name.lower()
            if "," in value:
                value = _AROUND_COMMA.sub(",", value)
        if value:
            result.append(f"{name}:{value}")
        position = found.end()
    return ";".join(result)


def _is_suspect(body: str) -> bool:
    """Say whether lower-case text has a suspect word; plain searches beat one pattern of many."""
    for word in _SUSPECT:
        if word in body:
            return True
    return "!" in body and _SUSPECT_END.search(body) is not None


def _spaced(text: str) -> str:
    """Write every run of white space as one space, and none at the ends."""
    return " ".join(text.split())


def _skip_space(css: str, position: int) -> int:
    found = _SPACES.match(css, position)
    return found.end() if found else position


_MARK = re.compile(
    r"/\*.*?(?:\*/|\Z)|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?|\\.|[{};]", re.DOTALL
)


def _end_of_rule(css: str, position: int) -> int:
    """Return where the rule that begins at `position` ends, roughly as a CSS tokenizer sees it.

    A wrong guess costs a rule, never safety: each piece is parsed and written anew by itself.
    """
    depth = 0
    for found in _MARK.finditer(css, position):
        mark = found.group()
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth <= 0:
                return found.end()
        elif mark == ";" and depth == 0:
            return found.end()
    return len(css)


def _join_neighbours(rules: Iterable[str]) -> list[str]:
    """Turn `@media x{a}@media x{b}` into `@media x{ab}`, and `a{x}a{y}` into `a{x;y}`."""
    joined: list[str] = []
    for rule in rules:
        head = rule[: rule.find("{") + 1]
        if joined and head and joined[-1].startswith(head):
            if rule.startswith(_MERGEABLE):
                joined[-1] = joined[-1][:-1] + rule[len(head) :]
                continue
            if not rule.startswith("@") and "{" not in joined[-1][len(head) :] + rule[len(head) :]:
                joined[-1] = joined[-1][:-1] + ";" + rule[len(head) :]
                continue
        joined.append(rule)
    return joined
