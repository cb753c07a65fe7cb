"""`make run` starts everything, says where it is, and takes everything with it when it stops."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scripts import local
from tests.stack import Stack, free_ports

PATIENCE = 120


class Run:
    """scripts/run.py, as make starts it, on ports and a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        ports = dict(zip(local.PORTS, map(str, free_ports(3)), strict=True))
        plain = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
        self.env = {**plain, **ports, "DATA_DIR": str(folder), **settings}
        self.output = ""

    def start(self) -> Run:
        self.process = subprocess.Popen(
            [sys.executable, "scripts/run.py"],
            cwd=local.ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        return self

    def until_ready(self) -> Run:
        self.start()
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if "Ctrl-C stops everything" in line:
                return self
        raise AssertionError(self.output)

    def end(self, how: signal.Signals | None = None) -> int:
        if how is not None:
            self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=PATIENCE)
        self.output += rest
        return self.process.returncode

    def pids(self) -> dict[str, int]:
        """The processes of this run, found by the DATA_DIR in their environment."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environ = (folder / "environ").read_bytes().split(b"\0")
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if f"DATA_DIR={self.env['DATA_DIR']}".encode() in environ and command:
                found[command] = int(folder.name)
        return found

    def worked(self) -> float:
        """The seconds for which its processes, and those that they have seen end, used a CPU."""
        ticks = 0
        for pid in self.pids().values():
            known = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += sum(map(int, known[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def pid_of(self, word: str) -> int:
        return next(pid for command, pid in self.pids().items() if word in command)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    running = Run(tmp_path / "data")
    yield running
    if hasattr(running, "process") and running.process.poll() is None:
        running.end(signal.SIGTERM)


needs_proc = pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")


@needs_proc
@pytest.mark.slow
def test_everything_starts_stops_and_keeps_its_data(run: Run) -> None:
    run.until_ready()
    base = f"http://127.0.0.1:{run.env['PORT']}"
    config = httpx.get(f"{base}/api/config", trust_env=False).json()
    person = {"email": "kept@example.com", "password": "roseram-demo"}
    key = {"apikey": config["supabase_publishable_key"]}
    signed_up = httpx.post(
        f"{config['supabase_url']}/auth/v1/signup", json=person, headers=key, trust_env=False
    )
    assert signed_up.status_code == 200
    assert "olive@example.com, password roseram-demo" in run.output
    assert base in run.output

    assert run.end(signal.SIGINT) == 0
    assert run.pids() == {}
    assert "Traceback" not in run.output

    run.until_ready()
    seconds = run.worked()
    again = httpx.post(
        f"{config['supabase_url']}/auth/v1/token?grant_type=password",
        json=person,
        headers=key,
        trust_env=False,
    )
    assert again.status_code == 200
    # Of work, not of waiting: other tests run beside this one.
    assert seconds < 10

    os.kill(run.pid_of("services.deployments.worker"), signal.SIGKILL)
    assert run.end() == 1
    assert "worker ended by itself" in run.output
    assert run.pids() == {}


@needs_proc
@pytest.mark.slow
def test_a_project_elsewhere_is_used_and_none_is_started_here(run: Run, supabase: Stack) -> None:
    run.env |= {
        "SUPABASE_URL": supabase.supabase_url,
        "SUPABASE_PUBLISHABLE_KEY": supabase.publishable_key,
        "SUPABASE_SECRET_KEY": supabase.secret_key,
        "SUPABASE_JWT_SECRET": supabase.jwt_secret,
        # The key goes with the database: the first to start there has written down which it is.
        "CREDENTIALS_KEYS": supabase.env["CREDENTIALS_KEYS"],
        # Its worker writes the plans into the database that other tests use too.
        "PLANS_FILE": supabase.env["PLANS_FILE"],
    }
    run.until_ready()
    config = httpx.get(f"http://127.0.0.1:{run.env['PORT']}/api/config", trust_env=False).json()

    assert config["supabase_url"] == supabase.supabase_url
    assert f"{supabase.supabase_url} (hosted)" in run.output
    assert "roseram-demo" not in run.output
    assert not any("supabase/local" in command for command in run.pids())
    assert run.end(signal.SIGTERM) == 143
    assert run.pids() == {}


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_in_the_middle_of_starting_leaves_nothing(run: Run, how: signal.Signals) -> None:
    run.start()
    assert run.process.stdout is not None
    assert "Starting" in run.process.stdout.readline()
    time.sleep(0.3)

    run.end(how)

    assert run.pids() == {}
    assert "Traceback" not in run.output


@pytest.mark.parametrize("name", list(local.PORTS))
def test_a_port_in_use_is_one_sentence_that_names_the_variable(run: Run, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run.env[name] = str(taken.getsockname()[1])
        code = run.start().end()

    assert code == 1
    assert run.output.count("\n") == 1
    assert f"Port {run.env[name]}" in run.output
    assert f"make run {name}=" in run.output


@pytest.mark.parametrize("value", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_one_sentence(run: Run, value: str) -> None:
    run.env["PORT"] = value

    assert run.start().end() == 1
    assert run.output == f"make: PORT must be a port number, not “{value}”.\n"


def test_hosted_supabase_needs_its_keys(run: Run) -> None:
    run.env["SUPABASE_URL"] = "https://example.supabase.co"

    assert run.start().end() == 1
    assert run.output.count("\n") == 1
    assert "SUPABASE_PUBLISHABLE_KEY and SUPABASE_SECRET_KEY must be set" in run.output


def test_hosted_supabase_means_no_process_and_no_made_up_keys(tmp_path: Path) -> None:
    hosted = {
        "SUPABASE_URL": "https://example.supabase.co",
        "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_of_the_project",
        "SUPABASE_SECRET_KEY": "sb_secret_of_the_project",
        "DATA_DIR": str(tmp_path),
    }

    env = local.local_environment(hosted, tmp_path)

    assert "supabase" not in local.processes(env)
    assert "SUPABASE_JWT_SECRET" not in env
    assert env["SUPABASE_SECRET_KEY"] == "sb_secret_of_the_project"


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = local.local_environment({"DATA_DIR": "data"}, tmp_path)
    second = local.local_environment({"DATA_DIR": "data"}, tmp_path)
    other = local.local_environment({"DATA_DIR": "other"}, tmp_path)

    for name in local.SECRETS:
        assert len(first[name]) >= 32
        assert first[name] == second[name] != other[name]
    file = tmp_path / "data" / "env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_environment_comes_before_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# a comment\nexport GROK_MODEL='from file'\nAPP_URL=https://file.example # why\n"
        'SENTRY_DSN="https://key@sentry.example/1#x"\nSITES_URL=\nnonsense\n'
    )

    env = local.local_environment({"APP_URL": "https://here.example"}, tmp_path)

    assert env["APP_URL"] == "https://here.example"
    assert env["GROK_MODEL"] == "from file"
    assert env["SENTRY_DSN"] == "https://key@sentry.example/1#x"
    assert env["SITES_URL"] == "http://127.0.0.1:5001"


def test_no_secret_is_printed(run: Run) -> None:
    run.env["PORT"] = "x"
    run.start().end()
    kept = local.read_env_file(Path(run.env["DATA_DIR"]) / "env")

    assert not any(value in run.output for value in kept.values())
    assert not re.search(r"sb_secret_\w", run.output)
