"""Files that no row counts, or whose owner is gone: storage keeps what nobody deletes."""

from __future__ import annotations

import logging
from functools import partial

from services.deployments.queue import ask
from services.supabase import Client, one, rows

log = logging.getLogger(__name__)


def remove_orphans(db: Client) -> int:
    """Delete the files that nobody owns any more; return how many there were.

    Uploads that nobody ended are ended first: those that arrived and fit are listed from now on.
    The database names them afresh each time, so a worker that dies here leaves nothing behind.
    """
    ask(lambda: rows(db.rpc("settle_uploads", {})))
    orphans = ask(lambda: one(db.rpc("orphaned_files", {})))
    for bucket, names in orphans.items():
        if names:
            ask(partial(db.storage.from_(bucket).remove, names))
    removed = sum(map(len, orphans.values()))
    if removed:
        log.info("%d files of deleted organizations and people were removed", removed)
    return removed
