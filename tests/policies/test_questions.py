"""Questions that ask for too much, or for what is others': searches, embeds, huge filters."""

from __future__ import annotations

import pytest

from tests.policies.database import Database
from tests.policies.people import (
    ACME,
    ANYA,
    BOREALIS,
    EDDIE,
    MEMBERS,
    NORA,
    OLIVE,
    RITA,
    SAM,
    VERA,
    Person,
    ident,
)
from tests.policies.rest import Rest

SITE = ident("site of Acme")


def found(db: Database, by: Person, query: str, org: str | None = None) -> set[str]:
    rows = db.run("select title, org_id from search_pages($1, $2, 100)", query, org, by=by)
    return {row["title"] for row in rows}


def titled(db: Database, *titles: str) -> None:
    for number, title in enumerate(titles):
        sql = "insert into pages (site_id, title, path) values ($1, $2, $3)"
        db.run(sql, SITE, title, f"/searched-{number}", by=EDDIE)


def test_a_search_finds_pages_of_ones_own_organizations_alone(db: Database) -> None:
    assert found(db, VERA, "acme") == {"Acme page"}
    assert found(db, SAM, "BOREALIS p") == {"Borealis page"}
    assert found(db, VERA, "borealis") == found(db, SAM, "acme") == set()
    assert found(db, EDDIE, "page") >= {"Acme page", "Eddies page"}
    assert found(db, EDDIE, "page", ACME) == {"Acme page"}
    for nobody in (NORA, RITA, ANYA):
        assert found(db, nobody, "acme") == found(db, nobody, "page", ACME) == set()
    # Somebody else's organization looks like one that nobody has.
    assert found(db, VERA, "page", BOREALIS) == found(db, VERA, "page", ident("none")) == set()


def test_what_people_type_is_no_pattern(db: Database) -> None:
    titled(db, "100% wool", "100 sheep", "under_score", "underscore", "back\\slash", "O'Neil; --")
    assert found(db, VERA, "100%") == {"100% wool"}
    assert found(db, VERA, "r_s") == {"under_score"}
    assert found(db, VERA, "\\s") == {"back\\slash"}
    assert found(db, VERA, "'neil; --") == {"O'Neil; --"}
    assert found(db, VERA, "%") == {"100% wool"}
    for nothing in ("", "   ", "x" * 121):
        assert found(db, VERA, nothing) == set()


def test_a_search_gives_at_most_a_hundred_the_newest_first(db: Database) -> None:
    db.run("alter table pages disable trigger before_page")
    db.run(
        "insert into pages (org_id, site_id, title, path, updated_at) select $1, $2, "
        "'Many ' || n, '/many-' || n, now() + n * interval '1 second' "
        "from generate_series(1, 120) n",
        ACME,
        SITE,
    )
    for asked, given in ((None, 20), (5, 5), (0, 1), (-3, 1), (10**6, 100)):
        rows = db.run("select title from search_pages('many', null, $1)", asked, by=VERA)
        assert len(rows) == given
        assert rows[0]["title"] == "Many 120"


def test_a_search_in_a_large_organization_finds_the_same(db: Database) -> None:
    """From two thousand pages on it goes another way."""
    db.run("alter table pages disable trigger user")
    db.run(
        "insert into pages (org_id, site_id, title, path) select $1, $2, "
        "'Number ' || n, '/many-' || n from generate_series(1, 2500) n",
        ACME,
        SITE,
    )
    assert found(db, VERA, "NUMBER 1234") == {"Number 1234"}
    assert found(db, VERA, "acme p") == {"Acme page"}
    assert found(db, VERA, "%") == set()
    assert found(db, SAM, "number 1234") == set()


ORS = ",".join(f"name.eq.{number}" for number in range(1000))
DEEP = "*"
for table in ("pages", "sites") * 5:
    DEEP = f"id,{table}({DEEP})"


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "1000000000"},
        {"limit": "-1"},
        {"offset": "1000000000000"},
        {"select": DEEP},
        {"or": f"({ORS})"},
        {"select": "count()"},
        {"select": "id.max()"},
        {"order": "id;drop table sites"},
    ],
    ids=["limit", "negative", "offset", "embeds", "thousand ors", "count", "max", "order"],
)
def test_a_question_beyond_measure_is_bounded_and_hurts_nobody(
    rest: Rest, params: dict[str, str]
) -> None:
    answer = rest.get(SAM, "sites", **params)
    assert answer.status_code < 500 or answer.json().get("code") == "PGRST100", answer.text
    for name in ("Acme", *(person.id for person in MEMBERS)):
        assert name not in answer.text
    if answer.is_success:
        assert len(answer.json()) <= 1000
    assert rest.get(OLIVE, "sites", id=f"eq.{SITE}").json()


def test_a_transaction_cannot_be_asked_to_end_otherwise(rest: Rest) -> None:
    """`tx=rollback` would answer as if it had worked: on hosted it is ignored, as here."""
    row = {"org_id": ACME, "name": "Really there"}
    prefer = {"prefer": "tx=rollback,return=representation"}
    made = rest.ask(EDDIE, "POST", "/rest/v1/sites", json=row, headers=prefer).json()[0]
    assert rest.get(EDDIE, "sites", id=f"eq.{made['id']}").json()


@pytest.mark.parametrize("table", ["pages", "sites", "components"])
def test_a_change_without_a_filter_changes_nothing(rest: Rest, table: str) -> None:
    """An editor's slip, or a script's: one's own rows are protected too."""
    before = rest.get(EDDIE, table, order="id").json()
    assert before
    body = {"title": "Gone"} if table == "pages" else {"name": "Gone"}
    assert rest.ask(EDDIE, "PATCH", f"/rest/v1/{table}", json=body).status_code == 400
    assert rest.ask(EDDIE, "DELETE", f"/rest/v1/{table}").status_code == 400
    assert rest.get(EDDIE, table, order="id").json() == before


def test_other_services_are_not_there(rest: Rest) -> None:
    for path in ("/graphql/v1", "/realtime/v1", "/functions/v1/x", "/pg/query", "/rest/v2/sites"):
        assert rest.ask(OLIVE, "GET", path).status_code == 404
