"""What a published form takes: its own fields and no others, each within its bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from services.edge.form_body import Attached, Sent
from services.errors import FieldError, Invalid
from services.site_build.forms import PAGE, TRAP, merged

MOST_BYTES = 10 * 1024 * 1024
MOST_TEXT = 30_000
MOST_FILES = 5
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_PLACE = re.compile(r"(/[^?#\s]{0,299})#(form-[a-z0-9-]{1,80})")


@dataclass(frozen=True)
class Published:
    """A form as it is live: what it asks, and where its site answers."""

    site_id: str
    form: str
    org_id: str
    definition: Mapping[str, Any]
    base_urls: tuple[str, ...]

    @classmethod
    def of(cls, site_id: str, form: str, row: Mapping[str, Any]) -> Published:
        return cls(
            site_id=site_id,
            form=form,
            org_id=str(row["org_id"]),
            # A site may be live in several versions: what any of them asks is kept.
            definition=merged(row["definitions"]),
            base_urls=tuple(row["base_urls"] or ()),
        )

    @property
    def takes_files(self) -> bool:
        return any(field["type"] == "file" for field in self.definition["fields"])


@dataclass(frozen=True)
class Answer:
    """What is kept of what was sent."""

    fields: dict[str, str | list[str]]
    files: list[Attached]
    path: str
    mark: str
    is_spam: bool


def judge(published: Published, sent: Sent) -> Answer:
    """Keep the form's own fields. Raises Invalid that names each field that is wrong."""
    path, mark = _place(published, sent.first(PAGE))
    is_spam = bool(sent.first(TRAP))
    fields: dict[str, str | list[str]] = {}
    files: list[Attached] = []
    wrong: list[FieldError] = []
    for field in published.definition["fields"]:
        name = field["name"]
        if field["type"] == "file":
            given = [file for file in sent.files if file.field == name]
            files += given
            problem = "Choose a file." if field["required"] and not given else ""
        else:
            values = [each.strip() for each in sent.values.get(name, []) if each.strip()]
            values = values if field["many"] else values[:1]
            problem = _problem(field, values)
            if values:
                fields[name] = values if field["many"] else values[0]
        if problem:
            wrong.append(FieldError(name, problem))
    wrong += _too_much(fields, files)
    if not wrong and not fields and not files:
        raise Invalid("Nothing was filled in.", code="empty_form")
    if wrong and not is_spam:
        raise Invalid(errors=wrong)
    return Answer({} if wrong else fields, [] if is_spam else files, path, mark, is_spam)


def home_of(published: Published, referrer: str) -> str | None:
    """Return where the site answers that the visitor came from; only ever the site's own address.

    A browser may not say where it comes from; a site with one address needs no telling.
    """
    came = urlsplit(referrer)
    for base in published.base_urls:
        known = urlsplit(base)
        if came.netloc and (came.scheme, came.netloc) == (known.scheme, known.netloc):
            return base
    alone = len(published.base_urls) == 1 and not came.netloc
    return published.base_urls[0] if alone else None


def page_address(base: str, path: str) -> str:
    """Return the address of a page below one of the site's own."""
    return base if path == "/" else f"{base}{path[1:].rstrip('/')}/"


def _problem(field: Mapping[str, Any], values: list[str]) -> str:
    if not values:
        return "This field must be filled in." if field["required"] else ""
    if any(len(each) > field["max"] for each in values):
        return f"At most {field['max']:,} characters."
    if field["type"] == "email" and not all(map(_MAIL.fullmatch, values)):
        return "Enter an e-mail address, such as name@example.com."
    if field["choices"] and not set(values) <= set(field["choices"]):
        return "Choose one of those offered."
    return ""


def _too_much(fields: Mapping[str, Any], files: list[Attached]) -> list[FieldError]:
    size = sum(len(str(value).encode()) for value in fields.values())
    wrong = []
    if size > MOST_TEXT:
        longest = max(fields, key=lambda name: len(str(fields[name])))
        wrong.append(FieldError(longest, f"All fields together take {MOST_TEXT:,} bytes."))
    if len(files) > MOST_FILES:
        wrong.append(FieldError(files[0].field, f"At most {MOST_FILES} files."))
    return wrong


def _place(published: Published, told: str) -> tuple[str, str]:
    """Return the page the form stands on, and its mark there, as the form itself said."""
    found = _PLACE.fullmatch(told)
    if found and re.fullmatch(rf"form-{published.form}(-\d{{1,4}})?", found.group(2)):
        return found.group(1), found.group(2)
    return published.definition["page"], f"form-{published.form}"
