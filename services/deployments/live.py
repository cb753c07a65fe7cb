"""Which version is live: one small file per site, replaced by one rename.

Two guards stand before that rename, both under the folder's lock. The *fence* holds the
highest (sequence, generation) that has begun: a worker that was frozen, lost its lease and
woke up again has a lower one and is refused. The live pointer's own sequence refuses an
older publish that finishes late, so the last request wins whatever the order of finishing.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from services.deployments.blobs import TEMPORARY, write_atomically
from services.deployments.failures import LeaseLost, Unavailable

LOCK_SECONDS = 20.0


@dataclass(frozen=True)
class Live:
    """What a live pointer says."""

    deployment_id: str
    site_id: str
    sequence: int
    generation: int
    manifest: str
    label: str
    url: str


@dataclass(frozen=True)
class Slot:
    """A place where one version is live: a site's production, or one preview."""

    folder: Path

    @property
    def pointer(self) -> Path:
        return self.folder / "live.json"

    def read(self) -> Live | None:
        """Return the live version; None when nothing is published here."""
        found = _read_json(self.pointer)
        return Live(**found) if found else None

    def begin(self, sequence: int, generation: int) -> None:
        """Raise the fence: from now on only this claim, or a later one, may go live here."""
        with self._locked():
            # Nobody else writes here while we hold the lock: these are a killed worker's halves.
            for half in self.folder.glob(f"{TEMPORARY}*"):
                half.unlink(missing_ok=True)
            self._pass_fence(sequence, generation)

    def go_live(self, live: Live, *, when_live: Callable[[], None] | None = None) -> None:
        """Make `live` the one live version, or raise LeaseLost when a later claim has begun."""
        with self._locked():
            self._pass_fence(live.sequence, live.generation)
            current = self.read()
            if current and (current.sequence, current.generation) > (
                live.sequence,
                live.generation,
            ):
                raise LeaseLost("a newer version is live")
            write_atomically(self.pointer, _dump(asdict(live)), durable=True)
            if when_live:
                when_live()

    def replace(self, expected: Live, live: Live | None) -> bool:
        """Put the pointer right as the database has decided; False when it moved meanwhile."""
        with self._locked():
            if self.read() != expected:
                return False
            if live is None:
                self.pointer.unlink(missing_ok=True)
            else:
                write_atomically(self.pointer, _dump(asdict(live)), durable=True)
            return True

    def remove(self) -> None:
        """Forget the place altogether: its site is gone."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _pass_fence(self, sequence: int, generation: int) -> None:
        fence = _read_json(self.folder / "fence.json") or {
            "sequence": 0,
            "generation": 0,
        }
        highest = (int(fence["sequence"]), int(fence["generation"]))
        if highest > (sequence, generation):
            raise LeaseLost("a later claim has begun")
        if highest < (sequence, generation):
            write_atomically(
                self.folder / "fence.json",
                _dump({"sequence": sequence, "generation": generation}),
                durable=True,
            )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder's lock; the system lets it go when the process dies, however it dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _wait_for_lock(handle)
            yield
        finally:
            os.close(handle)


def production_slot(data_dir: Path, site_id: str) -> Slot:
    return Slot(data_dir / "sites" / site_id)


def preview_slot(data_dir: Path, deployment_id: str) -> Slot:
    return Slot(data_dir / "previews" / deployment_id)


def live_slots(data_dir: Path) -> Iterator[tuple[Slot, Live]]:
    """Yield every place where a version is live, with that version."""
    for kind in ("sites", "previews"):
        parent = data_dir / kind
        for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
            slot = Slot(folder)
            live = slot.read()
            if live:
                yield slot, live


def _wait_for_lock(handle: int) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                # A worker frozen in here holds the lock until it wakes or dies: not ours to break.
                raise Unavailable("another worker holds this site's lock") from None
            time.sleep(0.02)
        else:
            return


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return found


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True).encode()
