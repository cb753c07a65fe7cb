"""CASES J 183, M 200 to 203: the real server when it is stopped, crowded, starved or silenced."""

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import AuthServer, TokenMaker
from tests.api.test_real_server import ROOT, answers, get, post, raw, status
from tests.stack import Stack, free_ports


@contextmanager
def server(
    environ: dict[str, str], *, log: Path | int = subprocess.DEVNULL, **options: Any
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Our own web server, as the Procfile starts it."""
    (port,) = free_ports(1)
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "WEB_THREADS": "64", **environ}
    output = log if isinstance(log, int) else os.open(log, os.O_WRONLY)
    process = subprocess.Popen(
        [sys.executable, "-m", "services.web"],
        cwd=ROOT, env=environment, stdout=output, stderr=output, **options,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            assert process.poll() is None and time.monotonic() < deadline, "it did not start"
            time.sleep(0.05)
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=30)


def until(right: Callable[[], bool], *, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not right():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def stop_with_requests_under_way(
    environ: dict[str, str], auth_server: AuthServer, token: TokenMaker
) -> None:
    given: list[bytes] = []

    def ask() -> None:
        # A token of its own: a session that was just asked about is not asked about again.
        access = token(session_id=str(uuid4()))
        given.append(raw(port, post(access, b"{}", "Content-Length: 2")))

    auth_server.delay = 0
    with server(environ) as (process, port):
        ask()  # The keys are fetched by now.
        given.clear()
        auth_server.delay = 0.7
        before = len(auth_server.asked)
        asking = [threading.Thread(target=ask) for _ in range(16)]
        for one in asking:
            one.start()
        assert until(lambda: len(auth_server.asked) == before + 16)
        process.send_signal(signal.SIGTERM)
        for one in asking:
            one.join(30)
        assert process.wait(timeout=30) == 0
    assert [status(answer) for answer in given] == [422] * 16
    assert all(answer.endswith(b"}") for answer in given), "an answer was cut"


def test_what_was_begun_is_answered_when_the_server_is_told_to_stop(
    environ: dict[str, str], auth_server: AuthServer, token: TokenMaker
) -> None:
    stop_with_requests_under_way(environ, auth_server, token)


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(100))
def test_that_holds_a_hundred_times_in_a_row(
    environ: dict[str, str], auth_server: AuthServer, token: TokenMaker, turn: int
) -> None:
    stop_with_requests_under_way(environ, auth_server, token)


def test_a_server_that_is_about_to_stop_says_so_and_goes_on_answering(
    environ: dict[str, str],
) -> None:
    with server(environ | {"DRAIN_SECONDS": "8"}) as (process, port):
        process.send_signal(signal.SIGTERM)
        assert until(lambda: status(raw(port, get("/api/health"))) == 503, seconds=6)
        assert status(raw(port, get("/api/openapi.json"))) == 200
        assert process.wait(timeout=20) == 0


def test_a_signal_to_the_whole_group_lets_it_go_on_answering_too(environ: dict[str, str]) -> None:
    """honcho signals so."""
    with server(environ | {"DRAIN_SECONDS": "8"}, start_new_session=True) as (process, port):
        os.killpg(process.pid, signal.SIGTERM)
        assert until(lambda: status(raw(port, get("/api/health"))) == 503, seconds=6)
        assert status(raw(port, get("/api/openapi.json"))) == 200
        assert process.wait(timeout=20) == 0


def test_a_second_signal_stops_it_at_once(environ: dict[str, str]) -> None:
    with server(environ | {"DRAIN_SECONDS": "60"}) as (process, port):
        process.send_signal(signal.SIGTERM)
        assert until(lambda: status(raw(port, get("/api/health"))) == 503)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize(("name", "value"), [("PORT", "x"), ("WEB_THREADS", "0")])
def test_a_wrong_number_is_one_sentence(environ: dict[str, str], name: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services.web"],
        cwd=ROOT, env={"PATH": os.environ["PATH"], **environ, name: value},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith(name) and done.stderr.count("\n") == 1


def test_idle_connections_cost_nothing_but_their_sockets(environ: dict[str, str]) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    held = []
    try:
        with server(environ) as (process, port):
            before = memory_of(process.pid)
            for _ in range(1000):
                connection = socket.create_connection(("127.0.0.1", port), timeout=10)
                connection.sendall(b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                assert connection.recv(65536)
                held.append(connection)
            assert answers(port)
            assert memory_of(process.pid) - before < 60, "a connection costs more than 60 KB"
            for connection in held:
                connection.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_server_out_of_files_answers_again_when_some_are_free(environ: dict[str, str]) -> None:
    def starve() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

    held = []
    with server(environ, preexec_fn=starve) as (process, port):
        for _ in range(400):
            try:
                held.append(socket.create_connection(("127.0.0.1", port), timeout=1))
            except OSError:
                break
        assert process.poll() is None
        for connection in held:
            connection.close()
        assert until(lambda: answers(port))


def test_a_full_log_stops_nobody(environ: dict[str, str]) -> None:
    with server(environ, log=Path("/dev/full")) as (process, port):
        for _ in range(50):
            assert status(raw(port, get("/api/docs"))) == 200
        assert process.poll() is None


def test_a_server_that_lost_its_process_ends_so_that_it_is_restarted(
    environ: dict[str, str],
) -> None:
    """A parent that lived on without anybody to answer would look alive to a supervisor."""
    with server(environ) as (process, _):
        for pid in workers_of(process.pid):
            os.kill(pid, signal.SIGKILL)
        assert process.wait(timeout=30) != 0


def test_a_killed_server_leaves_nobody_who_answers(environ: dict[str, str]) -> None:
    """Workers that lived on would answer with what a supervisor believes to be gone."""
    with server(environ | {"WEB_WORKERS": "2"}) as (process, port):
        workers = workers_of(process.pid)
        assert len(workers) == 2
        process.kill()
        assert until(lambda: not any(map(lives, workers)))
        assert not answers(port)


def workers_of(server: int) -> list[int]:
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return [pid for pid in map(int, children) if b"resource_tracker" not in command(pid)]


def lives(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


@pytest.mark.soak
def test_any_order_of_starting_ends_ready(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    try:
        stack.start("web", wait=False)
        port = int(stack.env["PORT"])
        assert until(lambda: answers(port), seconds=60)
        assert status(raw(port, get("/api/ready"))) == 503
        stack.start("sites", wait=False)
        stack.start("worker", wait=False)
        time.sleep(2)
        assert status(raw(port, get("/api/ready"))) == 503
        stack.start("supabase", wait=False)
        assert until(lambda: status(raw(port, get("/api/ready"))) == 200, seconds=120)
    finally:
        stack.stop()


def memory_of(pid: int) -> float:
    """Megabytes of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    total = 0.0
    for each in (str(pid), *children):
        found = [line for line in Path(f"/proc/{each}/status").read_text().splitlines()
                 if line.startswith("VmRSS")]  # fmt: skip
        total += int(found[0].split()[1]) / 1024 if found else 0
    return total


def command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
