"""The numbers for Prometheus: on a port of their own, without series that a stranger could make."""

from __future__ import annotations

import uuid
from pathlib import Path

import httpx
import pytest

from tests.stack import free_ports, running_stack


def test_requests_are_counted_on_a_port_of_their_own(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    settings = {"METRICS_PORT": str(port), "WEB_WORKERS": "2"}
    with running_stack(tmp_path, **settings) as run, httpx.Client() as client:
        for _ in range(20):
            client.get(f"{run.app_url}/api/health")
            client.get(f"{run.app_url}/{uuid.uuid4()}?token=canary")
        answer = client.get(f"http://127.0.0.1:{port}/metrics")
        assert client.get(f"{run.app_url}/metrics").status_code == 404
    counted = {
        line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
        for line in answer.text.splitlines()
        if not line.startswith("#")
    }
    health = 'roseram_requests_total{endpoint="status.health",method="GET",status="200"}'
    unknown = 'roseram_requests_total{endpoint="none",method="GET",status="404"}'
    assert counted[health] >= 20, answer.text
    assert counted[unknown] == 20
    assert counted['roseram_request_seconds_count{endpoint="status.health"}'] == counted[health]
    assert "canary" not in answer.text


@pytest.mark.parametrize("folder", ["", "/nowhere/at/all"])
def test_a_wrong_folder_is_one_plain_sentence(folder: str, tmp_path: Path) -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "services.metrics_server"],
        env={"METRICS_PORT": "9100", "PROMETHEUS_MULTIPROC_DIR": folder},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "PROMETHEUS_MULTIPROC_DIR" in done.stderr
