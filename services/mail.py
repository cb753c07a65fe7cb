"""Letters to people: through the mail server of SMTP_URL, or shown on one's own machine.

Whoever sends learns of each letter whether it left. A mail server that is down, slow or choosy
loses nothing of ours and raises nothing: the letter just has not left.
"""

import json
import logging
import os
import smtplib
import ssl
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from services.config import Config
from services.environment import LOOPBACK_HOSTS
from services.errors import NotConfigured

log = logging.getLogger(__name__)

STEP_SECONDS = 8.0  # for each answer of the mail server
TOTAL_SECONDS = 20.0  # for all letters together: the browser waits for thirty


@dataclass(frozen=True)
class Letter:
    """One mail to one address. Texts may hold links that only its reader should know."""

    to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


def require_mail(config: Config) -> None:
    """Raise NotConfigured when there is no way to send anything."""
    if config.smtp_url is None and not config.mails_stay_here:
        raise NotConfigured("No mail server is set (SMTP_URL), so nobody can be sent a mail.")


def send(config: Config, letters: Sequence[Letter]) -> list[bool]:
    """Send each letter and say whether it left."""
    require_mail(config)
    if config.smtp_url is None:
        return [_keep_here(config.data_dir / "mailbox", letter) for letter in letters]
    sent = [False] * len(letters)
    deadline = time.monotonic() + TOTAL_SECONDS
    try:
        with closing(_connect(config)) as server:
            for number, letter in enumerate(letters):
                if time.monotonic() > deadline:
                    raise TimeoutError
                sent[number] = _hand_over(server, config, letter)
            server.quit()
    except (OSError, smtplib.SMTPException) as error:
        # Never the error's text: mail servers repeat addresses, and some the password.
        log.warning("the mail server failed: %s", type(error).__name__)
    return sent


def _connect(config: Config) -> smtplib.SMTP:
    parts = urlsplit(config.smtp_url or "")
    host = parts.hostname or ""
    me = urlsplit(config.app_url).hostname
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, me, timeout=STEP_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 587, me, timeout=STEP_SECONDS)
    try:
        if parts.scheme == "smtp" and host not in LOOPBACK_HOSTS:
            # Refuses to go on in the clear: letters hold one-time links.
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _hand_over(server: smtplib.SMTP, config: Config, letter: Letter) -> bool:
    """Give the server one letter; it may refuse this one and take the next."""
    try:
        server.send_message(_message(config, letter))
    except (smtplib.SMTPServerDisconnected, TimeoutError):
        raise
    except (smtplib.SMTPException, ValueError) as error:
        # ValueError: the library will not write such a header, and every letter stands for itself.
        log.warning("the mail server refused a letter: %s", type(error).__name__)
        return False
    return True


def _message(config: Config, letter: Letter) -> EmailMessage:
    """Put the letter into form. The library refuses line breaks in headers, so none are forged."""
    message = EmailMessage()
    message["From"] = config.mail_from
    message["To"] = letter.to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=urlsplit(config.app_url).hostname)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _keep_here(folder: Path, letter: Letter) -> bool:
    """Show the letter on the console, and keep it beside those of the embedded Supabase."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    print(f"\nMail to {letter.to}: {letter.subject}\n\n{letter.text}", file=sys.stderr, flush=True)
    mail = {
        "to": [letter.to],
        "subject": letter.subject,
        "html": letter.html,
        "text": letter.text,
        "sent_at": now,
    }
    name = f"{now.replace(':', '-')}-{uuid.uuid4().hex[:8]}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{name}"
        unfinished.write_text(json.dumps(mail, indent=2))
        os.replace(unfinished, folder / name)
    except OSError as error:
        log.warning("a mail could not be kept: %s", type(error).__name__)
    return True
