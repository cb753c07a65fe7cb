"""CASES J 179 and 180: replicas share their counts in a real Redis, and do without it."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import create_app
from services.edge.limits import limiter
from tests import servers
from tests.api.conftest import add_probes
from tests.stack import free_ports

Often = Callable[[FlaskClient], int]


@pytest.fixture
def port(limits_far_from_their_edge: None) -> int:
    return free_ports(1)[0]


@pytest.fixture
def replica(environ: dict[str, str], port: int) -> Callable[[], FlaskClient]:
    """The app as another process would start it: its own memory, the same Redis."""

    def start() -> FlaskClient:
        app = create_app(environ | {"RATELIMIT_STORAGE_URI": f"redis://127.0.0.1:{port}"})
        add_probes(app)
        return app.test_client()

    return start


@pytest.fixture
def often(as_olive: dict[str, str]) -> Often:
    return lambda client: client.get("/api/probe/often", headers=as_olive).status_code


def test_replicas_share_their_counts_and_a_restart_forgets_nothing(
    tmp_path: Path, port: int, replica: Callable[[], FlaskClient], often: Often
) -> None:
    with servers.redis(port, tmp_path):
        first = replica()
        assert [often(first), often(first)] == [200, 200]
        # The extension of the second one starts with nothing in memory.
        second = replica()
        assert often(second) == 200
        assert often(second) == 429
        assert often(replica()) == 429


def test_a_redis_that_dies_or_hangs_delays_nobody_and_is_used_again(
    tmp_path: Path, port: int, replica: Callable[[], FlaskClient], often: Often
) -> None:
    """Each process counts for itself meanwhile, so that no limit is off (decision 0038)."""
    with servers.redis(port, tmp_path) as redis:
        client = replica()
        assert often(client) == 200
        os.kill(redis.pid, signal.SIGSTOP)
        began = time.monotonic()
        assert [often(client) for _ in range(4)] == [200, 200, 200, 429]
        assert time.monotonic() - began < 10
        os.kill(redis.pid, signal.SIGCONT)
    # It is gone altogether now, and comes back empty.
    assert often(client) == 429
    with servers.redis(port, tmp_path):
        deadline = time.monotonic() + 60
        while limiter._storage_dead and time.monotonic() < deadline:
            often(client)
            time.sleep(0.2)
        assert not limiter._storage_dead
