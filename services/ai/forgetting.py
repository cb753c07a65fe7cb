"""Questions to the AI that were left behind, and those that are old."""

from __future__ import annotations

import logging

from services.supabase import Client, one

log = logging.getLogger(__name__)


def tidy(db: Client) -> None:
    """End what a killed server left running; forget what was asked more than a year ago.

    Raises a ProblemError.
    """
    forgotten = one(db.rpc("tidy_generations", {}))["forgotten"]
    if forgotten:
        log.info("%s questions to the AI were forgotten, a year after they were asked", forgotten)
