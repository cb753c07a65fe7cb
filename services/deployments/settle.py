"""Putting the disk right after the database: sites that were deleted, publishes that were given up.

A worker normally leaves both in agreement. It cannot when it dies between going live and saying
so and the job is then canceled or put aside, or when a site is deleted while it is published. Of a
site that an operator took down nothing is served, previews included.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from services.deployments import addresses
from services.deployments.blobs import BlobStore
from services.deployments.live import Live, Slot, live_slots
from services.deployments.queue import ask
from services.supabase import Client, rows

log = logging.getLogger(__name__)
_AT_ONCE = 100
_ACTIVE = ("queued", "building", "uploading", "processing")


def settle(db: Client, data_dir: Path) -> int:
    """Compare every live version with its deployment's row; return how many were put right."""
    changed = 0
    batch: list[tuple[Slot, Live]] = []
    for found in live_slots(data_dir):
        batch.append(found)
        if len(batch) == _AT_ONCE:
            changed += _settle(db, data_dir, batch)
            batch = []
    return changed + (_settle(db, data_dir, batch) if batch else 0)


def _settle(db: Client, data_dir: Path, batch: list[tuple[Slot, Live]]) -> int:
    ids = [live.deployment_id for _, live in batch]
    query = db.table("deployments").select("id,status,finished_at").in_("id", ids)
    states = {row["id"]: row for row in ask(lambda: rows(query))}
    down = _suspended(db, {live.site_id for _, live in batch})
    changed = 0
    for slot, live in batch:
        row = states.get(live.deployment_id)
        if live.site_id in down:
            changed += _put_right(data_dir, slot, live, None)
        elif not row or row["status"] not in ("ready", *_ACTIVE):
            before = _newest_ready(db, live) if slot.folder.parent.name == "sites" else None
            changed += _put_right(data_dir, slot, live, before)
    return changed


def _suspended(db: Client, site_ids: set[str]) -> set[str]:
    query = (
        db.table("sites").select("id").in_("id", sorted(site_ids)).not_.is_("suspended_at", "null")
    )
    return {row["id"] for row in ask(lambda: rows(query))}


def _put_right(data_dir: Path, slot: Slot, live: Live, before: dict[str, Any] | None) -> bool:
    """Go back to an earlier version; without one, take the site down."""
    if before:
        files = BlobStore(data_dir / "blobs").put_manifest(before["manifest"])
        wanted: Live | None = Live(
            deployment_id=before["id"],
            site_id=live.site_id,
            sequence=int(before["sequence"]),
            generation=0,
            manifest=files,
            label=live.label,
            url=live.url,
        )
    else:
        wanted = None
    if not slot.replace(live, wanted):
        return False
    if wanted is None and live.label:
        addresses.release(data_dir, live.label, live.site_id)
    log.info("%s: %s is no longer live", live.site_id, live.deployment_id)
    return True


def _newest_ready(db: Client, live: Live) -> dict[str, Any] | None:
    query = (
        db.table("deployments")
        .select("id,sequence,manifest")
        .eq("site_id", live.site_id)
        .eq("host", "local")
        .eq("target", "production")
        .eq("status", "ready")
        .order("sequence", desc=True)
        .limit(1)
    )
    found = ask(lambda: rows(query))
    return found[0] if found and found[0].get("manifest") else None
