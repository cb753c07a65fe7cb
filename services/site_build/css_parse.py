"""People's style rules through a real CSS parser: what is not known to be harmless goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import tinycss2
import tinycss2.ast as ast

from services.site_build.rules import CssRules

ResolveUrl = Callable[[str], str | None]

_VENDOR = ("-webkit-", "-moz-", "-o-", "-ms-")
# At-rules that hold rules; @font-face holds declarations; the rest of the list has no block.
_MAX_NESTING = 12
# In these functions a bare string is an address.
_STRING_IS_URL = frozenset({"url", "image-set", "-webkit-image-set", "cross-fade"})


class _Refused(Exception):
    """This value, selector or condition has something in it that is not allowed."""


def parse_rules(css: str, rules: CssRules, url: ResolveUrl) -> Iterator[str]:
    """Yield the allowed rules of a piece of CSS, each minified and balanced."""
    try:
        nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        yield from list(_rules(nodes, rules, url, 0))
    except RecursionError:
        # A thousand brackets inside one another: nobody's design.
        return


def parse_declarations(css: str, rules: CssRules, url: ResolveUrl) -> str:
    """Return the allowed declarations of a style attribute."""
    try:
        nodes = tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True)
        return ";".join(
            text
            for node in nodes
            if isinstance(node, ast.Declaration) and (text := _declaration(node, rules, url))
        )
    except RecursionError:
        return ""


def _rules(
    nodes: Iterable[ast.Node], rules: CssRules, url: ResolveUrl, nesting: int
) -> Iterator[str]:
    for node in nodes:
        text = _rule(node, rules, url, nesting)
        if text:
            yield text


def _rule(node: ast.Node, rules: CssRules, url: ResolveUrl, nesting: int) -> str:
    if nesting > _MAX_NESTING:
        return ""
    try:
        if isinstance(node, ast.QualifiedRule):
            selector = _text(node.prelude, rules, _no_url)
            body = _contents(node.content, rules, url, nesting)
            return f"{selector}{{{body}}}" if selector and body else ""
        if isinstance(node, ast.AtRule):
            return _at_rule(node, rules, url, nesting)
    except _Refused:
        pass
    return ""


def _at_rule(node: ast.AtRule, rules: CssRules, url: ResolveUrl, nesting: int) -> str:
    name = node.lower_at_keyword
    if _unprefixed(name) not in rules.at_rules:
        return ""
    condition = _text(node.prelude, rules, _no_url)
    head = f"@{name} {condition}" if condition else f"@{name}"
    if node.content is None:
        return f"{head};" if name == "layer" and condition else ""
    body = _contents(node.content, rules, url, nesting)
    return f"{head}{{{body}}}" if body else ""


def _contents(content: list[ast.Node], rules: CssRules, url: ResolveUrl, nesting: int) -> str:
    """Clean what stands between braces: declarations and rules, in their order."""
    parts: list[str] = []
    nodes = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    for node in nodes:
        if isinstance(node, ast.Declaration):
            text = _declaration(node, rules, url)
            parts.append(f"{text};" if text else "")
        else:
            parts.append(_rule(node, rules, url, nesting + 1))
    return "".join(parts).removesuffix(";")


def _declaration(node: ast.Declaration, rules: CssRules, url: ResolveUrl) -> str:
    if node.lower_name in rules.denied_properties:
        return ""
    name = node.name if node.name.startswith("--") else node.lower_name
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        return ""
    try:
        value = _text(node.value, rules, url)
    except _Refused:
        return ""
    if not value:
        return ""
    return f"{name}:{value}!important" if node.important else f"{name}:{value}"


def _text(nodes: list[ast.Node], rules: CssRules, url: ResolveUrl) -> str:
    """Write component values anew, without comments, with white space as one space."""
    kept = [kept for node in nodes for kept in _kept(node, rules, url)]
    while kept and kept[0].type == "whitespace":
        kept.pop(0)
    while kept and kept[-1].type == "whitespace":
        kept.pop()
    # An address, a string or a name may hold "</": harmless in a file, not in a preview's <style>.
    text: str = tinycss2.serialize(kept)
    return text.replace("</", "<\\/").replace("<!--", "").replace("-->", "")


def _kept(node: ast.Node, rules: CssRules, url: ResolveUrl) -> list[ast.Node]:
    if isinstance(node, ast.Comment):
        return []
    if isinstance(node, ast.WhitespaceToken):
        node.value = " "
    elif isinstance(node, ast.ParseError):
        raise _Refused
    elif isinstance(node, ast.URLToken):
        return [_address(node.value, url)]
    elif isinstance(node, ast.FunctionBlock):
        return [_function(node, rules, url)]
    elif isinstance(node, ast.AtKeywordToken | ast.CurlyBracketsBlock):
        raise _Refused
    elif isinstance(node, ast.ParenthesesBlock | ast.SquareBracketsBlock):
        node.content = _inside(node.content, rules, url)
    elif isinstance(node, ast.LiteralToken) and node.value in ("<!--", "-->", ";"):
        raise _Refused
    return [node]


def _function(node: ast.FunctionBlock, rules: CssRules, url: ResolveUrl) -> ast.Node:
    name = _unprefixed(node.lower_name)
    if name in rules.denied_functions:
        raise _Refused
    if name == "url":
        strings = [part for part in node.arguments if isinstance(part, ast.StringToken)]
        if len(strings) != 1 or any(
            not isinstance(part, ast.StringToken | ast.WhitespaceToken) for part in node.arguments
        ):
            raise _Refused
        return _address(strings[0].value, url)
    if name in _STRING_IS_URL:
        node.arguments = [
            _address(part.value, url) if isinstance(part, ast.StringToken) else part
            for part in node.arguments
        ]
        node.arguments = [
            part if isinstance(part, ast.URLToken) else kept
            for part in node.arguments
            for kept in ([part] if isinstance(part, ast.URLToken) else _kept(part, rules, url))
        ]
        return node
    node.arguments = _inside(node.arguments, rules, url)
    return node


def _inside(nodes: list[ast.Node], rules: CssRules, url: ResolveUrl) -> list[ast.Node]:
    return [kept for node in nodes for kept in _kept(node, rules, url)]


def _address(value: str, url: ResolveUrl) -> ast.Node:
    """Make a url() token of an allowed address, written so that nothing in it can end it."""
    address = url(value)
    if address is None:
        raise _Refused
    escaped = "".join(
        char if char.isalnum() or char in "/:.-_~?=&%+,;@#!$*" else f"\\{ord(char):x} "
        for char in address
    )
    return ast.URLToken(0, 0, address, f"url({escaped})")


def _no_url(value: str) -> str | None:
    """Selectors and conditions have no addresses."""
    return None


def _unprefixed(name: str) -> str:
    for prefix in _VENDOR:
        name = name.removeprefix(prefix)
    return name
