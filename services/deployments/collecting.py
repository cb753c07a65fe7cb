"""Removing published bytes that no deployment needs any more, a week after anybody used them.

Whoever builds or publishes touches every blob it relies on (`BlobStore.keep`), so what is under
way is never old; what a deployment of any age lists is needed as long as its row is there.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.deployments.blobs import BlobStore
from services.deployments.live import live_slots
from services.deployments.queue import ask
from services.supabase import Client, rows

log = logging.getLogger(__name__)

UNUSED_SECONDS = 7 * 24 * 3600
EVERY_SECONDS = 24 * 3600
_ROWS = 20


def collect(db: Client, data_dir: Path) -> int:
    """Remove blobs that nothing needs; return how many. Raises Unavailable or a ProblemError.

    Once a day, by whichever worker comes first; the others find the stamp, or the lock.
    """
    store = BlobStore(data_dir / "blobs")
    with _alone(store.root) as stamp:
        if stamp is None or time.time() - stamp.stat().st_mtime < EVERY_SECONDS:
            return 0
        gone = _collect(db, data_dir, store, before=time.time() - UNUSED_SECONDS)
        os.utime(stamp)
    if gone:
        log.info("%d published files that no deployment needs were removed", gone)
    return gone


def _collect(db: Client, data_dir: Path, store: BlobStore, *, before: float) -> int:
    old = set(store.unused_since(before))
    if not old:
        return 0
    known = False
    for manifest, files in _deployments(db):
        known = True
        old.difference_update(files.values())
        old.difference_update(_listed(store, manifest))
    for _, live in live_slots(data_dir):
        old.difference_update(_listed(store, live.manifest))
    if not known:
        # A database that knows of no deployment at all is more likely the wrong one.
        log.warning("no file is removed: the database has no deployment")
        return 0
    return sum(store.discard(digest, before=before) for digest in sorted(old))


def _deployments(db: Client) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield of every deployment the manifest it began with, if any, and its files."""
    last = ""
    while found := _page(db, last):
        for row in found:
            yield row["begun"] or "", row["manifest"] or {}
        last = found[-1]["id"]


def _page(db: Client, last: str) -> list[dict[str, Any]]:
    query = db.table("deployments").select("id,manifest,begun:external->>manifest").order("id")
    return ask(lambda: rows((query.gt("id", last) if last else query).limit(_ROWS)))


def _listed(store: BlobStore, manifest: str) -> set[str]:
    """The manifest's own blob and those that it lists."""
    if not manifest:
        return set()
    try:
        return {manifest, *store.read_manifest(manifest).values()}
    except FileNotFoundError:
        return set()


@contextmanager
def _alone(root: Path) -> Iterator[Path | None]:
    """Yield the file that says when this was last done, locked; None when another has it."""
    root.mkdir(parents=True, exist_ok=True)
    stamp = root / ".collected"
    new = not stamp.exists()
    handle = os.open(stamp, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if new:
            os.utime(stamp, (0, 0))
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield stamp
    except BlockingIOError:
        yield None
    finally:
        os.close(handle)
