"""What a worker does about visits now and then: sum up ended days, delete, send the week."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import date
from functools import partial

from services.analytics.letters import week
from services.config import Config
from services.deployments.queue import ask
from services.mail import send
from services.supabase import Client, rows

log = logging.getLogger(__name__)

# The rest comes with the next round: a job that waits should not wait for this.
SUMMED_AT_ONCE = 20
DELETED_AT_ONCE = 20_000
MAILED_AT_ONCE = 20


def keep_up(db: Client, config: Config) -> None:
    """Do a part of what is due. Raises Unavailable; what was not done is done the next time."""
    with ExitStack() as parts:
        # The last comes first, and each is done though one before it failed.
        if config.smtp_url or config.mails_stay_here:
            parts.callback(send_week, db, config)
        parts.callback(trim, db)
        ask(lambda: rows(db.rpc("sum_visits", {"batch": SUMMED_AT_ONCE})))


def trim(db: Client) -> None:
    """Delete visits that the plans keep no longer."""
    removed = ask(lambda: rows(db.rpc("trim_visits", {"batch": DELETED_AT_ONCE})))[0]
    if removed:
        log.info("%d visits were deleted, as their plan says", removed)


def send_week(db: Client, config: Config) -> int:
    """Mail last week's numbers to those who want them; return how many mails have left."""
    due = ask(lambda: rows(db.rpc("take_weekly_reports", {"batch": MAILED_AT_ONCE})))
    letters = [
        week(
            to=each["email"],
            monday=date.fromisoformat(each["week"]),
            sites=each["sites"],
            app_url=config.app_url,
        )
        for each in due
    ]
    left = send(config, letters) if letters else []
    sent = [each["person_id"] for each, has_left in zip(due, left, strict=True) if has_left]
    if sent:
        noted = {"person_ids": sent, "week": due[0]["week"]}
        ask(partial(rows, db.rpc("note_weekly_reports", noted)))
    return len(sent)
