"""Compiling in several processes: the same bytes in the same order, whatever happens to them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from services.deployments import compile_pool
from services.deployments.compile_pool import CompilePool
from services.site_build import Compiler, pack, unpack
from services.site_build.errors import BuildError
from services.site_build.model import CompileContext, PageSource
from services.site_library import load_library

COMPILER = Compiler(load_library())
CONTEXT = CompileContext()


def page(number: int, html: str = "") -> PageSource:
    words = f"<p>Page {number} of many.</p>" * 20
    return PageSource(f"/page-{number}", f"Page {number}", html or words, "p { margin: 0; }")


def compiled_here(source: PageSource) -> bytes:
    return pack(COMPILER.compile(source, CONTEXT))


def compiled_by(pool: CompilePool, pages: list[PageSource]) -> list[bytes]:
    return [packed for _, packed in pool.compile((each.path, (each, CONTEXT)) for each in pages)]


@pytest.fixture
def pool():
    """A pool whose two processes have begun."""
    pool = CompilePool(COMPILER.rules, 2)
    deadline = time.monotonic() + 60
    while not (multiprocessing.active_children() and pool.ready()):
        assert time.monotonic() < deadline, "no process began"
        compiled_by(pool, [page(number) for number in range(150)])
    yield pool
    pool.close()


def test_processes_give_what_one_gives_and_in_order(pool):
    pages = [page(number) for number in range(300)]
    assert compiled_by(pool, pages) == [compiled_here(each) for each in pages]


def test_a_page_that_was_compiled_before_comes_in_its_place(pool):
    known = unpack(compiled_here(page(7)))
    pages = [(n, known if n % 3 else (page(n), CONTEXT)) for n in range(400)]
    found = list(pool.compile(pages))
    assert [label for label, _ in found] == list(range(400))
    assert all(result is known for label, result in found if label % 3)
    assert [r for n, r in found if not n % 3] == [compiled_here(page(n)) for n in range(0, 400, 3)]


def test_a_short_build_starts_no_process():
    before = set(multiprocessing.active_children())
    pool = CompilePool(COMPILER.rules, 2)
    assert len(compiled_by(pool, [page(number) for number in range(90)])) == 90
    assert set(multiprocessing.active_children()) <= before


def test_a_page_that_is_refused_stops_the_build_with_its_own_words(pool):
    deep = "<div>" * 2000
    pages = [page(n, deep if n == 230 else "") for n in range(300)]
    with pytest.raises(BuildError, match="deep"):
        compiled_by(pool, pages)
    assert compiled_by(pool, pages[:50]) == [compiled_here(each) for each in pages[:50]]


def test_killed_processes_cost_time_and_nothing_else(pool):
    pages = [page(number) for number in range(400)]
    made = []
    for _, packed in pool.compile((each.path, (each, CONTEXT)) for each in pages):
        if len(made) == 30:
            for process in multiprocessing.active_children():
                os.kill(process.pid, signal.SIGKILL)
        made.append(packed)
    assert made == [compiled_here(each) for each in pages]


def test_what_is_read_ahead_is_bounded(pool):
    read = 0

    def pages():
        nonlocal read
        for number in range(2000):
            read += 1
            yield number, (page(number), CONTEXT)

    for done, _ in enumerate(pool.compile(pages()), 1):
        assert read - done <= 25 * 5


def test_processes_that_nobody_needs_end(pool, monkeypatch):
    pool.rest()
    assert pool.ready()
    monkeypatch.setattr(compile_pool, "_IDLE_SECONDS", 0.0)
    children = multiprocessing.active_children()
    pool.rest()
    for process in children:
        process.join(20)
    assert not any(process.is_alive() for process in children)


ENDS = """
import multiprocessing, os, signal, sys
from tests.unit.test_compile_pool import COMPILER, CompilePool, compiled_by, page

if __name__ == "__main__":
    pool = CompilePool(COMPILER.rules, 2)
    while not pool.ready():
        compiled_by(pool, [page(number) for number in range(150)])
    compiled_by(pool, [page(number) for number in range(150)])
    print(*[process.pid for process in multiprocessing.active_children()], flush=True)
    if sys.argv[1:] == ["killed"]:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("how", "status"), [("killed", -signal.SIGKILL), ("", 0)])
def test_a_worker_that_ends_leaves_no_process_behind(tmp_path, how, status):
    script = tmp_path / "ends.py"
    script.write_text(ENDS)
    run = subprocess.run(
        [sys.executable, str(script), *([how] if how else [])],
        timeout=60,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    assert run.returncode == status
    left = [int(pid) for pid in run.stdout.split()]
    assert left
    deadline = time.monotonic() + 20
    while left and time.monotonic() < deadline:
        left = [pid for pid in left if is_running(pid)]
        time.sleep(0.05)
    assert not left


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
