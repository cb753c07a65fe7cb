"""Back up the rows of a project, bring them into another one, and prove that they are the same.

    python scripts/backup.py make <database url> <file>
    python scripts/backup.py restore <file> <database url>
    python scripts/backup.py compare <database url> <database url>
    python scripts/backup.py drill <database url> <url of a fresh project>

What is saved are rows: tables, policies and functions come from the migrations, which the fresh
project needs first (`npx supabase db push`). Passwords and tokens are in there, hashed or
encrypted. Not in there: uploaded files (Storage), DATA_DIR and CREDENTIALS_KEYS;
docs/self-hosting.md says how to keep those.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import postgres

SCHEMAS = ("public", "private", "auth", "storage")
# Which migrations ran is the fresh project's own affair, and it may be a newer Supabase.
NOT_OURS = ("auth.schema_migrations", "storage.migrations")
# Foreign keys and our own triggers have had their say when the rows were first written.
QUIETLY = "-c session_replication_role=replica"


class Failed(Exception):
    """The message says what to do."""


def main(arguments: list[str]) -> int:
    commands = {"make": make, "restore": restore, "compare": compare, "drill": drill}
    if len(arguments) != 3 or arguments[0] not in commands:
        print(__doc__)
        return 2
    try:
        commands[arguments[0]](*arguments[1:])
    except Failed as failure:
        print(f"backup: {failure}", file=sys.stderr)
        return 1
    return 0


def make(url: str, file: str) -> None:
    """Write all rows, as they are at one moment, into one compressed file."""
    path = Path(file)
    unfinished = path.with_name(path.name + ".unfinished")
    names = [f"--schema={schema}" for schema in SCHEMAS]
    names += [f"--exclude-table={table}" for table in NOT_OURS]
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        run("pg_dump", url, "--data-only", "--format=custom", "--no-owner", *names, stdout=out)
    unfinished.replace(path)
    print(f"Saved {path.stat().st_size:,} bytes in {path}.")


def restore(file: str, url: str) -> None:
    """Bring the rows into a project that has the tables and no people yet, all or nothing."""
    if not Path(file).is_file():
        raise Failed(f"there is no file {file}.")
    if query(url, "select to_regclass('public.organizations') is null") == "t":
        raise Failed("the project has no tables yet: apply the migrations first.")
    if query(url, "select exists (select from auth.users)") == "t":
        raise Failed("the project has people already; rows are only brought into a fresh one.")
    listed = run("pg_restore", None, "--list", file)
    tables = re.findall(r"TABLE DATA (\w+) (\w+) ", listed)
    # What migrations have put there themselves would stand in the way.
    named = ", ".join(f'"{schema}"."{table}"' for schema, table in tables)
    with tempfile.TemporaryDirectory() as folder:
        sql = str(Path(folder) / "rows.sql")
        run("pg_restore", None, "--data-only", "--no-owner", "--file", sql, file)
        both = ("--command", f"truncate {named} cascade", "--file", sql)
        options = ("-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", *both)
        run("psql", url, *options, quietly=True)
    query(url, "analyze")
    print(f"Brought in the rows of {len(tables)} tables.")


def compare(one: str, other: str) -> None:
    """Compare every row of every table. Raises Failed with the tables that differ."""
    first, second = fingerprints(one), fingerprints(other)
    differing = sorted(
        name for name in first.keys() | second.keys() if first.get(name) != second.get(name)
    )
    if differing:
        raise Failed(f"these differ: {', '.join(differing)}.")
    rows = sum(int(each.partition(" ")[0]) for each in first.values())
    print(f"Equal: {rows:,} rows in {len(first)} tables.")


def drill(source: str, fresh: str) -> None:
    """The whole way, with the time that each step takes."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "rows.dump")
        for step, one, other in ((make, source, file), (restore, file, fresh)):
            step(one, other)
            print(f"  after {time.monotonic() - began:.1f} s")
    compare(source, fresh)
    print(f"The drill took {time.monotonic() - began:.1f} s. Write it down.")


def fingerprints(url: str) -> dict[str, str]:
    """Table → the number of its rows and a digest of all of them, whatever their order."""
    listed = ", ".join(f"'{schema}'" for schema in SCHEMAS)
    names = query(
        url,
        "select format('%I.%I', schemaname, tablename) from pg_tables "  # noqa: S608
        f"where schemaname in ({listed}) order by 1",
    ).splitlines()
    found = {}
    for name in names:
        if name not in NOT_OURS:
            found[name] = query(
                url,
                "select count(*), md5(coalesce(string_agg(digest, '' order by digest), ''))"  # noqa: S608
                f" from (select md5(t::text) as digest from {name} t) rows",
            )
    return found


# Programs -------------------------------------------------------------------------


def query(url: str, sql: str) -> str:
    options = ("-X", "-q", "-At", "-F", " ", "-v", "ON_ERROR_STOP=1", "-c", sql)
    return run("psql", url, *options).strip()


def run(program: str, url: str | None, *options: str, quietly: bool = False, stdout=None) -> str:
    found = postgres.find()
    if found is None or not (found / program).exists():
        raise Failed(f"{program} is not installed: get PostgreSQL's client programs.")
    env = dict(os.environ)
    where = []
    if url is not None:
        # In the environment, so that no list of processes shows the password.
        parts = urlsplit(url)
        env["PGPASSWORD"] = unquote(parts.password or env.get("PGPASSWORD", ""))
        bare = parts._replace(netloc=re.sub(r":[^@:/]*@", "@", parts.netloc))
        where = ["--dbname", bare.geturl()]
    if quietly:
        env["PGOPTIONS"] = f"{env.get('PGOPTIONS', '')} {QUIETLY}"
    done = subprocess.run(
        [str(found / program), *where, *options],
        env=env,
        stdout=stdout or subprocess.PIPE,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines() or ["no words"]
        raise Failed(f"{program} says: {words[0]}")
    return "" if stdout else done.stdout.decode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
