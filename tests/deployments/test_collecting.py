"""Bytes that no deployment needs go after a week; everything that could be shown again stays."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from services.config import Config
from services.deployments import collecting
from services.deployments.blobs import BlobStore
from services.deployments.collecting import collect
from services.deployments.live import production_slot
from services.deployments.settle import settle
from services.supabase import as_service
from tests.deployments.press import Press, Publisher

MONTH = 30 * 24 * 3600


def age(folder: Path) -> None:
    """Everything there was last used a month ago."""
    old = time.time() - MONTH
    for path in folder.glob("*/*"):
        os.utime(path, (old, old))


def collected(press: Press) -> int:
    stamp = press.data_dir / "blobs" / ".collected"
    if stamp.exists():
        os.utime(stamp, (0, 0))
    return collect(as_service(Config.from_env(press.env)), press.data_dir)


@pytest.fixture
def store(press: Press) -> BlobStore:
    return BlobStore(press.data_dir / "blobs")


def test_what_was_deleted_goes_and_every_version_that_can_come_back_stays(
    press: Press, olive: Publisher, store: BlobStore
) -> None:
    kept, doomed = olive.sites({
        "Kept": {"/": "<p>first words kept</p>"}, "Doomed": {"/": "<p>words doomed</p>"},
    })  # fmt: skip
    with press.worker():
        first, gone = olive.published(kept), olive.published(doomed)
        olive.write(kept, "/", "<p>second words kept</p>")
        second, archive = olive.published(kept), olive.published(kept, host="archive")
    olive.rest("DELETE", f"sites?id=eq.{doomed}")
    # What visitors still see is needed: the deleted site is taken down first.
    settle(as_service(Config.from_env(press.env)), press.data_dir)
    stray, _ = store.put(b"what a preview of changes built and nobody published")
    age(store.root)
    assert collected(press) > 0
    still = {digest for row in (first, second, archive) for digest in row["manifest"].values()}
    assert all(store.has(digest) for digest in still)
    alone = set(gone["manifest"].values()) - still
    assert alone and not any(store.has(digest) for digest in alone | {stray})
    live = production_slot(press.data_dir, kept).read()
    assert store.has(live.manifest)
    # The oldest version can still come back.
    with press.worker():
        restored = olive.api.post(f"/api/deployments/{first['id']}/restore").json()
        assert press.finished(restored["id"])["status"] == "ready"
    assert "first words" in press.visit(second["url"]).text
    age(store.root)
    collected(press)
    assert all(store.has(digest) for digest in still)


def test_a_build_that_relies_on_old_bytes_keeps_them(
    press: Press, olive: Publisher, store: BlobStore
) -> None:
    """The worker remembers its last build: what it takes from there counts as used."""
    site = olive.site(name="Warm", pages={"/": "<p>warm home</p>", "/a": "<p>warm a</p>"})
    with press.worker():
        olive.published(site)
        age(store.root)
        olive.write(site, "/a", "<p>warm a, changed</p>")
        row = olive.published(site)
        week_ago = time.time() - collecting.UNUSED_SECONDS
        assert not set(row["manifest"].values()) & set(store.unused_since(week_ago))


def test_whoever_keeps_a_blob_while_it_is_being_removed_has_it(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    digest, _ = store.put(b"needed after all")
    age(tmp_path)
    before = time.time() - collecting.UNUSED_SECONDS
    assert list(store.unused_since(before)) == [digest]
    assert store.keep(digest)
    assert not store.discard(digest, before=before) and store.has(digest)
    age(tmp_path)
    assert store.discard(digest, before=before) and not store.keep(digest)
    assert store.put(b"needed after all") == (digest, True)


def test_it_is_done_once_a_day_and_by_one_alone(
    press: Press, olive: Publisher, store: BlobStore
) -> None:
    # From a database without a deployment, nothing is taken away.
    with press.worker():
        olive.published(olive.site())
    collected(press)
    stray, _ = store.put(b"another stray")
    age(store.root)
    assert collect(as_service(Config.from_env(press.env)), press.data_dir) == 0
    with collecting._alone(store.root) as stamp:
        assert stamp is not None
        assert collected(press) == 0
    assert store.has(stray)
    assert collected(press) >= 1 and not store.has(stray)


def test_a_database_that_knows_no_deployment_takes_nothing_away(
    press: Press, store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray, _ = store.put(b"a stray of another database")
    age(store.root)
    monkeypatch.setattr(collecting, "_deployments", lambda db: iter(()))
    assert collected(press) == 0 and store.has(stray)
