"""Errors are counted by kind, belong to whoever may see them, and come back with a new release."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import ACME, ADAM, EDDIE, OLIVE, SAM, SERVICE, Person

KIND = "a" * 64


def record(db: Database, **changed: Any) -> int:
    error = {
        "org": ACME,
        "person": OLIVE.id,
        "fingerprint": KIND,
        "source": "browser",
        "message": "It broke",
        "release": "1",
        "times": 1,
    } | changed
    total = db.value(
        "select record_error($1, $2, $3, $4, $5, '{}', $6, $7)", *error.values(), by=SERVICE
    )
    return int(total)


def error(db: Database) -> dict[str, Any]:
    return db.one("select * from error_logs where fingerprint = $1", KIND)


def resolve(db: Database, state: str = "resolved", by: Any = ADAM) -> None:
    db.run("select set_error_state($1, $2)", error(db)["id"], state, by=by)


def test_the_same_error_is_one_row_that_counts(db: Database) -> None:
    assert record(db) == 1
    assert record(db, times=4, message="It broke again", release="2") == 5
    row = error(db)
    assert (row["times"], row["message"], row["release"]) == (5, "It broke again", "2")


def test_an_error_counts_only_where_the_person_belongs(db: Database) -> None:
    """A browser may claim any organization."""
    record(db, person=SAM.id)
    assert error(db)["org_id"] is None


def test_a_resolved_error_comes_back_with_another_release_only(db: Database) -> None:
    record(db)
    resolve(db)
    assert error(db)["resolved_by"] == ADAM.id
    record(db)
    assert error(db)["state"] == "resolved"
    record(db, release="2")
    row = error(db)
    assert (row["state"], row["resolved_by"], row["resolved_at"]) == ("open", None, None)
    resolve(db)
    resolve(db, "open")
    assert error(db)["state"] == "open"


@pytest.mark.parametrize("person", [EDDIE, SAM], ids=str)
def test_only_admins_of_its_organization_resolve_an_error(db: Database, person: Person) -> None:
    record(db)
    found = error(db)["id"]
    with pytest.raises(Refused) as refusal:
        db.run("select set_error_state($1, 'resolved')", found, by=person)
    assert refusal.value.code == "PT404"


def test_a_state_that_is_none_is_refused(db: Database) -> None:
    record(db)
    with pytest.raises(Refused) as refusal:
        resolve(db, "forgotten")
    assert refusal.value.code == "23514"


def test_a_flood_of_new_errors_keeps_the_latest_thousand(db: Database) -> None:
    """CASES J 183."""
    db.run(
        "insert into error_logs (org_id, fingerprint, source, message, last_seen_at) "
        "select $1, encode(sha256(n::text::bytea), 'hex'), 'browser', 'Oh', "
        "now() - n * interval '1 second' from generate_series(1, 1200) n",
        ACME,
    )
    record(db)
    count = db.value("select count(*)::int from error_logs where org_id = $1", ACME)
    assert count == 1000
    assert error(db)["times"] == 1
