"""Re-encrypting everything, with the power cut in the middle: every row stays readable throughout.

`ROTATE_ROWS=10000 ROTATE_KILLS=50` is the long form; a batch has 200 rows.
"""

from __future__ import annotations

import base64
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from services.integrations.cipher import Binding, Cipher, Sealed
from tests.contracts.conftest import Owner, Town

ROWS = int(os.environ.get("ROTATE_ROWS", "450"))
KILLS = int(os.environ.get("ROTATE_KILLS", "2"))

pytestmark = pytest.mark.slow


def key() -> bytes:
    return os.urandom(32)


def keys_of(town: Town) -> list[bytes]:
    return [base64.urlsafe_b64decode(k) for k in town.press.env["CREDENTIALS_KEYS"].split(",")]


def call(town: Town, function: str, **arguments: object):
    secret = town.press.secret_key
    answer = town.press.http.post(
        f"{town.press.supabase_url}/rest/v1/rpc/{function}",
        json=arguments,
        headers={"apikey": secret, "Authorization": f"Bearer {secret}"},
        timeout=60,
    )
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def rows(town: Town) -> Iterator[dict[str, str]]:
    """Many accounts of one organization, and the token of each."""
    nora = Owner.signs_up(town.press, "nora")
    cipher, tokens = Cipher(keys_of(town)), {}

    def keep(number: int) -> None:
        row_id, token = str(uuid4()), f"token-{number}-{uuid4()}"
        integration = {
            "id": row_id, "org_id": nora.org_id, "provider": "netlify", "label": f"n{number}",
            "account_label": "x", "account_id": "x", "team_id": "", "last_four": "1234",
            "method": "token", "scopes": [],
        }  # fmt: skip
        secret = cipher.seal(token, Binding(nora.org_id, "netlify", row_id)).as_json()
        call(town, "save_integration", actor=nora.id, integration=integration, secret=secret)
        tokens[row_id] = token

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, range(ROWS)))
    yield tokens
    nora.rpc("delete_organization", org_id=nora.org_id, typed_name="nora and friends")
    nora.close()


def readable(town: Town, rows: dict[str, str], keys: list[bytes]) -> dict[str, int]:
    """Open every row with these keys; return how many lie under which."""
    cipher, under, last = Cipher(keys), dict[str, int](), "00000000-0000-0000-0000-000000000000"
    seen = 0
    while found := call(
        town, "list_integration_secrets", except_key="none", after=last, batch=1000
    ):
        last = found[-1]["id"]
        for row in found:
            if row["id"] in rows:
                binding = Binding(row["org_id"], row["provider"], row["id"])
                assert cipher.open(Sealed.from_json(row), binding) == rows[row["id"]]
                under[row["key_id"]] = under.get(row["key_id"], 0) + 1
                seen += 1
    assert seen == len(rows)
    return under


def rotate(town: Town, keys: list[bytes]) -> subprocess.Popen[str]:
    setting = ",".join(base64.b64encode(each).decode() for each in keys)
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "flask", "--app", "app", "credentials", "rotate"],
        env=town.press.env | {"CREDENTIALS_KEYS": setting},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(running: subprocess.Popen[str]) -> int:
    """Wait for its end; what it said shows when the test fails."""
    output, _ = running.communicate(timeout=300)
    print(output)
    return running.returncode


def test_a_rotation_that_is_killed_leaves_every_row_readable(town: Town, rows) -> None:
    old, new = keys_of(town), key()
    kills = halves = 0
    try:
        while kills < KILLS or not halves:
            assert kills < KILLS + 20, "no kill came in the middle"
            with rotate(town, [new, *old]) as running:
                assert running.stdout and running.stdout.readline()  # The first batch is done.
                # The first kill at once, in the middle; each later one wherever it falls.
                time.sleep(random.random() * 0.05 if halves else 0)
                running.kill()
            kills += 1
            under = readable(town, rows, [new, *old])
            halves += len(under) == 2
            if not halves:
                # It was quicker than the kill: back to where it began.
                assert finished(rotate(town, [*old, new])) == 0
        assert finished(rotate(town, [new, *old])) == 0
        assert readable(town, rows, [new]) == {Cipher([new]).key_id: len(rows)}
    finally:
        # The running processes know the old key alone.
        assert finished(rotate(town, [*old, new])) == 0
    assert readable(town, rows, old) == {Cipher(old).key_id: len(rows)}
