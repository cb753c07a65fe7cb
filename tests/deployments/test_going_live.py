"""Going live: one version at any instant, the last request wins, a zombie changes nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest

from services.deployments import live as live_module
from services.deployments.failures import LeaseLost, Unavailable
from services.deployments.live import Live, Slot, production_slot

SITE = str(uuid.uuid4())


def version(
    sequence: int, generation: int = 1, *, deployment: str | None = None, manifest: str = ""
) -> Live:
    manifest = manifest or f"{sequence:064x}"
    return Live(
        deployment or str(uuid.uuid4()), SITE, sequence, generation, manifest, "a--b", "http://x/"
    )


@pytest.fixture
def slot(tmp_path: Path) -> Slot:
    return production_slot(tmp_path, SITE)


def test_nothing_is_live_at_first(slot):
    assert slot.read() is None


def test_the_last_request_wins_whatever_the_order_of_finishing(slot):
    newest = version(3)
    slot.go_live(version(1))
    slot.go_live(newest)
    with pytest.raises(LeaseLost):
        slot.go_live(version(2))
    assert slot.read() == newest


def test_a_worker_whose_job_was_taken_over_cannot_go_live(slot):
    slot.go_live(version(1))
    zombie = version(2, generation=1)
    heir = version(2, generation=2, deployment=zombie.deployment_id)
    slot.begin(2, 1)
    slot.begin(2, 2)
    before = slot.pointer.read_bytes()
    with pytest.raises(LeaseLost):
        slot.go_live(zombie)
    assert slot.pointer.read_bytes() == before
    slot.go_live(heir)
    assert slot.read() == heir


def test_a_publish_canceled_in_favour_of_a_later_one_cannot_go_live(slot):
    slot.begin(1, 1)
    slot.begin(2, 1)
    with pytest.raises(LeaseLost):
        slot.go_live(version(1))
    assert slot.read() is None


def test_a_restored_earlier_version_wins_because_it_was_asked_for_last(slot):
    first, second = version(1, manifest="a" * 64), version(2, manifest="b" * 64)
    slot.go_live(first)
    slot.go_live(second)
    again = version(3, manifest=first.manifest)
    slot.go_live(again)
    assert slot.read() == again


def test_many_at_once_end_with_the_last_request_live(slot):
    order = list(range(1, 41))
    random.shuffle(order)
    lost = []

    def publish(sequence: int) -> None:
        try:
            slot.begin(sequence, 1)
            slot.go_live(version(sequence))
        except LeaseLost:
            lost.append(sequence)

    threads = [threading.Thread(target=publish, args=(n,)) for n in order]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert slot.read().sequence == 40
    assert 40 not in lost


def test_putting_right_yields_to_a_publish_that_came_between(slot):
    stale, fresh = version(1), version(2)
    slot.go_live(stale)
    slot.go_live(fresh)
    assert slot.replace(stale, None) is False
    assert slot.read() == fresh
    assert slot.replace(fresh, None) is True
    assert slot.read() is None


_HOLDER = """
import fcntl, os, sys, time
fcntl.flock(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""


def test_a_frozen_worker_inside_the_lock_delays_the_others_but_never_for_good(slot, monkeypatch):
    slot.folder.mkdir(parents=True)
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(slot.folder / "lock")], stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    os.kill(holder.pid, signal.SIGSTOP)
    monkeypatch.setattr(live_module, "LOCK_SECONDS", 0.2)
    with pytest.raises(Unavailable):
        slot.go_live(version(1))
    holder.kill()
    holder.wait()
    holder.stdout.close()
    slot.go_live(version(1))
    assert slot.read().sequence == 1


_FLIPPER = """
import json, sys, uuid
from pathlib import Path
from services.deployments.live import Live, production_slot
slot = production_slot(Path(sys.argv[1]), sys.argv[2])
fence = slot.folder / "fence.json"
sequence = json.loads(fence.read_text())["sequence"] if fence.exists() else 0
print("up", flush=True)
while True:
    sequence += 1
    slot.begin(sequence, 1)
    slot.go_live(Live(str(uuid.uuid4()), sys.argv[2], sequence, 1, f"{sequence:064x}", "a--b", "http://x/"))
"""


def test_killed_at_any_moment_the_pointer_is_whole_and_never_goes_back(tmp_path):
    slot = production_slot(tmp_path, SITE)
    seen = 0
    for _ in range(int(os.environ.get("KILLS", "20"))):
        process = subprocess.Popen(
            [sys.executable, "-c", _FLIPPER, str(tmp_path), SITE],
            stdout=subprocess.PIPE, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert process.stdout.readline() == b"up\n"
        # Until a version is live, time enough for one: a disk may be slow.
        threading.Event().wait(random.uniform(0.0, 0.03 if seen else 1.0))
        process.kill()
        process.wait()
        process.stdout.close()
        now = slot.read()
        assert (now.sequence if now else 0) >= seen
        seen = now.sequence if now else 0
    assert seen > 0
    slot.begin(10**9, 1)
    assert sorted(path.name for path in slot.folder.iterdir()) == [
        "fence.json",
        "live.json",
        "lock",
    ]
