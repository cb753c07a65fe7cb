"""policies/ is what people read, the migrations are what databases run: they must say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts import policies
from tests.policies.database import Database

SNAPSHOT = """
select 'policy' as kind, schemaname || '.' || tablename || ': ' || policyname as name,
  concat_ws(' | ', permissive, roles::text, cmd, qual, with_check) as value
from pg_policies
union all
select 'table', c.oid::regclass::text,
  c.relrowsecurity || ' ' || coalesce(c.relacl::text, 'default')
from pg_class c where c.relnamespace::regnamespace::text in ('public', 'private', 'storage')
union all
select 'column', c.oid::regclass::text || '.' || a.attname, a.attacl::text
from pg_attribute a join pg_class c on c.oid = a.attrelid
where a.attacl is not null and c.relnamespace::regnamespace::text in ('public', 'private')
union all
select 'function', p.oid::regprocedure::text,
  coalesce(p.proacl::text, 'default') || pg_get_functiondef(p.oid)
from pg_proc p where p.pronamespace::regnamespace::text in ('public', 'private')
union all
select 'schema', n.nspname, coalesce(n.nspacl::text, 'default') from pg_namespace n
where n.nspname in ('public', 'private')
union all
select 'default', d.defaclnamespace::regnamespace::text || d.defaclobjtype::text, d.defaclacl::text
from pg_default_acl d
order by 1, 2, 3
"""


def test_policies_applied_again_leave_the_migrated_catalogue_as_it_is(db: Database) -> None:
    before = db.run(SNAPSHOT)
    db.run(policies.as_sql(policies.policy_files()))
    assert db.run(SNAPSHOT) == before
    assert {row["kind"] for row in before} >= {"policy", "table", "column", "function", "schema"}


def test_a_policy_that_no_file_names_vanishes_when_its_file_is_applied(db: Database) -> None:
    before = db.run(SNAPSHOT)
    db.run('create policy "everybody sees everything" on public.pages for select using (true)')
    db.run("grant truncate on pages to anon; grant update (plan) on organizations to anon")
    db.run("grant execute on function public.claim_deployment to anon")
    db.run(policies.as_sql(policies.policy_files()))
    assert db.run(SNAPSHOT) == before


def test_the_migrations_hold_every_policies_file() -> None:
    assert list(policies.problems()) == []


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders like ours, of the test's own."""
    for name in ("policies", "migrations"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(policies, "POLICIES", tmp_path / "policies")
    monkeypatch.setattr(policies, "MIGRATIONS", tmp_path / "migrations")
    monkeypatch.setattr(policies, "ROOT", tmp_path)
    for name in ("functions", "sites", "pages", "predicates", "00_baseline"):
        write(tmp_path, name, "select 1;")
    return tmp_path


def write(rooms: Path, name: str, text: str) -> None:
    (rooms / "policies" / f"{name}.sql").write_text(text, encoding="utf-8")


def made(name: str = "policies") -> str:
    migration = policies.make(name)
    assert migration is not None
    return migration.read_text(encoding="utf-8")


def order(migration: str) -> list[Any]:
    return [mark["file"] for mark in policies.MARK.finditer(migration)]


def test_the_first_migration_has_every_file_in_order(rooms: Path) -> None:
    everything = ["00_baseline.sql", "predicates.sql", "pages.sql", "sites.sql", "functions.sql"]
    assert order(made()) == everything
    assert policies.make("policies") is None


def test_a_changed_file_alone_becomes_a_migration_after_all_others(rooms: Path) -> None:
    (rooms / "migrations" / "29991231235959_later.sql").touch()
    made()
    write(rooms, "sites", "select 2;")
    assert [*policies.problems()] == [
        "policies/sites.sql is not in a migration yet: run `make policies`."
    ]
    migration = made("let_editors_rest")
    assert order(migration) == ["sites.sql"]
    assert "polrelid = 'public.sites'::regclass" in migration
    newest = max(file.name for file in (rooms / "migrations").iterdir())
    assert newest.endswith("_let_editors_rest.sql")
    assert newest > "29991231235959_later.sql"


def test_a_changed_baseline_applies_every_file_again(rooms: Path) -> None:
    made()
    write(rooms, "00_baseline", "select 2;")
    assert len(order(made())) == 5


def test_a_file_changed_back_is_a_change_too(rooms: Path) -> None:
    made()
    write(rooms, "sites", "select 2;")
    made()
    write(rooms, "sites", "select 1;")
    assert order(made()) == ["sites.sql"]


def test_a_deleted_file_is_not_taken_for_a_closed_table(rooms: Path) -> None:
    made()
    (rooms / "policies" / "sites.sql").unlink()
    (problem,) = policies.problems()
    assert problem.startswith("policies/sites.sql is gone")
