"""Many small pieces of work at once, but never more than so many."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from services.deployments.lease import Lease

Item = TypeVar("Item")


def each(
    items: Sequence[Item], work: Callable[[Item], object], *, at_once: int, lease: Lease
) -> None:
    """Do `work` for every item. The first failure stops the rest and is raised here."""
    todo, lock, stop = iter(items), threading.Lock(), threading.Event()
    failed: list[BaseException] = []
    done = 0

    def run() -> None:
        nonlocal done
        while not stop.is_set():
            with lock:
                item = next(todo, None)
            if item is None:
                return
            try:
                work(item)
            except BaseException as error:
                failed.append(error)
                stop.set()
            else:
                with lock:
                    done += 1

    threads = [threading.Thread(target=run, daemon=True) for _ in range(min(at_once, len(items)))]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(0.1)
                lease.progress(done, len(items))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]
    lease.progress(len(items), len(items))
