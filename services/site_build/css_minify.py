"""Our own CSS (theme, base, block library), minified: nothing is refused or reordered."""

from __future__ import annotations

from typing import Any

import tinycss2
import tinycss2.ast as ast


def minify(css: str) -> str:
    """Return trusted CSS without comments and with white space as single spaces."""
    return "".join(
        _minified(node)
        for node in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    )


def _minified(node: Any) -> str:
    """Write one node of trusted CSS as short as it can be without changing its meaning."""
    if node.type == "qualified-rule":
        return f"{_squeeze(node.prelude)}{{{_minified_block(node.content)}}}"
    if node.type == "at-rule":
        condition = _squeeze(node.prelude)
        head = f"@{node.at_keyword} {condition}" if condition else f"@{node.at_keyword}"
        return f"{head};" if node.content is None else f"{head}{{{_minified_block(node.content)}}}"
    if node.type == "declaration":
        important = "!important" if node.important else ""
        return f"{node.name}:{_squeeze(node.value)}{important};"
    raise ValueError(f"The block library has a mistake in its CSS: {node.message}")


def _minified_block(content: list[ast.Node]) -> str:
    nodes = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return "".join(_minified(node) for node in nodes).removesuffix(";")


def _squeeze(nodes: list[ast.Node]) -> str:
    kept = []
    for node in nodes:
        if node.type == "comment":
            continue
        if node.type == "whitespace":
            node.value = " "
        kept.append(node)
    text: str = tinycss2.serialize(kept)
    return text.strip()
