"""The oracle: the matrix and what Lite only resembles, asked of PostgREST itself."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.policies.people import ACME, ANON, EDDIE, NORA, OLIVE, SAM, entrance, ident
from tests.policies.postgres import Postgres
from tests.policies.postgrest import PostgRest, find, running_postgrest
from tests.policies.rest import Rest
from tests.policies.test_matrix import ATTEMPTS, CELLS, COLUMNS, refused, worked

pytestmark = pytest.mark.skipif(find() is None, reason="npm has no PostgREST for this machine")


@pytest.fixture(scope="module")
def oracle(server: Postgres) -> Iterator[PostgRest]:
    server.make_project("oracle", after=entrance())
    with running_postgrest(server, "oracle") as asking:
        yield asking


def test_postgrest_keeps_the_matrix_too(oracle: PostgRest) -> None:
    """Every cell in one test: the embedded Supabase has a test for each."""
    wrong = []
    # There is no Storage here.
    of_files = {("assets", "delete"), ("finish_upload", "call")}
    cells = [
        cell
        for cell in CELLS
        if "files in" not in cell.what and (cell.what, cell.verb) not in of_files
    ]
    for cell in cells:
        answer = ATTEMPTS[cell.what, cell.verb](oracle, COLUMNS[cell.column])
        if not (worked(answer) if cell.allowed else refused(answer)):
            wrong.append(f"{cell}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []
    assert len(cells) > 1_000


def test_a_count_that_guesses_is_refused(oracle: PostgRest) -> None:
    for kind in ("planned", "estimated"):
        for method in ("GET", "HEAD"):
            answer = oracle.ask(NORA, method, "/sites", headers={"prefer": f"count={kind}"})
            assert answer.status_code == 406
            assert "content-range" not in answer.headers
    answer = oracle.ask(SAM, "GET", "/sites", headers={"prefer": "count=exact"})
    assert answer.headers["content-range"] == "0-0/1"


def test_neither_plans_nor_the_description_are_shown(oracle: PostgRest) -> None:
    plan = {"accept": "application/vnd.pgrst.plan+json"}
    assert oracle.ask(OLIVE, "GET", "/sites", headers=plan).status_code in (406, 415)
    assert oracle.ask(OLIVE, "GET", "/sites", params={"select": "count()"}).status_code == 400
    for person in (ANON, OLIVE):
        root = oracle.ask(person, "GET", "/")
        assert root.status_code == 404
        assert "sites" not in root.text


def both(oracle: PostgRest, rest: Rest) -> list[Rest]:
    return [oracle, rest]


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("a slug that is none", 400, "23514"),
        ("a page that is there", 409, "23505"),
        ("no title", 400, "23502"),
        ("a strange id", 400, "22P02"),
        ("a version that is old", 409, "PT409"),
        ("no such site", 403, "42501"),
        ("no such function", 404, "PGRST202"),
        ("no such table", 404, None),
        ("no such column", 400, None),
    ],
)
def test_lite_and_postgrest_refuse_with_the_same_code(
    oracle: PostgRest, rest: Rest, what: str, status: int, code: str | None
) -> None:
    site, page = ident("site of Acme"), ident("page of Acme")
    for asked in both(oracle, rest):
        answer = {
            "a slug that is none": lambda asked=asked: asked.insert(
                EDDIE, "sites", org_id=ACME, name="Site", slug=".."
            ),
            "a page that is there": lambda asked=asked: asked.insert(
                EDDIE, "pages", site_id=site, title="P", path="/"
            ),
            "no title": lambda asked=asked: asked.insert(EDDIE, "pages", site_id=site, path="/x"),
            "a strange id": lambda asked=asked: asked.get(EDDIE, "pages", id="eq.nonsense"),
            "a version that is old": lambda asked=asked: asked.update(
                EDDIE, "pages", {"id": page}, html="x", version=77
            ),
            "no such site": lambda asked=asked: asked.insert(
                EDDIE, "pages", site_id=str(uuid4()), title="P", path="/x"
            ),
            "no such function": lambda asked=asked: asked.call(EDDIE, "nothing"),
            "no such table": lambda asked=asked: asked.get(EDDIE, "nothing"),
            "no such column": lambda asked=asked: asked.get(EDDIE, "sites", nothing="eq.1"),
        }[what]()
        assert answer.status_code == status, f"{type(asked).__name__}: {answer.text}"
        assert code is None or answer.json()["code"] == code


def test_an_upsert_needs_more_than_the_columns_that_people_may_write(oracle: PostgRest) -> None:
    """Why the screens insert or update, and never upsert: PostgREST sets the key's columns too."""
    row = {"id": ident("site of Acme"), "org_id": ACME, "name": "Again"}
    prefer = {"prefer": "resolution=merge-duplicates"}
    answer = oracle.ask(OLIVE, "POST", "/sites", json=row, headers=prefer)
    assert (answer.status_code, answer.json()["code"]) == (403, "42501")
