"""The real processes, started for the tests on free ports and a folder of their own."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

from scripts import local
from services.billing import plans

PATIENCE = 120
# Below what Linux hands out by itself, so that no connection on its way out takes one.
PORTS = range(20_000, 32_768)
# No limit of Free stands in the way of a test that is about something else.
PLANS = "tests/plans.toml"


class Stack:
    """The processes of the Procfile, each started, killed and restarted by its name."""

    def __init__(self, folder: Path, **settings: str) -> None:
        ports = dict(zip(local.PORTS, map(str, free_ports(len(local.PORTS))), strict=True))
        inherited = {
            name: os.environ[name] for name in ("HOME", "LANG", "TZ") if name in os.environ
        }
        path = os.environ.get("PATH", os.defpath)
        self.folder = folder
        self.env = local.local_environment(
            {
                **inherited,
                "PATH": path,
                "DATA_DIR": str(folder),
                "PLANS_FILE": PLANS,
                **ports,
                **settings,
            },  # fmt: skip
            # Somebody's own .env must not decide what the tests see.
            dotenv=False,
        )
        self.commands = local.processes(self.env)
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def app_url(self) -> str:
        return self.env["APP_URL"]

    @property
    def sites_url(self) -> str:
        return self.env["SITES_URL"]

    @property
    def supabase_url(self) -> str:
        return self.env["SUPABASE_URL"]

    @property
    def publishable_key(self) -> str:
        return self.env["SUPABASE_PUBLISHABLE_KEY"]

    @property
    def secret_key(self) -> str:
        return self.env["SUPABASE_SECRET_KEY"]

    @property
    def jwt_secret(self) -> str:
        return self.env["SUPABASE_JWT_SECRET"]

    def start(self, *names: str, wait: bool = True) -> None:
        """Start these processes, or all, unless they run; wait until they answer."""
        wanted = names or tuple(self.commands)
        for name in wanted:
            if not self.is_running(name):
                self.running[name] = self._launch(name)
        if wait:
            self.wait(*wanted)

    def wait(self, *names: str) -> None:
        waiting = [part for part in local.parts(self.env) if part.name in names]
        deadline = time.monotonic() + PATIENCE
        while waiting:
            waiting = [part for part in waiting if not part.answers()]
            ended = [part.name for part in waiting if not self.is_running(part.name)]
            if waiting and (ended or time.monotonic() > deadline):
                name = (ended or [waiting[0].name])[0]
                raise RuntimeError(f"{name} did not start:\n{self.log(name)[-3000:]}")
            time.sleep(0.05)
        if "supabase" in names and "SUPABASE_MIGRATIONS_DIR" not in self.env:
            self._apply_plans()

    def _apply_plans(self) -> None:
        """What the deploy worker does when it starts, for stacks that have none."""
        told = json.dumps({"plans": plans.read(Path(self.env["PLANS_FILE"]))}).encode()
        headers = {
            "apikey": self.secret_key, "Authorization": f"Bearer {self.secret_key}",
            "Content-Type": "application/json",
        }  # fmt: skip
        url = f"{self.supabase_url}/rest/v1/rpc/apply_plans"
        urllib.request.urlopen(urllib.request.Request(url, told, headers), timeout=30).close()  # noqa: S310

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End one process; SIGKILL unless told otherwise."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        process.wait(timeout=30)

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + 12
        for name in list(self.running):
            try:
                self.running[name].wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.kill(name)
        self.running.clear()

    def is_running(self, name: str) -> bool:
        return name in self.running and self.running[name].poll() is None

    def log(self, name: str) -> str:
        """What the process has printed so far, over all its starts."""
        file = self.folder / "logs" / f"{name}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def mails(self, to: str | None = None) -> list[dict[str, Any]]:
        """The mails that Supabase has sent, oldest first."""
        files = sorted((self.folder / "mailbox").glob("[!.]*.json"))
        mails = [json.loads(file.read_text()) for file in files]
        return [mail for mail in mails if to is None or to in json.dumps(mail["to"])]

    def _launch(self, name: str) -> subprocess.Popen[bytes]:
        logs = self.folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        if name == "worker":
            (self.folder / "worker.heartbeat").unlink(missing_ok=True)
        with (logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                ["/bin/sh", "-c", f"exec {self.commands[name]}"],
                cwd=local.ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def running_stack(folder: Path, *names: str, **settings: str) -> Iterator[Stack]:
    """A stack with these processes started, or all; everything is stopped at the end."""
    stack = Stack(folder, **settings)
    with ExitStack() as cleanup:
        cleanup.callback(stack.stop)
        stack.start(*names)
        yield stack


def free_ports(count: int) -> list[int]:
    """Ports for this process alone: other runs of the tests are given none of them while it lives.

    A server may start minutes later, or be killed and start again.
    """
    ports = list(islice((port for port in PORTS if _claim(port)), count))
    if len(ports) < count:
        raise RuntimeError(f"Other runs of the tests hold nearly all ports of {PORTS}.")
    return ports


def _claim(port: int) -> bool:
    folder = Path(tempfile.gettempdir()) / f"roseram-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    # Never closed: the lock ends with the process.
    claim = os.open(folder / str(port), os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
    except OSError:
        os.close(claim)
        return False
    return True
