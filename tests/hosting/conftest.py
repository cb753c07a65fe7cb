"""The app behind the proxy that deploy/Caddyfile describes, with a real Caddy."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import servers
from tests.ai.conftest import until_answered
from tests.stack import Stack, free_ports

CADDYFILE = Path(__file__).resolve().parents[2] / "deploy" / "Caddyfile"
SHARED = ("SUPABASE_PORT", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY",
          "SUPABASE_JWT_SECRET", "CREDENTIALS_KEYS")  # fmt: skip


@dataclass
class House:
    """An app behind a proxy: the door is the proxy's."""

    stack: Stack
    app_url: str
    sites_url: str


@pytest.fixture(scope="module")
def house(supabase: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A second app on the Supabase that all tests share, behind Caddy."""
    shared = {name: supabase.env[name] for name in SHARED}
    stack = Stack(
        tmp_path_factory.mktemp("house"), TRUSTED_PROXIES="1", DRAIN_SECONDS="3", **shared
    )
    try:
        stack.start("web", "sites", wait=False)
        until_answered(f"{stack.app_url}/api/health")
        with proxied(stack.folder, stack.app_url, stack.sites_url) as (app_url, sites_url):
            yield House(stack, app_url, sites_url)
    finally:
        stack.stop()


@contextmanager
def proxied(folder: Path, app: str, sites: str) -> Iterator[tuple[str, str]]:
    """Caddy with our own configuration, on plain HTTP, in front of these two."""
    front, side = free_ports(2)
    app_url, sites_url = f"http://127.0.0.1:{front}", f"http://127.0.0.1:{side}"
    caddy = Path(sysconfig.get_path("scripts")) / "caddy"
    command = [str(caddy), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    env = {
        "APP_URL": app_url,
        "APP_HOST": app_url.removeprefix("http://"),
        "SITES_URL": sites_url,
        "APP_UPSTREAM": app.removeprefix("http://"),
        "SITES_UPSTREAM": sites.removeprefix("http://"),
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    with servers.running(command, front, folder / "caddy.log", **env):
        yield app_url, sites_url
