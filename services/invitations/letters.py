"""The invitation as a mail: templates/mail/invitation.txt and .html, filled in."""

from __future__ import annotations

from datetime import datetime

from services import letters
from services.mail import Letter


def invitation(
    *, app_url: str, token: str, to: str, organization: str, inviter: str, role: str, until: str
) -> Letter:
    """Write the mail that holds the link.

    The token stands behind the #: browsers send that part to no server and in no Referer.
    """
    values = {
        "link": f"{app_url}/invite#{token}",
        "email": to,
        "organization": organization,
        "inviter": inviter or "A member",
        "role": f"an {role}" if role[0] in "aeio" else f"a {role}",
        "until": datetime.fromisoformat(until).strftime("%d %B %Y").lstrip("0"),
        "app_url": app_url,
    }
    return letters.write(
        "invitation",
        to=to,
        subject=f"Join {organization} on Roseram Builder",
        **values,
    )
