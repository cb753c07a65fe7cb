"""Real servers beside the stack, for a test or two each: found, or the test is skipped."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts import servers


def program(name: str) -> str:
    """Where a server's program is; skips, or fails with REQUIRE_SERVERS=1, where there is none."""
    found = servers.find(name)
    if found is None:
        message = f"no {name} on this machine (run scripts/servers.py)"
        if os.environ.get("REQUIRE_SERVERS") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found


@contextmanager
def running(
    command: list[str], port: int, log: Path, **env: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server, wait for its port, stop it at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **env})
    try:
        wait_for(port, process, log)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=15)


@contextmanager
def redis(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis that keeps nothing on disk."""
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    with running(command, port, folder / "redis.log") as process:
        yield process


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise RuntimeError(f"it did not start:\n{log.read_text(errors='replace')[-2000:]}")
