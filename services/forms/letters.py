"""The mail that says that somebody filled in a form: templates/mail/form.txt and .html."""

from __future__ import annotations

from collections.abc import Mapping

from services import letters
from services.mail import Letter


def letter(*, to: str, site: str, counts: Mapping[str, int], link: str) -> Letter:
    """Write the mail. What visitors wrote is not in it: it stays where it can be deleted."""
    total = sum(counts.values())
    subject = "A form was filled in" if total == 1 else f"{total} forms were filled in"
    values = {"site": site, "counts": sorted(counts.items()), "total": total, "link": link}
    return letters.write(
        "form",
        to=to,
        subject=f"{subject}: {site}"[:150],
        **values,
    )
