"""What asking the AI costs: reserved before, settled after, and never more than there is."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import ACME, ADAM, EDDIE, MIA, OLIVE, SAM, SERVICE, VERA, Person, ident
from tests.policies.postgres import Postgres

SITE = ident("site of Acme")


def reserve(db: Database, by: Person = EDDIE, credits: int = 10, **changed: Any) -> dict[str, Any]:
    given = {"site_id": SITE, "page_id": None, "kind": "edit", "prompt": "Shorter", "key": None}
    given |= changed
    answer: dict[str, Any] = db.value(
        "select reserve_generation($1, $2, $3, $4, $5, '{}', 'grok', $6, $7)",
        *(given["site_id"], given["page_id"], by.id, given["kind"], given["prompt"], credits),
        given["key"],
        by=SERVICE,
    )
    return answer


def settle(db: Database, generation: str, status: str = "done", credits: int = 4) -> dict[str, Any]:
    answer: dict[str, Any] = db.value(
        "select settle_generation($1, $2, '{\"pieces\": []}', null, 'grok-9', 120, 30, 40000000,"
        " $3, 900, 'POST /api/ai/edit', 200, 'request')",
        *(generation, status, credits),
        by=SERVICE,
    )
    return answer


def quota(db: Database, metric: str = "ai_credits") -> dict[str, Any]:
    return db.one(
        "select used, allowed from usage_quotas where org_id = $1 and metric = $2"
        " and period > '2000-01-01'",
        *(ACME, metric),
    )


def allow(db: Database, credits: int) -> None:
    db.run("select private.lock_ai_quota($1)", ACME)
    db.run(
        "update usage_quotas set allowed = $2 where org_id = $1 and metric = 'ai_credits'",
        *(ACME, credits),
    )


def test_a_question_takes_its_credits_first_and_gives_back_what_it_did_not_cost(
    db: Database,
) -> None:
    asked = reserve(db)
    assert asked["generation"]["status"] == "running"
    assert asked["site"]["name"] == "Acme site"
    assert quota(db)["used"] == 10
    assert asked["remaining"] == quota(db)["allowed"] - 10
    ended = settle(db, asked["generation"]["id"])
    assert ended == {"status": "done", "credits": 4, "remaining": quota(db)["allowed"] - 4}
    assert quota(db)["used"] == 4


def test_the_four_tables_agree_to_the_token(db: Database) -> None:
    for status in ("done", "error", "refused", "canceled", "done"):
        settle(db, reserve(db)["generation"]["id"], status)
    tokens = (
        "select coalesce(sum(input_tokens + output_tokens), 0)::int from ai_generations"
        f" where org_id = '{ACME}'"
    )
    credits = f"select sum(credits)::int from ai_generations where org_id = '{ACME}'"
    assert db.value(tokens) == 5 * 150
    assert quota(db, "ai_tokens")["used"] == db.value(tokens)
    assert quota(db)["used"] == db.value(credits) == 3 * 4
    called = (
        "select sum(units)::int from api_usage where endpoint = 'POST /api/ai/edit' and units > 0"
    )
    assert db.value(called) == db.value(tokens)
    db.run("set constraints all immediate")
    logged = db.run(
        "select after, actor_id, action from activity_logs where object_type = 'generation'"
    )
    assert (
        sum(row["after"]["input_tokens"] + row["after"]["output_tokens"] for row in logged) == 750
    )
    assert sum(row["after"]["credits"] for row in logged) == 12
    assert {row["actor_id"] for row in logged} == {EDDIE.id}
    assert "generation.refused" in {row["action"] for row in logged}
    assert db.value("select verify_activity_chain($1) ->> 'ok'", ACME, by=OLIVE) == "true"


@pytest.mark.parametrize("status", ["error", "refused"])
def test_what_came_to_nothing_costs_nothing(db: Database, status: str) -> None:
    assert settle(db, reserve(db)["generation"]["id"], status)["credits"] == 0
    assert quota(db)["used"] == 0


def test_nobody_pays_more_than_was_announced_or_twice(db: Database) -> None:
    generation = reserve(db, credits=5)["generation"]["id"]
    assert settle(db, generation, credits=99)["credits"] == 5
    assert settle(db, generation, "error", credits=0)["credits"] == 5
    assert quota(db)["used"] == 5
    assert db.value("select count(*)::int from api_usage where request_id = 'request'") == 1


def test_the_same_key_is_one_question_and_another_question_needs_another(db: Database) -> None:
    first = reserve(db, key="k-1")
    again = reserve(db, key="k-1")
    assert again["replayed"] and again["generation"]["id"] == first["generation"]["id"]
    assert quota(db)["used"] == 10
    with pytest.raises(Refused, match="PT409"):
        reserve(db, key="k-1", prompt="Longer")


def test_a_key_is_a_persons_own(db: Database) -> None:
    first = reserve(db, key="k-1")
    other = reserve(db, ADAM, key="k-1")
    assert not other["replayed"] and other["generation"]["id"] != first["generation"]["id"]


@pytest.mark.parametrize(
    ("by", "code"), [(VERA, "42501"), (MIA, "42501"), (SAM, "PT404"), (Person("nobody"), "PT404")]
)
def test_only_editors_ask_and_strangers_learn_nothing(db: Database, by: Person, code: str) -> None:
    with pytest.raises(Refused, match=code):
        reserve(db, by)


def test_a_page_of_another_site_is_not_found(db: Database) -> None:
    with pytest.raises(Refused, match="PT404"):
        reserve(db, page_id=ident("page of Borealis"))


def test_the_last_credit_is_the_last(db: Database) -> None:
    allow(db, 25)
    another = "insert into sites (org_id, name) values ($1, 'Other') returning id"
    reserve(db, EDDIE)
    reserve(db, ADAM, site_id=str(db.value(another, ACME)))
    with pytest.raises(Refused, match="5 are left until 1 "):
        reserve(db, OLIVE, site_id=str(db.value(another, ACME)))


def test_one_person_and_one_site_use_half_of_the_month_in_a_day(db: Database) -> None:
    allow(db, 100)
    reserve(db, credits=45)
    with pytest.raises(Refused, match="left for (you|this site) today"):
        reserve(db, credits=10)
    with pytest.raises(Refused, match="5 are left for this site today"):
        reserve(db, ADAM, credits=10)
    left = db.value("select ai_quota($1)", SITE, by=ADAM)["left"]
    assert left == {"organization": 55, "site": 5, "person": 50}


def test_a_larger_plan_counts_at_once(db: Database) -> None:
    reserve(db)
    before = quota(db)["allowed"]
    db.run("update organizations set plan = 'pro' where id = $1", ACME)
    assert quota(db) == {"used": 10, "allowed": 15000}
    assert before < 15000


def test_what_a_killed_server_had_reserved_comes_back(db: Database) -> None:
    lost = reserve(db)["generation"]["id"]
    db.run("alter table ai_generations disable trigger keep_identity")
    db.run(
        "update ai_generations set created_at = now() - interval '16 minutes' where id = $1", lost
    )
    running = reserve(db)["generation"]["id"]
    assert quota(db)["used"] == 10
    found = db.one(
        "select status, credits, error ->> 'code' as code from ai_generations where id = $1", lost
    )
    assert found == {"status": "error", "credits": 0, "code": "interrupted"}
    assert settle(db, lost)["credits"] == 0
    assert settle(db, running)["credits"] == 4
    assert quota(db)["used"] == 4


def keep(db: Database, generation: str, html: str = "<p>landed</p>") -> bool:
    kept: bool = db.value(
        "select keep_generation($1, jsonb_build_object('sections', jsonb_build_array($2::text)),"
        " 'grok-9', 120, 30, 40000000)",
        *(generation, html),
        by=SERVICE,
    )
    return kept


def made_long_ago(db: Database, generation: str, age: str) -> None:
    db.run("set constraints all immediate")
    db.run("alter table ai_generations disable trigger keep_identity")
    db.run(
        f"update ai_generations set created_at = now() - interval '{age}' where id = $1", generation
    )


def test_what_has_landed_outlives_the_server_and_the_books_still_agree(db: Database) -> None:
    lost = reserve(db)["generation"]["id"]
    assert keep(db, lost)
    made_long_ago(db, lost, "16 minutes")
    db.value("select tidy_generations()", by=SERVICE)
    found = db.one(
        "select status, credits, output ->> 'sections' as sections, input_tokens + output_tokens"
        " as tokens from ai_generations where id = $1",
        lost,
    )
    assert found == {
        **{"status": "error", "credits": 0},
        **{"sections": '["<p>landed</p>"]', "tokens": 150},
    }
    assert quota(db)["used"] == 0
    assert quota(db, "ai_tokens")["used"] == 150
    called = db.one(
        "select units, status, user_id from api_usage where endpoint = 'POST /api/ai/edit'"
        " order by id desc limit 1"
    )
    assert called == {"units": 150, "status": 503, "user_id": EDDIE.id}


def test_what_has_ended_stays_as_it_ended(db: Database) -> None:
    ended = reserve(db)["generation"]["id"]
    settle(db, ended)
    assert not keep(db, ended, "late")
    assert "late" not in db.value("select output::text from ai_generations where id = $1", ended)


def test_a_question_is_forgotten_after_a_year_and_its_cost_is_not(db: Database) -> None:
    old, favorite, young = (reserve(db)["generation"]["id"] for _ in range(3))
    for each in (old, favorite, young):
        settle(db, each)
    db.run("update ai_generations set is_favorite = true where id = $1", favorite, by=EDDIE)
    for each, age in ((old, "366 days"), (favorite, "3 years"), (young, "364 days")):
        made_long_ago(db, each, age)
    assert db.value("select tidy_generations()", by=SERVICE)["forgotten"] == 1
    told = (
        "select prompt, output is null as empty, credits, input_tokens from ai_generations"
        " where id = $1"
    )
    assert db.one(told, old) == {
        **{"prompt": "Forgotten after a year.", "empty": True},
        **{"credits": 4, "input_tokens": 120},
    }
    for each in (favorite, young):
        assert db.one(told, each)["prompt"] == "Shorter" and not db.one(told, each)["empty"]
    assert db.value("select tidy_generations()", by=SERVICE)["forgotten"] == 0


def test_a_quota_is_told_to_members_alone(db: Database) -> None:
    assert db.value("select ai_quota($1)", SITE, by=VERA)["used"] == 0
    with pytest.raises(Refused, match="PT404"):
        db.value("select ai_quota($1)", SITE, by=SAM)


def test_two_hundred_at_the_last_credits_never_overspend(server: Postgres) -> None:
    """40 sessions of 5 questions each; 37 credits are there, and each question wants three."""
    org, site = str(uuid4()), str(uuid4())
    server.psql(
        f"insert into organizations (id, name, slug) values ('{org}', 'Race', 'race-{org[:13]}');"
        f"insert into organization_members values ('{org}', '{EDDIE.id}', 'editor');"
        f"insert into sites (id, org_id, name) values ('{site}', '{org}', 'Race');"
        f"select private.lock_ai_quota('{org}');"
        f"update usage_quotas set allowed = 74, used = 37 where org_id = '{org}'"
        " and metric = 'ai_credits';"
    )
    ask = (
        f"select reserve_generation('{site}', null, '{EDDIE.id}', 'edit', 'x', '{{}}', 'm', 3)"
        " ->> 'replayed';"
    )
    same = (
        f"select reserve_generation('{site}', null, '{EDDIE.id}', 'edit', 'x', '{{}}', 'm', 1, 'k')"
        " ->> 'replayed';"
    )
    printed = server.at_once([(SERVICE, ask * 5)] * 39 + [(SERVICE, same * 5)])
    granted = sum(output.splitlines().count("false") for output in printed[:-1])
    assert granted == 12
    assert printed[-1].splitlines().count("false") <= 1
    row = server.psql(
        "select used, allowed, (select sum(credits) from ai_generations g"
        " where g.org_id = q.org_id)"
        f" from usage_quotas q where org_id = '{org}' and metric = 'ai_credits'"
    )
    used, allowed, reserved = map(int, row.split("|"))
    assert used == 37 + reserved and used <= allowed
    settle_all = (
        "select count(settle_generation(id, 'done', '{}', null, 'm', 10, 5, 0, 2, 1,"
        " 'POST /x', 200))"
        f" from ai_generations where org_id = '{org}';"
    )
    server.at_once([(SERVICE, settle_all)] * 8)
    agreed = json.loads(server.psql(
        "select jsonb_object_agg(metric, used) || jsonb_build_object("
        f"'credits', (select sum(credits) from ai_generations where org_id = '{org}'),"
        "'tokens', (select sum(input_tokens + output_tokens) from ai_generations"
        f" where org_id = '{org}'),"
        f"'units', (select sum(units) from api_usage where org_id = '{org}'))"
        f" from usage_quotas where org_id = '{org}'"
    ))  # fmt: skip
    assert agreed["ai_credits"] == 37 + agreed["credits"]
    assert agreed["ai_tokens"] == agreed["tokens"] == agreed["units"]
