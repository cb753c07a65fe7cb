"""Row-level security costs little: plans and buffers, at a scale where a bad plan already shows.

benchmarks/rls.py measures the same statements with a million pages. Here no clock is asked.
"""

from __future__ import annotations

import pytest

from tests.policies.people import ANON, Person
from tests.policies.postgres import Postgres
from tests.policies.scale import (
    BUSY,
    HANDFULS,
    LARGE,
    NEAR,
    OPERATIONS,
    ORDINARY,
    SEARCH_LARGE,
    Operation,
    explain,
    populate,
)

MANY = "many"
PEOPLE = pytest.mark.parametrize("person", [ORDINARY, BUSY], ids=["of one", "of 200"])
AND_OTHERS = {"organizations": 600, "people": 2_000, "sites": 5_000, "pages": 50_000}
NAMES = [operation.name for operation in OPERATIONS]
# What a writer is asked is asked four times: before and after the change, and whether they may see
# it. Somebody in 200 organizations takes a few more leaves of an index each time.
MOST = {"update": 1.35}


@pytest.fixture(scope="module")
def many(server: Postgres) -> Postgres:
    server.make_project(MANY)
    populate(server, MANY, NEAR)
    # Others, so that even somebody in 200 organizations sees a small part of everything.
    populate(server, MANY, AND_OTHERS, beyond=NEAR)
    return server


def has_extensions(server: Postgres) -> bool:
    asked = "select count(*) from pg_available_extensions where name in ('pg_trgm', 'btree_gin')"
    return server.psql(asked) == "2"


@PEOPLE
@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_policies_cost_no_more_than_the_same_filter_by_hand(
    many: Postgres, operation: Operation, person: Person
) -> None:
    asked = explain(many, MANY, operation.through_policies(), person, by_hand=False)
    by_hand = explain(many, MANY, operation.filtered(person), person, by_hand=True)
    assert asked.rows == by_hand.rows > 0
    # Of the statement itself and of every statement in its functions and triggers.
    assert set(asked.scans) <= HANDFULS
    assert asked.buffers <= MOST.get(operation.name, 1.3) * by_hand.buffers


def test_what_is_explained_includes_what_functions_and_triggers_do(many: Postgres) -> None:
    """Otherwise the scans above would be those of the outermost statement alone."""
    (update,) = (each for each in OPERATIONS if each.name == "update")
    plan = explain(many, MANY, update.through_policies(), ORDINARY, by_hand=False)
    used = {node.get("Index Name") for node in plan.nodes}
    assert {"organization_members_user_id_idx", "page_versions_page_id_idx"} <= used


def test_viewers_are_asked_about_open_visits_of_support_alone_and_others_about_none(
    many: Postgres,
) -> None:
    def tables(asked: str, person: Person) -> set[str]:
        plan = explain(many, MANY, asked, person, by_hand=False)
        return {node["Relation Name"] for node in plan.nodes if "Relation Name" in node}

    for person in (ORDINARY, BUSY):
        asked = tables("select id from sites", person)
        assert "open_visits" in asked and "support_visits" not in asked
    assert "open_visits" not in tables("select id from activity_logs", ORDINARY)


def test_a_scan_would_be_noticed(many: Postgres) -> None:
    plan = explain(many, MANY, "select * from pages where html = 'x'", ORDINARY, by_hand=True)
    assert set(plan.scans) == {"pages"}


def test_a_search_in_many_pages_uses_the_index_of_titles(many: Postgres) -> None:
    if not has_extensions(many):
        pytest.skip("this PostgreSQL brings no pg_trgm or btree_gin: searches read titles")
    asked = explain(many, MANY, SEARCH_LARGE.through_policies(), LARGE, by_hand=False)
    assert "pages_org_id_title_idx" in {node.get("Index Name") for node in asked.nodes}
    plain = "select id from pages where title ilike '%number 1234%'"
    through_policies = explain(many, MANY, plain, LARGE, by_hand=False)
    assert asked.rows == through_policies.rows > 0
    assert asked.buffers < 0.5 * through_policies.buffers


def test_a_stranger_who_filters_reads_nothing(many: Postgres) -> None:
    """With a grant and no policy, an anonymous `ilike` would still read the whole table."""
    asked = "select id from pages where title ilike '%a%'"
    (printed,) = many.at_once([(ANON, asked + ";")], MANY)
    assert "permission denied" in printed
    nobody = Person("nobody at all")
    plan = explain(many, MANY, asked, nobody, by_hand=False)
    assert (plan.rows, plan.scans) == (0, ["open_visits"])
    assert plan.buffers < 20
