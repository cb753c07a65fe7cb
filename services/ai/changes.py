"""From a question to calls of the model, and from its answers to pieces that may be shown.

A recipe yields one Task after the other and is sent back each checked piece, or None where the
model failed twice. A piece is a plain dict: what the browser draws and the history keeps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.ai import prompts
from services.ai.catalog import TONES, Block, Catalog
from services.ai.markup import Flaw, check_edit, check_inline, check_section
from services.ai.prompts import Message
from services.ai.shapes import (
    Ask,
    CodeAsk,
    ContentAsk,
    DesignAsk,
    EditAsk,
    LayoutAsk,
    PageAsk,
    PlannedSection,
)
from services.ai.themes import check_theme
from services.errors import FieldError, Invalid

Piece = dict[str, Any]

_FENCE = re.compile(r"^```([\w.-]*)[^\n]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_NAMES = {
    **dict.fromkeys(("html", "htm", ""), "index.html"),
    "css": "style.css",
    **dict.fromkeys(("js", "javascript"), "script.js"),
}
_NAME = re.compile(r"[A-Za-z0-9_-]{1,50}\.(html|css|js)")


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing to ask the model for."""

    messages: list[Message] = field(repr=False)
    check: Callable[[str], Piece]
    schema: dict[str, Any] | None = None
    event: str = "section"
    index: int = 0
    variant: int = 0
    max_tokens: int = 4000


Recipe = Generator[Task, Piece | None, None]


def check_ask(ask: Ask, library: Catalog) -> None:
    """Refuse what no model needs to be asked for. Raises Invalid."""
    if isinstance(ask, PageAsk):
        for index, planned in enumerate(ask.plan or ()):
            if planned.kind not in library.blocks:
                raise Invalid(errors=[FieldError(f"plan.{index}.kind", "There is no such block.")])
    if isinstance(ask, EditAsk):
        try:
            check_edit(ask.html, ask.html, library)
        except Flaw as flaw:
            raise Invalid(errors=[FieldError("html", str(flaw))]) from None
    for name in ("texts", "sections"):
        ids = [item.id for item in getattr(ask, name, ())]
        if len(ids) != len(set(ids)):
            raise Invalid(errors=[FieldError(name, "Each id may stand here once.")])


def calls_of(ask: Ask) -> int:
    """Return how many answers a question needs."""
    if isinstance(ask, PageAsk):
        if ask.only_plan:
            return 1
        return (len(ask.plan) if ask.plan else 9) * ask.variants
    return ask.variants


def recipe(site: dict[str, Any], ask: Ask, library: Catalog) -> Recipe:
    """Return the steps that answer a question."""
    talk = prompts.opening(site, ask, image=getattr(ask, "image", None))
    match ask:
        case PageAsk():
            return _page(talk, ask, library)
        case CodeAsk():
            return _each(talk, ask, prompts.code(ask), None, check_code, max_tokens=12_000)
        case ContentAsk():
            words, schema = prompts.content(ask)
            return _each(talk, ask, words, schema, lambda text: check_content(text, ask))
        case LayoutAsk():
            words, schema = prompts.layout(ask)
            return _each(talk, ask, words, schema, lambda text: check_layout(text, ask))
        case DesignAsk():
            words, schema = prompts.design(site, library)
            return _each(talk, ask, words, schema, lambda text: check_design(text, library))
        case EditAsk():
            words, schema = prompts.edit(ask, library)
            return _each(talk, ask, words, schema, lambda text: check_block(text, ask, library))
    raise TypeError(type(ask).__name__)


def _page(talk: list[Message], ask: PageAsk, library: Catalog) -> Recipe:
    outline: list[PlannedSection] = list(ask.plan or ())
    if not outline:
        words, schema = prompts.plan(library)
        planned = yield Task(
            messages=_say(talk, words),
            schema=schema,
            check=lambda text: check_plan(text, library),
            event="plan",
            max_tokens=2000,
        )
        if ask.only_plan or planned is None:
            return
        outline = [PlannedSection(**one) for one in planned["plan"]]
    for index, one in enumerate(outline):
        block = library.blocks[one.kind]
        words, schema = prompts.section(outline, index, block, library)
        earlier: list[str] = []
        for variant in range(ask.variants):
            piece = yield Task(
                messages=_say(talk, words + prompts.another(variant + 1, earlier)),
                schema=schema,
                check=_section_check(block, library),
                index=index,
                variant=variant,
            )
            if piece:
                earlier.append(piece["html"])


def _each(
    talk: list[Message],
    ask: Ask,
    words: str,
    schema: dict[str, Any] | None,
    check: Callable[[str], Piece],
    *,
    max_tokens: int = 6000,
) -> Recipe:
    """One answer for each variant, each told of those before it."""
    earlier: list[str] = []
    for variant in range(ask.variants):
        piece = yield Task(
            messages=_say(talk, words + prompts.another(variant + 1, earlier)),
            schema=schema,
            check=check,
            variant=variant,
            max_tokens=max_tokens,
        )
        if piece:
            earlier.append(json.dumps(piece, ensure_ascii=False))


def _say(talk: list[Message], words: str) -> list[Message]:
    return [*talk, {"role": "user", "content": words}]


# Checks: text → piece, or Flaw -------------------------------------------------------------------


def read_json(text: str) -> dict[str, Any]:
    """Read the answer's object; a fence around it, as small models like to give, is no harm."""
    fenced = _FENCE.search(text.strip() + "\n")
    try:
        found = json.loads(fenced[2] if fenced else text)
    except (ValueError, RecursionError):
        raise Flaw("The answer must be JSON, and complete.") from None
    if not isinstance(found, dict):
        raise Flaw("The answer must be a JSON object.")
    return found


def check_plan(text: str, library: Catalog) -> Piece:
    """Judge the plan of a page."""
    told = read_json(text)
    sections = told.get("sections")
    if not isinstance(sections, list) or not 1 <= len(sections) <= 12:
        raise Flaw("sections must be a list of 1 to 12 sections.")
    planned = []
    for one in sections:
        kind = one.get("kind") if isinstance(one, dict) else None
        if kind not in library.blocks:
            raise Flaw(f"{str(kind)[:40]!r} is no block of the list.")
        planned.append({"kind": kind, "brief": _line(one.get("brief"), 600)})
    return {"title": _line(told.get("title"), 120), "plan": planned}


def _section_check(block: Block, library: Catalog) -> Callable[[str], Piece]:
    def check(text: str) -> Piece:
        html = _html(text)
        checked = check_section(html, block.kind, library)
        return {"kind": block.kind, "name": block.name, **_shown(checked)}

    return check


def check_block(text: str, ask: EditAsk, library: Catalog) -> Piece:
    """Judge the new form of the selected block."""
    return _shown(check_edit(_html(text), ask.html, library))


def check_code(text: str) -> Piece:
    """Find the files in a fenced answer. They are shown and never run here."""
    files: dict[str, str] = {}
    for label, body in _FENCE.findall(text.strip() + "\n"):
        name = label if _NAME.fullmatch(label) else _NAMES.get(label.lower())
        if name and body.strip():
            files[name] = body.rstrip() + "\n"
    if not files or len(files) > 8:
        raise Flaw("The answer must hold files, each in a block that begins with ```name.")
    return {"files": [{"name": name, "text": body} for name, body in files.items()]}


def check_content(text: str, ask: ContentAsk) -> Piece:
    """Judge new words: for exactly the texts that were given."""
    texts = read_json(text).get("texts")
    if not isinstance(texts, list) or not all(isinstance(one, dict) for one in texts):
        raise Flaw("texts must be a list of objects.")
    words = {str(one.get("id")): one.get("text") for one in texts}
    if set(words) != {one.id for one in ask.texts}:
        raise Flaw("texts must have exactly the ids that were given.")
    cleaned = {}
    for key, value in words.items():
        cleaned[key] = check_inline(value) if isinstance(value, str) and len(value) < 8000 else ""
        if not cleaned[key]:
            raise Flaw(f"The text {key[:40]!r} is empty or too long.")
    return {"texts": [{"id": one.id, "text": cleaned[one.id]} for one in ask.texts]}


def check_layout(text: str, ask: LayoutAsk) -> Piece:
    """Judge an arrangement: nothing may be lost, doubled or invented."""
    told = read_json(text)
    order = told.get("order")
    if not isinstance(order, list) or not all(isinstance(one, dict) for one in order):
        raise Flaw("order must be a list of objects.")
    if sorted(str(one.get("id")) for one in order) != sorted(one.id for one in ask.sections):
        raise Flaw("order must have every section's id exactly once.")
    if any(one.get("tone") not in TONES for one in order):
        raise Flaw(f"tone must be one of {', '.join(TONES)}.")
    return {
        "name": _line(told.get("name"), 60),
        "reason": _line(told.get("reason"), 300),
        "order": [{"id": str(one["id"]), "tone": one["tone"]} for one in order],
    }


def check_design(text: str, library: Catalog) -> Piece:
    """Judge a theme."""
    return check_theme(read_json(text), library.theme)


def _html(text: str) -> str:
    """The markup in {"html": …}; or bare, from a server that knows nothing of schemas."""
    fenced = _FENCE.search(text.strip() + "\n")
    plain = fenced[2] if fenced else text
    if plain.lstrip().startswith("<"):
        return plain
    html = read_json(text).get("html")
    if not isinstance(html, str):
        raise Flaw("html must be a text.")
    return html


def _shown(checked: Any) -> Piece:
    return {"html": checked.html, "removed": checked.removed, "links": checked.links}


def _line(value: object, longest: int) -> str:
    return " ".join(value.split())[:longest] if isinstance(value, str) else ""


def wish_of(ask: Ask) -> Mapping[str, Any]:
    """Return what was chosen beside the prompt, without the material itself."""
    left_out = {"site_id", "page_id", "prompt", "html", "texts", "sections", "files", "image"}
    return ask.model_dump(mode="json", exclude=left_out, exclude_defaults=True)
