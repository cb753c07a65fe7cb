"""Takes secrets out of text before it is logged or reported."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

_SECRETS = re.compile(
    r"eyJ[\w-]{8,300}\.[\w-]+\.[\w-]*"  # JSON Web Tokens
    r"|(?i:bearer)\s+[^\s\"',;]+"
    r"|\b(?:sk|rk|pk)_(?:live|test)_\w+|\bwhsec_\w+|\bxai-[\w-]+"
    r"|\binv_[\w-]{20,}"  # the token in an invitation's link
    r"|\bgh[pousr]_\w+|\bgithub_pat_\w+|\bnf[a-z]_\w+|\bvc[a-z]_\w+|\bsb_secret_[\w-]+"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user:password in an address
)


_configured: re.Pattern[str] | None = None


def remember(secrets: Iterable[str]) -> None:
    """Take these very texts out too, from now on: not every secret looks like one.

    Texts of less than eight characters are left alone; taking them out would garble ordinary words.
    """
    global _configured
    exact = {each for each in secrets if len(each) >= 8}
    # As they are, and as an address holds them. The longest first: one may begin with another.
    forms = sorted(exact | {quote(each, safe="") for each in exact}, key=len, reverse=True)
    _configured = re.compile("|".join(map(re.escape, forms))) if forms else None


def text(value: str) -> str:
    """Return `value` with every configured secret, and everything that looks like one, replaced."""
    if _configured is not None:
        value = _configured.sub("[redacted]", value)
    return _SECRETS.sub("[redacted]", value)


def tree(value: Any) -> Any:
    """Do the same for every string in a tree of lists and dicts."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {key: tree(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [tree(item) for item in value]
    return value
