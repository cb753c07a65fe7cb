"""CASES M 206, K 191 and I 168: a backup comes back with every row, by script, or not at all."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import postgres as program
from tests.policies.postgres import Postgres, running_postgres

ROOT = Path(__file__).resolve().parents[2]
# More than a few, in tables that hang together, of every kind that a dump could spoil.
ROWS = """
insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data)
  select gen_random_uuid(), 'person' || n || '@example.com', now(), '{"name": "Ann 🌹 O''Neil"}'
  from generate_series(1, 50) n;
do $$
declare person record;
begin
  for person in select id, email from auth.users loop
    perform set_config('request.jwt.claims', json_build_object('sub', person.id,
      'role', 'authenticated', 'email', person.email)::text, true);
    perform public.create_organization('Org of ' || person.email);
  end loop;
end $$;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    if program.find() is None:
        pytest.skip("no PostgreSQL on this machine (run scripts/postgres.py)")
    with running_postgres() as running:
        running.make_project("source")
        running.psql(ROWS, by="superuser", database="source")
        yield running


def backup(*words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "scripts/backup.py", *words],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


def url(server: Postgres, database: str) -> str:
    return server.url(database, "superuser")


def test_the_drill_brings_back_every_row(server: Postgres) -> None:
    server.make_project("fresh")
    done = backup("drill", url(server, "source"), url(server, "fresh"))
    assert done.returncode == 0, done.stderr
    told = re.search(r"Equal: ([\d,]+) rows in (\d+) tables", done.stdout)
    assert told and int(told[1].replace(",", "")) > 150 and int(told[2]) > 20
    # And it is a project that works: the next row gets what triggers give.
    count = server.psql("select count(*) from public.organization_members", database="fresh")
    assert int(count) == 50


def test_one_row_that_differs_is_found(server: Postgres, tmp_path: Path) -> None:
    server.make_project("touched")
    file = str(tmp_path / "rows.dump")
    assert backup("make", url(server, "source"), file).returncode == 0
    assert backup("restore", file, url(server, "touched")).returncode == 0
    change = "update auth.users set raw_user_meta_data = '{}' where email = 'person7@example.com'"
    server.psql(change, by="superuser", database="touched")
    done = backup("compare", url(server, "source"), url(server, "touched"))
    assert done.returncode == 1
    assert done.stderr == "backup: these differ: auth.users.\n"


def test_a_project_with_people_is_left_alone(server: Postgres, tmp_path: Path) -> None:
    file = str(tmp_path / "rows.dump")
    assert backup("make", url(server, "source"), file).returncode == 0
    assert Path(file).stat().st_mode & 0o077 == 0, "others can read the backup"
    done = backup("restore", file, url(server, "source"))
    assert done.returncode == 1 and "has people already" in done.stderr
    assert server.psql("select count(*) from auth.users", database="source") == "50"


def test_a_broken_backup_changes_nothing(server: Postgres, tmp_path: Path) -> None:
    server.make_project("hopeful")
    kept = "insert into private.workers (name, seen_at) values ('kept', now())"
    server.psql(kept, by="superuser", database="hopeful")
    file = tmp_path / "rows.dump"
    assert backup("make", url(server, "source"), str(file)).returncode == 0
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    done = backup("restore", str(file), url(server, "hopeful"))
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert server.psql("select count(*) from auth.users", database="hopeful") == "0"
    assert server.psql("select name from private.workers", database="hopeful") == "kept"


def test_without_tables_it_says_what_to_do_first(server: Postgres, tmp_path: Path) -> None:
    server.psql("create database bare", by="superuser", database="postgres")
    file = tmp_path / "rows.dump"
    file.write_bytes(b"")
    done = backup("restore", str(file), url(server, "bare"))
    assert done.stderr == ("backup: the project has no tables yet: apply the migrations first.\n")


def test_every_saved_query_of_studio_runs_and_says_what_it_is(server: Postgres) -> None:
    queries = sorted((ROOT / "supabase/snippets").glob("*.sql"))
    assert len(queries) >= 9
    for file in queries:
        text = file.read_text()
        assert re.match(r"-- [A-Z].*[.:]", text), file.name
        # As an administrator's look: nothing is changed by it.
        server.psql(f"begin read only;\n{text}\nrollback;", by="superuser", database="source")
