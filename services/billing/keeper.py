"""What goes on in the background, in a thread of each deploy worker: plans, customers, mails."""

from __future__ import annotations

import logging
import threading

from services import mail
from services.billing import letters, plans, stripe_api
from services.billing.ledger import Ledger
from services.billing.syncing import sync_next
from services.config import Config
from services.errors import NotConfigured, ProblemError
from services.pace import Pace

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
IDLE_SECONDS = 1.0
MAIL_SECONDS = 5.0


class Keeper:
    """Keeps the mirror of Stripe true and sends what is to be sent, until told to stop."""

    def __init__(self, config: Config, stopping: threading.Event) -> None:
        self._config = config
        self._stopping = stopping
        self._ledger = Ledger(config)
        self._plans = plans.read(config.plans_file)

    def start(self) -> None:
        threading.Thread(target=self._run, name="billing", daemon=True).start()

    def _run(self) -> None:
        pace, mails_in = Pace(POLL_SECONDS, IDLE_SECONDS), 0.0
        waiting_plans = True
        while not self._stopping.is_set():
            try:
                if waiting_plans:
                    self._ledger.apply_plans(self._plans)
                    waiting_plans = False
                if self._config.takes_payments:
                    while sync_next(self._ledger, stripe_api.client(self._config)):
                        mails_in = 0.0
                        pace.worked()
                if mails_in <= 0:
                    send_mails(self._config, self._ledger)
                    mails_in = MAIL_SECONDS
                pause = pace.idle() if self._config.takes_payments else MAIL_SECONDS
            except ProblemError as problem:
                log.warning("billing waits: %s", problem.detail)
                pause = pace.failed()
            except Exception:
                # One thing that nobody foresaw must not stop everything after it.
                log.exception("billing stumbled")
                pause = pace.failed()
            mails_in -= pause
            self._stopping.wait(pause)


def send_mails(config: Config, ledger: Ledger) -> None:
    """Send what is due; what does not leave comes again later."""
    waiting = ledger.take_mails()
    if not waiting:
        return
    try:
        sent = mail.send(config, [letters.letter(config.app_url, each) for each in waiting])
    except NotConfigured:
        return
    for each, left in zip(waiting, sent, strict=True):
        if left:
            ledger.note_mail(each["id"])
