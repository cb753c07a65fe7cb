"""Our launcher, and Lite as it ships, on the same small schema."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from scripts.local import ROOT
from tests.cast import Person, new_person
from tests.stack import Stack, free_ports, running_stack

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The embedded Supabase on the probe's schema instead of the product's."""
    folder = tmp_path_factory.mktemp("probe")
    with running_stack(folder, "supabase", **probe_settings()) as stack:
        yield stack


def probe_settings() -> dict[str, str]:
    return {"SEED": "0", "SUPABASE_MIGRATIONS_DIR": str(HERE / "probe")}


@pytest.fixture
def ann(probe: Stack) -> Iterator[Person]:
    yield from visiting(probe, "ann")


@pytest.fixture
def bob(probe: Stack) -> Iterator[Person]:
    yield from visiting(probe, "bob")


@pytest.fixture
def nobody(probe: Stack) -> Iterator[Person]:
    person = Person("nobody", probe)
    yield person
    person.close()


def visiting(stack: Stack, name: str) -> Iterator[Person]:
    person = new_person(stack, name)
    yield person
    person.close()


class PlainLite:
    """HTTP to an unaltered Lite, as a person of the probe."""

    def __init__(self, probe: Stack, folder: Path, *options: str) -> None:
        [port] = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        command = ["node", str(HERE / "plain_lite.mjs"), str(folder), str(port), *options]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=probe.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"
        self.key = {"apikey": probe.publishable_key}
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=30)

    def close(self) -> None:
        self.http.close()
        self.process.terminate()
        self.process.communicate(timeout=30)


@pytest.fixture(scope="session")
def unused_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database folder as our launcher makes it for the probe, in nobody's use."""
    folder = tmp_path_factory.mktemp("unused")
    with running_stack(folder, "supabase", **probe_settings()):
        return folder / "db"


@contextmanager
def plain_lite(probe: Stack, database: Path, folder: Path, *options: str) -> Iterator[PlainLite]:
    """Lite as it ships, on a copy of that folder."""
    lite = PlainLite(probe, Path(shutil.copytree(database, folder / "db")), *options)
    try:
        yield lite
    finally:
        lite.close()
