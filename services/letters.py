"""Mails filled in from templates/mail: each has a .txt and a .html of one name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.mail import Letter

_TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "mail"


def write(template: str, *, to: str, subject: str, **values: Any) -> Letter:
    """Fill in both texts of a mail; in the HTML what people wrote is escaped.

    Raises UndefinedError when a template names a value that is not given.
    """
    return Letter(
        to=to,
        subject=subject,
        text=_environment().get_template(f"{template}.txt").render(values),
        html=_environment().get_template(f"{template}.html").render(values),
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
