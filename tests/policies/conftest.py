"""One database and one REST API for all policy tests, both with the named cast in them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import postgres as program
from tests.policies.database import ROOT, Database
from tests.policies.people import entrance
from tests.policies.postgres import Postgres, running_postgres
from tests.policies.rest import Rest
from tests.stack import running_stack


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The migrations, and after them the cast: nothing in the product lets a test write members."""
    folder = tmp_path_factory.mktemp("migrations")
    for migration in (ROOT / "supabase/migrations").glob("*.sql"):
        shutil.copy(migration, folder)
    (folder / "99999999999999_cast.sql").write_text(entrance(), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def database(stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(tmp_path_factory.mktemp("database"), stage)
    yield opened
    opened.close()


@pytest.fixture
def db(database: Database) -> Iterator[Database]:
    """SQL that leaves nothing behind, in a transaction whose now() is the test's own."""
    database.rollback()
    yield database
    database.rollback()


@pytest.fixture(scope="session")
def rest(stage: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rest]:
    """The REST API. What a test writes stays, so each test makes what it changes."""
    folder = tmp_path_factory.mktemp("supabase")
    settings = {"SUPABASE_MIGRATIONS_DIR": str(stage), "SEED": "0"}
    with running_stack(folder, "supabase", **settings) as running:
        asking = Rest(running)
        yield asking
        asking.client.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """A PostgreSQL with the cast in it, for what takes several connections at once."""
    if program.get() is None:
        missing = "this machine has no PostgreSQL 15+, and none could be installed"
        if os.environ.get("REQUIRE_POSTGRES") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with running_postgres() as running:
        running.make_project("project", after=entrance())
        yield running
