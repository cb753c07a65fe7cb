"""The mail to somebody whom a comment calls: templates/mail/mention.txt and .html, filled in."""

from __future__ import annotations

from services import letters
from services.mail import Letter

_LONGEST = 600


def mention(*, to: str, link: str, author: str, page: str, body: str) -> Letter:
    """Write the mail. What people wrote stands in it as text, never in its subject."""
    words = body if len(body) <= _LONGEST else body[: _LONGEST - 1] + "…"
    values = {"link": link, "author": author or "Somebody", "page": page, "words": words}
    return letters.write(
        "mention",
        to=to,
        subject="You were mentioned in a comment",
        **values,
    )
