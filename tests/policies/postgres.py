"""A PostgreSQL of our own, prepared like a hosted Supabase project.

PGlite has one connection, so races can be run only here; and its owner is a superuser, which on
hosted projects nobody is. scripts/postgres.py finds one or gets one.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import postgres as program
from tests.policies.database import ROOT
from tests.policies.people import ANON, SERVICE, Person
from tests.stack import free_ports

ROLES = """
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
-- Hosted's role `postgres` runs the migrations. It is no superuser.
create role migrator login bypassrls createrole;
-- PostgREST signs in as this one, and becomes one of the three with each request.
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator;
-- Hosted lets `postgres` set what PostgREST reads from its role.
grant set on parameter pgrst.db_pre_request, pgrst.openapi_mode to migrator;
"""

# What a hosted project has before its first migration.
PROJECT = """
create schema auth;
create table auth.users (
  id uuid primary key default gen_random_uuid(), email text, email_confirmed_at timestamptz,
  raw_user_meta_data jsonb default '{}'
);
create function auth.jwt() returns jsonb language sql stable as $$
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb
$$;
create function auth.uid() returns uuid language sql stable as $$
  select (auth.jwt() ->> 'sub')::uuid
$$;
grant usage on schema auth to migrator, anon, authenticated, service_role;
grant all on auth.users to migrator;
alter schema public owner to migrator;
grant create on database {database} to migrator;
"""

# The database that tests play in, unless they say otherwise.
PLAY = "project"

# What projects from before 2026-10-30 give away by themselves.
OLD_GRANTS = """
alter default privileges for role migrator in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role migrator in schema public
  grant all on sequences to anon, authenticated, service_role;
alter default privileges for role migrator in schema public
  grant all on functions to anon, authenticated, service_role;
"""


class Postgres:
    """A running server; `psql` runs SQL in it, as the migrations' owner or as a person."""

    def __init__(self, folder: Path, account: str | None, *options: str) -> None:
        self.folder, self.account, self.options = folder, account, options
        found = program.find()
        assert found is not None, "Run scripts/postgres.py first: there is no PostgreSQL."
        self.bin = found
        (self.port,) = free_ports(1)

    def program(self, name: str, *arguments: str) -> None:
        command = [str(self.bin / name), *arguments]
        if name == "pg_ctl":
            command.append("--silent")
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            # PostgreSQL refuses to run as root.
            user=self.account,
            cwd=self.folder,
        )

    def start(self) -> None:
        data = str(self.folder / "data")
        self.program("initdb", "-D", data, "-U", "superuser", "-A", "trust", "-E", "UTF8", "-N")
        # No vacuum of its own accord: plans and buffers shall be the same each time.
        options = [f"-k {self.folder} -p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off"]
        options += ["-c max_connections=60 -c autovacuum=off", *self.options]
        self.program(
            *("pg_ctl", "-D", data, "-o", " ".join(options)),
            "-l",
            f"{self.folder}/log",
            "-w",
            "start",
        )

    def stop(self) -> None:
        self.program("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def url(self, database: str = PLAY, user: str = "migrator") -> str:
        """Where programs that know no sockets find it."""
        return f"postgres://{user}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def make_project(self, database: str, *, before: str = "", after: str = "") -> None:
        """A migrated database of that name."""
        self.psql(f"create database {database}", by="superuser", database="postgres")
        prepare = PROJECT.replace("{database}", database) + before
        self.psql(prepare, by="superuser", database=database)
        for migration in sorted((ROOT / "supabase/migrations").glob("*.sql")):
            text = migration.read_text(encoding="utf-8")
            self.psql(f"begin;\n{text}\ncommit;", database=database)
        self.psql(after, database=database)

    def psql(self, sql: str, *, by: Person | str = "migrator", database: str = PLAY) -> str:
        """What psql prints. Raises with its words if a statement fails."""
        session = self.session(by, database, stop=True)
        printed, _ = session.communicate(sql if isinstance(by, str) else act_as(by) + sql)
        if session.returncode != 0:
            raise AssertionError(printed)
        return printed.strip()

    def at_once(self, scripts: Iterable[tuple[Person, str]], database: str = PLAY) -> list[str]:
        """Run scripts in parallel sessions; what each printed, errors included."""
        pairs = [(self.session(by, database), act_as(by) + sql) for by, sql in scripts]
        # All sessions are connected before the first one begins.
        for session, _ in pairs:
            say(session, "select 'here';")
            assert session.stdout is not None and session.stdout.readline() == "here\n"
        for session, sql in pairs:
            say(session, sql)
        return [session.communicate()[0].strip() for session, _ in pairs]

    def session(
        self, by: Person | str, database: str, *, stop: bool = False
    ) -> subprocess.Popen[str]:
        user = by if isinstance(by, str) else "authenticator"
        where = ["-h", str(self.folder), "-p", str(self.port), "-U", user, "-d", database]
        return subprocess.Popen(
            [str(self.bin / "psql"), "-X", "-q", "-At", "-v", f"ON_ERROR_STOP={int(stop)}", *where],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def say(session: subprocess.Popen[str], sql: str) -> None:
    assert session.stdin is not None
    session.stdin.write(sql + "\n")
    session.stdin.flush()


def act_as(person: Person) -> str:
    """What PostgREST does at the beginning of a request."""
    told = "{}" if person in (ANON, SERVICE) else json.dumps(person.told)
    return f"set role {person.role}; set request.jwt.claims = '{told}';\n"


@contextmanager
def running_postgres(*options: str) -> Iterator[Postgres]:
    """A server with the API's roles, started with these options beside our own."""
    account = None
    if os.geteuid() == 0:
        known = {entry.pw_name for entry in pwd.getpwall()}
        account = "postgres" if "postgres" in known else "nobody"
    folder = Path(tempfile.mkdtemp(prefix="roseram-postgres-"))
    if account:
        shutil.chown(folder, account)
    server = Postgres(folder, account, *options)
    try:
        server.start()
        server.psql(ROLES, by="superuser", database="postgres")
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
