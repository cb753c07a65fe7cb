"""The stack as the publishing tests need it: workers by the dozen, and people who publish.

The stack's own worker stays off here; a test starts the workers it wants to see fail.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from scripts import local
from tests.cast import Person, sign_up
from tests.stack import Stack


def wait_for(check: Callable[[], Any], *, seconds: float = 60, every: float = 0.1) -> Any:
    """Ask until the answer is true; the last one is returned."""
    ends = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < ends, f"not within {seconds:g} s: {check}"
        time.sleep(every)


class Worker:
    """One deploy worker, with a log of its own."""

    def __init__(self, arguments: list[str], env: dict[str, str], log: Path) -> None:
        self.log_file = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=env,
                cwd=local.ROOT,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def log(self) -> str:
        return self.log_file.read_text()

    def send(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process.poll() is None:
            self.send(signal.SIGKILL)
        self.process.wait()

    def terminate(self) -> int:
        self.send(signal.SIGTERM)
        return self.process.wait(30)


class Press(Stack):
    """The product, with publishing in the test's own hands."""

    worker_module = "services.deployments.worker"

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder, **settings)
        self.http = httpx.Client(timeout=30, trust_env=False)
        self._started = 0

    def open(self) -> None:
        """Start everything but a worker; so the app says it is alive, but not yet ready."""
        self.start("supabase", "web", "sites", wait=False)
        self.wait("supabase", "sites")
        wait_for(self._app_is_alive)

    def close(self) -> None:
        self.stop()
        self.http.close()

    def _app_is_alive(self) -> bool:
        try:
            return self.http.get(f"{self.app_url}/api/health").is_success
        except httpx.TransportError:
            return False

    @property
    def data_dir(self) -> Path:
        return Path(self.env["DATA_DIR"])

    @contextmanager
    def worker(self, *, lease: int = 30) -> Iterator[Worker]:
        """Run a worker for as long as the block lasts."""
        with self._run([self.worker_module], lease) as worker:
            yield worker

    @contextmanager
    def faulty_worker(self, action: str, point: str, *, lease: int = 1) -> Iterator[Worker]:
        """Run a worker that comes to grief at a point of its work, and wait until it has."""
        with self._run(["tests.deployments.faulty_worker", action, point], lease) as worker:
            wait_for((self.data_dir / f"grief-{worker.process.pid}").exists, every=0.02)
            yield worker

    def go_on(self, worker: Worker) -> None:
        """Tell a faulty worker that waits to do so no longer."""
        (self.data_dir / f"go-on-{worker.process.pid}").touch()

    @contextmanager
    def _run(self, arguments: list[str], lease: int) -> Iterator[Worker]:
        self._started += 1
        log = self.folder / "logs" / f"worker-{self._started}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        worker = Worker(arguments, self.env | {"WORKER_LEASE_SECONDS": str(lease)}, log)
        try:
            yield worker
        finally:
            worker.kill()

    def read(self, path: str) -> list[dict[str, Any]]:
        """Read rows as the service does."""
        headers = {"apikey": self.secret_key, "Authorization": f"Bearer {self.secret_key}"}
        answer = self.http.get(f"{self.supabase_url}/rest/v1/{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found

    def deployment(self, deployment_id: str) -> dict[str, Any]:
        return self.read(f"deployments?id=eq.{deployment_id}")[0]

    def finished(self, deployment_id: str, *, seconds: float = 60) -> dict[str, Any]:
        """Wait for a deployment's end and return its row."""

        def ended() -> dict[str, Any] | None:
            row = self.deployment(deployment_id)
            return row if row["status"] in ("ready", "error", "canceled") else None

        row: dict[str, Any] = wait_for(ended, seconds=seconds)
        return row

    def all_finished(self, ids: list[str], *, seconds: float = 120) -> list[dict[str, Any]]:
        """Wait until none of these deployments is under way; return them in their order."""
        org_id = self.deployment(ids[0])["org_id"]
        active = "status=in.(queued,building,uploading,processing)&select=id"
        wait_for(
            lambda: not self.read(f"deployments?org_id=eq.{org_id}&{active}"),
            seconds=seconds,
            every=0.25,
        )
        rows = {row["id"]: row for row in self.read(f"deployments?org_id=eq.{org_id}")}
        return [rows[each] for each in ids]

    def visit(self, url: str) -> httpx.Response:
        return self.http.get(url)


@dataclass
class Publisher(Person):
    """Somebody who makes sites and publishes them."""

    @classmethod
    def signs_up(cls, press: Press, name: str) -> Publisher:
        email = f"{name}-{secrets.token_hex(4)}@example.com"
        person = cls(name, press, email, sign_up(press, email))
        person.org_id = person.rpc("create_organization", name=f"{name} and friends")["id"]
        return person

    @property
    def press(self) -> Press:
        assert isinstance(self.stack, Press)
        return self.stack

    def rest(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Prefer": "return=representation"}
        answer = self.supabase.request(method, f"/rest/v1/{path}", headers=headers, **options)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def site(self, *, name: str = "Bakery", pages: dict[str, str] | None = None) -> str:
        """Make a site with these pages (path to HTML), and return its id."""
        return self.sites({name: {"/": "<h1>Home</h1>"} if pages is None else pages})[0]

    def sites(self, wanted: dict[str, dict[str, str]]) -> list[str]:
        """Make many sites at once (name to pages), and return their ids."""
        new = [{"org_id": self.org_id, "name": name} for name in wanted]
        made = {row["name"]: row["id"] for row in self.rest("POST", "sites", json=new)}
        rows = [
            {"site_id": made[name], "path": path, "title": f"Page {path}", "html": html}
            for name, pages in wanted.items()
            for path, html in pages.items()
        ]
        for start in range(0, len(rows), 200):
            self.rest("POST", "pages", json=rows[start : start + 200])
        return [str(made[name]) for name in wanted]

    def write(self, site_id: str, path: str, html: str) -> None:
        """Change a page's HTML."""
        self.rest("PATCH", f"pages?site_id=eq.{site_id}&path=eq.{path}", json={"html": html})

    def row_of(self, site_id: str) -> dict[str, Any]:
        row: dict[str, Any] = self.rest("GET", f"sites?id=eq.{site_id}")[0]
        return row

    def publish(
        self,
        site_id: str,
        *,
        host: str = "local",
        target: str = "production",
        key: str | None = None,
    ) -> dict[str, Any]:
        body = {"site_id": site_id, "host": host, "target": target}
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.api.post("/api/deployments", json=body, headers=headers)
        assert answer.status_code == 202, answer.text
        row: dict[str, Any] = answer.json()
        return row

    def published(self, site_id: str, **options: str) -> dict[str, Any]:
        """Publish and wait until it is live."""
        row = self.press.finished(self.publish(site_id, **options)["id"])
        assert row["status"] == "ready", row
        return row
