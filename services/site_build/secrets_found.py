"""Secrets in custom code, by their shape: a published page is read by everybody.

The builder tells of them while somebody edits (`static/src/builder/checks/secrets.js`, from the
same list, `static/src/site/secrets.json`); this is where they are refused, whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.site_build.errors import BuildError
from services.site_build.model import Json

Patterns = tuple[tuple[str, re.Pattern[str]], ...]


def secret_patterns(secrets: Json) -> Patterns:
    """Prepare the list of secrets.json for use."""
    return tuple(
        (entry["name"], re.compile(entry["pattern"], re.ASCII))
        for entry in secrets.get("patterns", ())
    )


def refuse_secrets(parts: Iterable[tuple[str, str]], patterns: Patterns) -> None:
    """Raise BuildError when one of `parts` (where, code) holds a secret; it is not repeated."""
    for where, code in parts:
        for name, pattern in patterns if code else ():
            if pattern.search(code):
                raise BuildError(
                    f"{where} holds {name}. Everybody can read a published page: "
                    "take it out, and replace that key with its maker."
                )
