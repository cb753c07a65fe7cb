"""What others' linters say of the migrations and of the database that they make.

Each linter first has to find a fault that is there: one that looks at nothing finds nothing too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.policies.database import ROOT
from tests.policies.people import entrance
from tests.policies.postgres import Postgres

LINTED = "linted"
# Advisor findings that are meant, by name and what they are about, each with its reason. None yet:
# the functions that people may call with more rights than their own stand in test_catalogue.py.
MEANT: dict[tuple[str, str], str] = {}
FAULTS = """
create table public.open_to_all (id int primary key);
create view public.past_policies as select * from pages;
grant select on public.open_to_all, public.past_policies to anon;
create function public.loose() returns int language plpgsql as 'begin return 1; end';
create policy "asks for each row" on pages for select to authenticated
  using (created_by = auth.uid());
"""


# The program itself: its wrapper asks for every machine's build, and not every registry has them.
CLI = ROOT / "tests/npm/node_modules/@supabase/cli-linux-x64/bin/supabase"


@pytest.fixture(scope="module")
def linted(server: Postgres) -> Postgres:
    server.make_project(LINTED, after=entrance())
    return server


def supabase(server: Postgres, *command: str, user: str = "migrator") -> dict[str, Any]:
    """What the Supabase CLI answers, which needs neither Docker nor a project for this."""
    answer = subprocess.run(
        [str(CLI), *command,
         f"--remote={server.url(LINTED, user)}", "--output-format", "json"],
        capture_output=True,
        text=True,
        # Not the checkout: it would look for a linked project there.
        cwd=server.folder.parent,
        env=os.environ | {"SUPABASE_YES": "1", "DO_NOT_TRACK": "1"},
    )  # fmt: skip
    told: dict[str, Any] = json.loads(answer.stdout)
    assert "results" in told, answer.stdout + answer.stderr
    return told


def advice(server: Postgres) -> list[dict[str, Any]]:
    return [
        each
        for each in supabase(server, "db", "advisors", "--level", "warn")["results"]
        if (each["name"], each.get("metadata", {}).get("name", "")) not in MEANT
    ]


def test_supabases_advisors_have_nothing_to_warn_of(linted: Postgres) -> None:
    assert advice(linted) == []
    linted.psql(FAULTS, database=LINTED)
    try:
        found = {each["name"] for each in advice(linted)}
    finally:
        linted.psql(
            "drop table open_to_all; drop view past_policies; drop function loose;"
            'drop policy "asks for each row" on pages',
            database=LINTED,
        )
    assert found >= {
        "rls_disabled_in_public",
        "security_definer_view",
        "function_search_path_mutable",
        "auth_rls_initplan",
        "multiple_permissive_policies",
    }


def test_no_function_would_fail_when_it_is_called(linted: Postgres) -> None:
    """plpgsql_check reads each statement of a function without running it."""
    known = "select count(*) from pg_available_extensions where name = 'plpgsql_check'"
    if linted.psql(known, database=LINTED) != "1":
        pytest.skip("this PostgreSQL has no plpgsql_check")
    broken = "begin return (select nothing from public.pages limit 1); end"
    linted.psql(
        f"create function public.broken() returns int language plpgsql as '{broken}'",
        database=LINTED,
    )
    told = supabase(linted, "db", "lint", "--level", "error", user="superuser")["results"]
    # Files are hosted Supabase's own tables, which a plain PostgreSQL has not.
    ours = [each["function"] for each in told if "storage." not in str(each["issues"])]
    assert ours == ["public.broken"]
    linted.psql("drop function public.broken", database=LINTED)


def squawk(*files: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("squawk")
    return subprocess.run(
        [str(program if program.exists() else shutil.which("squawk")), *map(str, files)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


def test_the_migrations_pass_squawk(tmp_path: Path) -> None:
    answer = squawk(*sorted((ROOT / "supabase/migrations").glob("*.sql")))
    assert answer.returncode == 0, answer.stdout
    (tmp_path / "careless.sql").write_text("alter table public.pages add column x int not null;")
    assert squawk(tmp_path / "careless.sql").returncode != 0
