"""Turn policies/ into migrations: `make` writes what changed, `check` tells it, `sql` prints all.

policies/ is what people read and edit; supabase/migrations is what databases run. Each policies
file becomes one block of a generated migration, marked with the file's SHA-256, so a file whose
digest stands in its newest block needs nothing. A block can run any number of times: it drops the
table's policies before it makes them again.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POLICIES = ROOT / "policies"
MIGRATIONS = ROOT / "supabase" / "migrations"

# What must come first and last; every other file is about the table of its name. The baseline
# takes everything away, so a change to it applies all files again.
BASELINE = "00_baseline.sql"
FIRST = (BASELINE, "predicates.sql")
LAST = ("storage.sql", "realtime.sql", "functions.sql")

MARK = re.compile(r"^-- policy-file: (?P<file>\S+) sha256:(?P<digest>[0-9a-f]{64})$", re.MULTILINE)

DROP_POLICIES = """\
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.{table}'::regclass
  loop
    execute format('drop policy %I on public.{table}', old_policy.polname);
  end loop;
end;
$$;
"""


def policy_files() -> list[Path]:
    """All policies files, in the order in which they must run."""
    files = {file.name: file for file in POLICIES.glob("*.sql")}
    tables = sorted(set(files) - set(FIRST) - set(LAST))
    return [files[name] for name in (*FIRST, *tables, *LAST) if name in files]


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def recorded_digests() -> dict[str, str]:
    """What the migrations hold of each policies file; the newest has the last word."""
    found: dict[str, str] = {}
    for migration in sorted(MIGRATIONS.glob("*.sql")):
        for mark in MARK.finditer(migration.read_text(encoding="utf-8")):
            found[mark["file"]] = mark["digest"]
    return found


def changed_files() -> list[Path]:
    recorded = recorded_digests()
    changed = [file for file in policy_files() if recorded.get(file.name) != digest(file)]
    return policy_files() if any(file.name == BASELINE for file in changed) else changed


def block(file: Path) -> str:
    """One policies file as it stands in a migration."""
    parts = [f"-- policy-file: {file.name} sha256:{digest(file)}\n"]
    if file.name not in FIRST + LAST:
        parts.append(DROP_POLICIES.format(table=file.stem))
    parts.append(file.read_text(encoding="utf-8").rstrip() + "\n")
    return "".join(parts)


def as_sql(files: Iterable[Path]) -> str:
    return "\n".join(block(file) for file in files)


def removed_files() -> list[str]:
    """Files that migrations applied and that are gone, though what they granted is not."""
    return sorted(set(recorded_digests()) - {file.name for file in policy_files()})


def make(name: str) -> Path | None:
    """Write a migration with every changed file and return it; None if nothing changed."""
    files = changed_files()
    if not files:
        return None
    migration = MIGRATIONS / f"{next_timestamp()}_{name}.sql"
    head = "-- Generated from policies/ by `make policies`; edit there, never here.\n\n"
    migration.write_text(head + as_sql(files), encoding="utf-8")
    return migration


def next_timestamp() -> str:
    """Now, or one after the newest migration if that claims to be from later."""
    now = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    newest = max((file.name[:14] for file in MIGRATIONS.glob("*.sql")), default="0" * 14)
    return max(now, str(int(newest) + 1).zfill(14))


def problems() -> Iterator[str]:
    """What keeps migrations from being what policies/ says, one sentence each."""
    for file in changed_files():
        yield f"policies/{file.name} is not in a migration yet: run `make policies`."
    for name in removed_files():
        yield f"policies/{name} is gone, but migrations apply it: bring it back and revoke in it."


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("command", choices=("make", "check", "sql"))
    parser.add_argument(
        "name", nargs="?", default="policies", help="the end of a new migration's file name"
    )
    asked = parser.parse_args()

    if asked.command == "sql":
        print(as_sql(policy_files()))
        return 0
    if asked.command == "make":
        migration = make(asked.name)
        print(
            f"Wrote {migration.relative_to(ROOT)}"
            if migration
            else "The migrations say what policies/ says."
        )
        return 0
    found = list(problems())
    print(
        "\n".join(found) or "The migrations say what policies/ says.",
        file=sys.stderr if found else sys.stdout,
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
