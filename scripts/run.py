"""`make run`: start every process of the Procfile, wait until all answer, say where they are.

Ctrl-C or SIGTERM stops all of them, and so does the end of any one of them.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path

import honcho.manager
from honcho.manager import SIGNALS, Manager
from honcho.printer import Message, Printer
from local import ROOT, Complaint, check_ports, local_environment, processes, wait_until_ready

PATIENCE = 90
TAIL = 12
OTHER_PEOPLE = "adam (admin), eddie (editor), mia (member), vera (viewer)"

# The worker may need ten seconds to put a publish down in good order.
honcho.manager.KILL_WAIT = 12
SIGNALS[signal.SIGHUP] = {"name": "SIGHUP", "rc": 129}


def main() -> int:
    env = local_environment(os.environ)
    check_ports(env)
    print("Starting ...", flush=True)
    # A heartbeat that an earlier run left behind says nothing about this one.
    (Path(env["DATA_DIR"]) / "worker.heartbeat").unlink(missing_ok=True)
    printer = QuietPrinter(Path(env["DATA_DIR"]) / "logs")
    supervisor = Supervisor(env, printer)
    for name, command in processes(env).items():
        supervisor.add_process(name, f"exec {command}", env=env, cwd=str(ROOT))
    try:
        supervisor.loop()
    except BaseException:
        supervisor.kill()
        raise
    return supervisor.explain_end()


class Supervisor(Manager):
    """honcho's manager, which also waits for the processes and says why they ended."""

    def __init__(self, env: dict[str, str], printer: QuietPrinter) -> None:
        super().__init__(printer)
        self.env = env
        self.printer = printer
        self.stop_wanted = False
        self.late: list[str] = []

    def _start(self) -> None:
        signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM))
        super()._start()
        # After the forks: a thread does not survive one.
        threading.Thread(target=self.announce, daemon=True).start()

    def announce(self) -> None:
        silent = wait_until_ready(self.env, patience=PATIENCE, gave_up=lambda: self._terminating)
        if self._terminating:
            return
        if silent:
            self.late = silent
            os.kill(os.getpid(), signal.SIGTERM)
            return
        self.printer.ready = True
        print(welcome(self.env), flush=True)

    def terminate(self) -> None:
        # honcho cannot stop what it has not yet seen start; a quick Ctrl-C must wait for that.
        if not super()._all_started():
            self.stop_wanted = True
            return
        super().terminate()

    def _all_started(self) -> bool:
        started = bool(super()._all_started())
        if started and self.stop_wanted:
            self.stop_wanted = False
            super().terminate()
        return started

    def explain_end(self) -> int:
        """Say why everything stopped, with the guilty process' last words; the exit code."""
        if self.late:
            return self.blame(
                self.late[0], f"{self.late[0]} did not answer within {PATIENCE} seconds."
            )
        if self.printer.first_to_end:
            name, code = self.printer.first_to_end
            return self.blame(
                name, f"{name} ended by itself (exit code {code}), so everything was stopped."
            )
        print("Stopped.", flush=True)
        return 0 if self.returncode == SIGNALS[signal.SIGINT]["rc"] else self.returncode or 0

    def blame(self, name: str, sentence: str) -> int:
        last = "".join(f"\n    {line}" for line in self.printer.tails.get(name, ()))
        print(
            f"\nmake: {sentence}" + (f" Its last lines:{last}" if last else ""),
            file=sys.stderr,
            flush=True,
        )
        return 1


class QuietPrinter(Printer):
    """Writes what the processes say to DATA_DIR/logs, and shows what a person should see of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(sys.stdout)
        self.folder = folder
        self.tails: dict[str, deque[str]] = {}
        self.first_to_end: tuple[str, str] | None = None
        self.ready = False
        self.stopping = False
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, message: Message) -> None:
        data = message.data
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        if message.name == honcho.manager.SYSTEM_PRINTER_NAME:
            self.note(text)
            return
        for line in text.splitlines():
            self.tails.setdefault(message.name, deque(maxlen=TAIL)).append(line)
            # A full disk must not leave the processes without their supervisor.
            with suppress(OSError), (self.folder / f"{message.name}.log").open("a") as log:
                log.write(f"{line}\n")
            shown = worth_showing(line)
            # While the parts wait for each other they complain; only the outcome counts.
            if shown and self.ready and not self.stopping:
                print(f"{message.name}: {shown}", flush=True)

    def note(self, remark: str) -> None:
        words = remark.split()
        if "received" in words or "sending" in words:
            self.stopping = True
        elif "stopped" in words and not self.stopping and self.first_to_end is None:
            self.first_to_end = (words[0], words[-1].removeprefix("(rc=").removesuffix(")"))


def worth_showing(line: str) -> str | None:
    """Warnings and errors in words; whatever is not a log record as it is."""
    try:
        record = json.loads(line)
        level, message = record["level"], record["message"]
    except (ValueError, KeyError, TypeError):
        return line.strip() or None
    if level in ("debug", "info"):
        return None
    return f"{level}: {message}" + (f" ({record['path']})" if "path" in record else "")


def welcome(env: dict[str, str]) -> str:
    hosted = env["ROSERAM_SUPABASE"] == "hosted"
    lines = [
        "",
        "Roseram Builder is ready.",
        f"  App              {env['APP_URL']}",
        f"  Published sites  {env['SITES_URL']}",
        f"  Supabase         {env['SUPABASE_URL']}" + (" (hosted)" if hosted else ""),
    ]
    if env.get("STUDIO_PORT"):
        studio = (
            f"http://127.0.0.1:{env['STUDIO_PORT']} (every row, no password: this machine only)"
        )
        if hosted:
            studio = "in the dashboard of your Supabase project"
        lines.append(f"  Studio           {studio}")
    if not hosted:
        lines += [
            "  Demo sign-in     olive@example.com, password roseram-demo",
            f"                   also {OTHER_PEOPLE} @example.com",
        ]
    lines += [
        f"  Data and logs    {env['DATA_DIR']}",
        "Ctrl-C stops everything.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Complaint as complaint:
        sys.exit(f"make: {complaint}")
