"""Forms of a published page: where they send, what bots fall for, and what they say afterwards.

Works on nh3's canonical output (double quotes, `<` and `>` escaped inside attributes), as images.py
does. What is read of a form here is its definition: the service keeps answers to those fields and
to no others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from services.site_build.errors import BuildError
from services.site_build.model import Json
from services.site_build.urls import relative_link

# The name of assets/forms.json: what the service learns of a site's forms when it goes live.
FORMS = "assets/forms.json"
BEHAVIOR = "form"
TRAP, PAGE, PROOF = "_website", "_page", "_proof"
MOST_FIELDS = 60
_MOST_BYTES = 48 * 1024
_MOST_TEXT = 300
_LONGEST = 5000

_FORM = re.compile(r"<form([^>]*)>(.*?)</form>", re.DOTALL)
_ATTRIBUTE = re.compile(r' ([^\s=">]+)="([^"]*)"')
_CONTROL = re.compile(r"<(input)([^>]*)>|<(select|textarea)([^>]*)>(.*?)</\3>", re.DOTALL)
_OPTION = re.compile(r"<option([^>]*)>(.*?)</option>", re.DOTALL)
_STATE = re.compile(
    r'<(p|div|h2|h3|section|span|strong)([^>]* data-rb-state="(sent|failed)"[^>]*)>(.*?)</\1>',
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]*>")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PATH = re.compile(r"/[A-Za-z0-9._~/-]{0,300}")
_NO_ANSWER = frozenset({"button", "image", "reset", "submit"})
_WORDS = {
    "sent": "Thank you. We have received it.",
    "failed": "That could not be sent. Look at the fields again, or try again in a moment.",
}


@dataclass(frozen=True)
class Filled:
    """A page's markup with its forms wired up, and what each form is."""

    html: str
    forms: Json


def fill_forms(html: str, page_path: str, forms_url: str) -> Filled:
    """Give every form its endpoint. One that says by itself where it sends stays as it is."""
    if not forms_url or "<form" not in html:
        return Filled(html, {})
    forms: dict[str, Any] = {}
    times: dict[str, int] = {}

    def form(found: re.Match[str]) -> str:
        attributes = _attributes(found.group(1))
        if _leads_elsewhere(attributes):
            return found.group(0)
        name = _name(attributes)
        times[name] = times.get(name, 0) + 1
        mark = f"form-{name}" if times[name] == 1 else f"form-{name}-{times[name]}"
        definition = _definition(attributes, found.group(2), page_path)
        forms[name] = merged([definition, *([forms[name]] if name in forms else [])])
        return _written(attributes, found.group(2), definition, name, mark, page_path, forms_url)

    return Filled(_FORM.sub(form, html), forms)


def merged(definitions: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Join what several places know of one form: the first decides, fields are of all."""
    places = list(definitions)
    fields: dict[str, dict[str, Any]] = {}
    for place in places:
        for field in place["fields"]:
            known = fields.setdefault(field["name"], field)
            choices = dict.fromkeys([*known["choices"], *field["choices"]])
            fields[field["name"]] = {**known, "choices": [*choices]}
    for name, field in fields.items():
        # A field that one place does not have, or does not insist on, cannot be asked for.
        needed = all(
            any(each["name"] == name and each["required"] for each in place["fields"])
            for place in places
        )
        fields[name] = {**field, "required": needed}
    return {**places[0], "fields": [*fields.values()]}


def forms_file(forms: Mapping[str, Json]) -> bytes:
    """Write down the forms of all pages; `forms` are those of each page, by its address."""
    found: dict[str, list[Any]] = {}
    for path in sorted(forms):
        for name, definition in forms[path].items():
            found.setdefault(name, []).append(definition)
    joined = {name: merged(definitions) for name, definitions in sorted(found.items())}
    for name, definition in joined.items():
        if len(definition["fields"]) > MOST_FIELDS or len(json.dumps(definition)) > _MOST_BYTES:
            raise BuildError(f"The form “{name}” has too many fields: at most {MOST_FIELDS}.")
    return json.dumps(joined, sort_keys=True, separators=(",", ":")).encode() if joined else b""


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def _leads_elsewhere(attributes: Mapping[str, str]) -> bool:
    """A search of the site, a dialog, or another service that the author has chosen."""
    if "data-rb-form" in attributes:
        return False
    return attributes.get("method", "post") != "post" or bool(attributes.get("action"))


def _name(attributes: Mapping[str, str]) -> str:
    for given in (attributes.get("data-rb-form", ""), attributes.get("id", "")):
        slug = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")[:63].strip("-")
        if _SLUG.fullmatch(slug):
            return slug
    return "form"


def _definition(attributes: Mapping[str, str], inner: str, page_path: str) -> dict[str, Any]:
    said = {state: _text(words) for _, _, state, words in _STATE.findall(inner)}
    after = attributes.get("data-rb-next", "")
    return {
        "fields": _fields(inner),
        "next": after if _PATH.fullmatch(after) and "//" not in after else "",
        "page": page_path,
        "proof": "data-rb-proof" in attributes,
        **{state: said.get(state) or words for state, words in _WORDS.items()},
    }


def _fields(inner: str) -> list[dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = {}
    for found in _CONTROL.finditer(inner):
        tag = found.group(1) or found.group(3)
        attributes = _attributes(found.group(2) or found.group(4) or "")
        kind = attributes.get("type", "text") if tag == "input" else tag
        name = attributes.get("name", "")
        if not name or kind in _NO_ANSWER or "disabled" in attributes:
            continue
        choices = _choices(tag, kind, attributes, found.group(5) or "")
        known = fields.get(name)
        if known:
            # Boxes and choices share a name on purpose.
            known["choices"] = [*dict.fromkeys([*known["choices"], *choices])]
            known["many"] = known["many"] or kind != "radio"
            known["required"] = known["required"] and kind == "radio"
            continue
        if len(fields) == MOST_FIELDS:
            raise BuildError(f"A form on this page has more than {MOST_FIELDS} fields.")
        fields[name] = {
            "name": name,
            "label": _label(inner, found.start(), kind) or _spoken(name),
            "type": kind,
            "required": "required" in attributes,
            "many": "multiple" in attributes,
            "max": _longest(attributes.get("maxlength", "")),
            "choices": choices,
        }
    return list(fields.values())


def _choices(tag: str, kind: str, attributes: Mapping[str, str], inner: str) -> list[str]:
    if kind in ("checkbox", "radio"):
        return [attributes.get("value", "on")]
    if tag != "select":
        return []
    options = ((_attributes(found), _text(words)) for found, words in _OPTION.findall(inner))
    return [about.get("value", words) for about, words in options]


def _longest(given: str) -> int:
    return min(int(given), _LONGEST) if given.isdecimal() and len(given) < 9 else _LONGEST


def _label(inner: str, at: int, kind: str) -> str:
    """Return the words of the label that a control stands in, or of the group it is one of."""
    opening = "<legend" if kind == "radio" else "<label"
    start = inner.rfind(opening, 0, at)
    closing = opening.replace("<", "</")
    if start < 0 or (kind != "radio" and closing in inner[start:at]):
        return ""
    end = inner.find(closing, start)
    words = inner[start : end if kind in ("radio", "checkbox") else at]
    return _text(words.partition(">")[2])[:120]


def _spoken(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").capitalize()


def _text(html: str) -> str:
    """Return what a reader sees of canonical markup, in one line and bounded."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())[:_MOST_TEXT]


def _written(
    attributes: dict[str, str],
    inner: str,
    definition: Mapping[str, Any],
    name: str,
    mark: str,
    page_path: str,
    forms_url: str,
) -> str:
    attributes |= {"data-rb-form": name, "action": f"{forms_url}{name}", "method": "post"}
    attributes.pop("data-rb-next", None)
    if definition["next"]:
        attributes["data-rb-next"] = relative_link(definition["next"], page_path, frozenset()) or ""
    if any(field["type"] == "file" for field in definition["fields"]):
        attributes["enctype"] = "multipart/form-data"
    opening = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<form{opening}>{_states(inner, mark)}{_hidden(page_path, mark, definition)}</form>"


def _states(inner: str, mark: str) -> str:
    """Let what the form says afterwards be reached by an address, and by screen readers."""

    def state(found: re.Match[str]) -> str:
        tag, attributes, kind, words = found.groups()
        kept = "".join(
            f' {key}="{value}"'
            for key, value in _ATTRIBUTE.findall(attributes)
            if key not in ("id", "role", "tabindex")
        )
        return f"<{tag}{kept}{_reach(mark, kind)}>{words}</{tag}>"

    inner = _STATE.sub(state, inner)
    for kind, words in _WORDS.items():
        if f'data-rb-state="{kind}"' not in inner:
            mine = f'class="rb-form__message" data-rb-state="{kind}"{_reach(mark, kind)}'
            inner += f"<p {mine}>{words}</p>"
    return inner


def _reach(mark: str, kind: str) -> str:
    role = "status" if kind == "sent" else "alert"
    return f' id="{mark}-{kind}" role="{role}" tabindex="-1"'


def _hidden(page_path: str, mark: str, definition: Mapping[str, Any]) -> str:
    """Return the page it is on, and a field that people do not see and bots fill in."""
    script = (
        '<noscript><p class="rb-form__message">This form needs JavaScript.</p></noscript>'
        if definition["proof"]
        else ""
    )
    return (
        '<div class="rb-form__trap" aria-hidden="true"><label>Leave this empty'
        f'<input type="text" name="{TRAP}" tabindex="-1" autocomplete="off"></label></div>'
        f'<input type="hidden" name="{PAGE}" value="{escape(page_path)}#{mark}">{script}'
    )
