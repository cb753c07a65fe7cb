"""What became of a page's blocks from one version to the next, and by whom. Pure.

Versions are followed one after the other, so that a block that two people changed names both, and
one that was changed and changed back names nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Any

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "source",
                   "track", "wbr"})  # fmt: skip
_SHOWN = 60
# What stands at the top of a page without being a block of the library, in people's words.
_PLAIN = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("", "p", "span", "blockquote"), "text"),
    **dict.fromkeys(("ul", "ol", "dl"), "list"),
    **dict.fromkeys(("img", "picture", "figure"), "picture"),
    **dict.fromkeys(("div", "article", "main", "aside"), "section"),
    "nav": "menu",
}


@dataclass(frozen=True)
class Version:
    """A page as somebody left it."""

    html: str
    css: str = ""
    about: tuple[str, str] = ("", "")
    """Its title, and what search engines are told."""
    by: str | None = None


@dataclass(eq=False)
class Block:
    """One block through the versions: what it was called, says now, and who changed it."""

    html: str
    kind: str
    text: str
    by: list[str] = field(default_factory=list)
    first: str | None = None
    """Its markup when the page was published; None for one that came later."""

    def sign(self, person: str | None) -> None:
        if person and person not in self.by:
            self.by.append(person)


def changes(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """Compare the first version, which is live, with the last; one entry for each change."""
    live, now = versions[0], versions[-1]
    blocks = split(live.html)
    for block in blocks:
        block.first = block.html
    order, gone = list(blocks), list[Block]()
    for version in versions[1:]:
        blocks, removed = _follow(blocks, version)
        gone += removed
    moved = _moved([b for b in order if b in blocks], [b for b in blocks if b.first is not None])
    told = [
        _entry(block, what) for block in blocks if (what := _what(block, is_moved=block in moved))
    ]
    told += [_entry(block, "removed") for block in gone if block.first is not None]
    for name, part in (("Styles", "css"), ("Title and description", "about")):
        if getattr(live, part) != getattr(now, part):
            told.append({"name": name, "text": "", "what": "changed", "by": _by(versions, part)})
    return told


def split(html: str) -> list[Block]:
    """Cut a page's markup into its blocks, the elements that stand at its top."""
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    return reader.blocks


def _follow(blocks: list[Block], version: Version) -> tuple[list[Block], list[Block]]:
    """Return the blocks as this version has them, and those that it has no more."""
    fresh = split(version.html)
    pairs = SequenceMatcher(
        None, [b.html for b in blocks], [b.html for b in fresh], autojunk=False
    ).get_opcodes()
    after: list[Block | None] = [None] * len(fresh)
    left: list[Block] = []
    for verb, a, a_end, b, b_end in pairs:
        if verb == "equal":
            after[b:b_end] = blocks[a:a_end]
        else:
            left += blocks[a:a_end]
    # What was moved is the same elsewhere; what was changed is of the same kind, in its order.
    for same in (_same_markup, _same_kind):
        for at, block in enumerate(fresh):
            found = next((old for old in left if same(old, block)), None)
            if after[at] is None and found is not None:
                left.remove(found)
                found.html, found.text = block.html, block.text
                found.sign(version.by)
                after[at] = found
    for at, block in enumerate(fresh):
        if after[at] is None:
            block.sign(version.by)
            after[at] = block
    for block in left:
        block.by.clear()
        block.sign(version.by)
    return [block for block in after if block is not None], left


def _same_markup(old: Block, new: Block) -> bool:
    return old.html == new.html


def _same_kind(old: Block, new: Block) -> bool:
    return old.kind == new.kind


def _what(block: Block, *, is_moved: bool) -> str:
    if block.first is None:
        return "added"
    if block.first != block.html:
        return "changed"
    return "moved" if is_moved else ""


def _moved(before: list[Block], after: list[Block]) -> list[Block]:
    """Of the blocks that stayed, the fewest that must have changed places."""
    was, now = [id(block) for block in before], [id(block) for block in after]
    still = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
    kept = {at for match in still for at in range(match.b, match.b + match.size)}
    return [block for at, block in enumerate(after) if at not in kept]


def _by(versions: Sequence[Version], part: str) -> list[str]:
    people: list[str] = []
    for before, after in zip(versions, versions[1:], strict=False):
        changed = getattr(before, part) != getattr(after, part)
        if changed and after.by and after.by not in people:
            people.append(after.by)
    return people


def _entry(block: Block, what: str) -> dict[str, Any]:
    name = _PLAIN.get(block.kind, block.kind).replace("-", " ").capitalize()
    return {"name": name, "text": block.text, "what": what, "by": block.by}


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.blocks: list[Block] = []
        self._lines = list(_line_starts(html))
        self._open: list[str] = []
        self._began = 0
        self._kind = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._open:
            self._end(self._here())
            told = dict(attrs)
            is_component = "data-rb-component" in told
            self._kind = told.get("data-rb-block") or ("component" if is_component else tag)
        if tag not in _VOID:
            self._open.append(tag)
        elif not self._open:
            self._end(self._here() + len(self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # HTML knows no <p/>: what is not void stays open.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open.pop() != tag:
            pass
        if not self._open:
            self._end(self.html.find(">", self._here()) + 1 or len(self.html))

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def close(self) -> None:
        super().close()
        self._end(len(self.html))

    def _end(self, at: int) -> None:
        markup = self.html[self._began : at].strip()
        words = " ".join("".join(self._words).split())
        if markup:
            short = words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1].rstrip()}…"
            self.blocks.append(Block(markup, self._kind, short))
        self._began, self._kind, self._words = at, "", []

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _line_starts(text: str) -> Iterable[int]:
    def starts() -> Iterator[int]:
        at = 0
        while True:
            yield at
            at = text.find("\n", at) + 1
            if at == 0:
                return

    return starts()
