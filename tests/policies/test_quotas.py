"""Quotas: counted where rows are written, whoever writes them; over the limit nothing is lost."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from services.billing import plans
from tests.policies.database import Database, Refused
from tests.policies.people import ACME, EDDIE, OLIVE, SAM, VERA, ident
from tests.policies.postgres import Postgres
from tests.policies.test_races import new_teams

TINY = {
    "sites": 3, "pages": 3, "members": 3, "ai_credits": 10, "deployments": 3, "storage_mb": 3,
    "custom_domains": 3, "retention_days": 30,
}  # fmt: skip
MAKE_TINY = (
    "insert into plans (id, name, limits) values ('tiny', 'Tiny', '{}') on conflict do nothing"
).replace("{}", json.dumps(TINY))
SITE, PAGE = ident("site of Acme"), ident("page of Acme")
MB = 1048576


@pytest.fixture
def tiny(db: Database) -> Database:
    """Acme on a plan of three of everything."""
    db.run(MAKE_TINY)
    db.run("update organizations set plan = 'tiny' where id = $1", ACME)
    return db


def used(db: Database, metric: str) -> int:
    return int(
        db.value(
            "select coalesce(sum(used), 0)::int from usage_quotas "
            "where org_id = $1 and metric = $2",
            ACME,
            metric,
        )
    )


def refused(db: Database, sql: str, **by: object) -> str:
    with pytest.raises(Refused) as refusal:
        db.run(sql, **by)  # type: ignore[arg-type]
    assert refusal.value.code == "PT402", refusal.value
    return refusal.value.message


def site(name: str) -> str:
    return f"insert into sites (org_id, name) values ('{ACME}', '{name}') returning id"


def page(path: str) -> str:
    return f"insert into pages (site_id, title, path) values ('{SITE}', 'T', '{path}') returning id"


# One after the other ---------------------------------------------------------------------------


def test_the_migrations_say_what_plans_toml_says(db: Database) -> None:
    told = plans.read(plans.DEFAULT_FILE)
    db.run("select apply_plans($1)", json.dumps(told))
    db.rollback()
    for plan in told:
        row = db.one("select * from plans where id = $1", plan["id"])
        assert (row["name"], row["summary"], row["trial_days"]) == (
            plan["name"], plan["summary"], plan["trial_days"],
        )  # fmt: skip
        assert row["prices"] == plan["prices"]
    migration = next((plans.ROOT / "supabase/migrations").glob("*_plans.sql")).read_text()
    for plan in told:
        assert json.dumps(plan["limits"]["ai_credits"]) in migration
        # The cast's Free plan holds everything, so it says nothing of the migrations.
        if plan["id"] != "free":
            row = db.one("select features from plans where id = $1", plan["id"])
            assert set(row["features"]) == set(plan["features"])


def test_sites_pages_and_members_are_refused_when_the_plan_is_full(tiny: Database) -> None:
    for name in ("Two", "Three"):
        tiny.run(site(name), by=EDDIE)
    assert "includes 3 sites" in refused(tiny, site("Four"), by=EDDIE)
    for path in ("/two", "/three"):
        tiny.run(page(path), by=EDDIE)
    assert "includes 3 pages" in refused(tiny, page("/four"), by=EDDIE)
    # Acme has more members already: they stay, and nobody comes.
    add = f"insert into organization_members values ('{ACME}', '{ident('sam')}', 'viewer')"
    assert "includes 3 members" in refused(tiny, add)
    tiny.run("delete from sites where name = 'Two'")
    tiny.run(site("Four"), by=EDDIE)
    assert used(tiny, "sites") == 3


def test_a_site_with_its_pages_is_made_wholly_or_not_at_all(tiny: Database) -> None:
    pages = [{"path": path, "title": "T"} for path in ("/", "/a", "/b")]
    sql = f"select create_site('{ACME}', 'New', '{json.dumps(pages)}')"
    assert "3 pages" in refused(tiny, sql, by=EDDIE)
    assert (used(tiny, "sites"), used(tiny, "pages")) == (1, 1)


def test_nobody_is_invited_to_a_seat_that_the_plan_does_not_have(tiny: Database) -> None:
    def invite(name: str) -> str:
        return f"select create_invitation('{ACME}', '{name}@example.com', 'viewer', '{name * 64}')"

    tiny.run("update organization_invitations set withdrawn_at = now() where accepted_at is null")
    members = tiny.value("select count(*)::int from organization_members where org_id = $1", ACME)
    seats = json.dumps({"members": members + 2})
    tiny.run("update plans set limits = limits || $1::jsonb where id = 'tiny'", seats)
    for name in ("a", "b"):
        tiny.run(invite(name), by=OLIVE)
    assert f"includes {members + 2} members" in refused(tiny, invite("c"), by=OLIVE)
    tiny.run(
        "select withdraw_invitation(id) from organization_invitations where email like 'a@%'",
        by=OLIVE,
    )
    tiny.run(invite("c"), by=OLIVE)


def test_pictures_count_by_their_bytes(tiny: Database) -> None:
    def picture(name: str, size: int) -> str:
        return (
            "insert into assets (org_id, path, name, type, size) "
            f"values ('{ACME}', '{ACME}/{name}.png', 'P', 'image/png', {size})"
        )

    tiny.run(picture("a", 2 * MB), by=EDDIE)
    assert "3 MB of pictures" in refused(tiny, picture("b", MB), by=EDDIE)
    tiny.run(picture("b", MB - 100), by=EDDIE)
    assert used(tiny, "storage") == 3 * MB
    tiny.run("delete from assets where name = 'P'")
    assert used(tiny, "storage") == 100


def test_domains_count_where_they_are_set(tiny: Database) -> None:
    tiny.run("update plans set limits = limits || '{\"custom_domains\": 1}' where id = 'tiny'")
    made = tiny.value(site("Two"), by=EDDIE)
    set_domain = "update sites set domain = '%s' where id = '%s'"
    tiny.run(set_domain % ("www.bakery.org", SITE), by=EDDIE)
    tiny.run(set_domain % ("www.bread.org", SITE), by=EDDIE)
    assert "1 custom domain," in refused(tiny, set_domain % ("www.rye.org", made), by=EDDIE)
    tiny.run(f"update sites set domain = null where id = '{SITE}'", by=EDDIE)
    tiny.run(set_domain % ("www.rye.org", made), by=EDDIE)
    tiny.run("delete from sites where id = $1", made)
    assert used(tiny, "custom_domains") == 0


def test_a_deleted_page_makes_room_and_needs_it_to_come_back(tiny: Database) -> None:
    tiny.run(page("/two"), by=EDDIE)
    third = tiny.value(page("/three"), by=EDDIE)
    tiny.run("select delete_page($1)", third, by=EDDIE)
    tiny.run(page("/four"), by=EDDIE)
    assert "3 pages" in refused(tiny, f"select undelete_page('{third}')", by=EDDIE)


def test_publishes_count_by_the_month_and_returning_is_free(tiny: Database) -> None:
    tiny.run("delete from usage_quotas where metric = 'deployments'")
    for _ in range(3):
        tiny.run(f"select request_deployment('{SITE}', 'archive')", by=EDDIE)
    assert "3 publishes a month" in refused(
        tiny, f"select request_deployment('{SITE}', 'archive')", by=EDDIE
    )
    tiny.run(f"select request_restore('{ident('deployment of Acme')}')", by=EDDIE)
    period = tiny.value("select period::text from usage_quotas where metric = 'deployments'")
    assert period.endswith("-01") and period > "2026"
    # Another period has a row of its own.
    tiny.run("select private.count_usage($1, 'deployments', 1, '2020-01-01')", ACME)
    assert used(tiny, "deployments") == 4


@pytest.mark.parametrize(
    ("anchor", "at", "starts", "ends"),
    [
        ("2026-01-31 10:00", "2026-02-28 09:59", "2026-01-31", "2026-02-28"),
        ("2026-01-31 10:00", "2026-02-28 10:00", "2026-02-28", "2026-03-31"),
        ("2026-01-31 10:00", "2027-03-31 09:59", "2027-02-28", "2027-03-31"),
        # During a trial the first period of the subscription is still to come.
        ("2026-12-10 08:00", "2026-11-26 08:00", "2026-11-10", "2026-12-10"),
        (None, "2026-12-31 23:59:59", "2026-12-01", "2027-01-01"),
    ],
)
def test_monthly_quotas_begin_anew_with_the_subscription(
    db: Database, anchor: str | None, at: str, starts: str, ends: str
) -> None:
    db.run(
        "update subscriptions set status = 'active', billing_anchor = $2::timestamptz "
        "where org_id = $1",
        *(ACME, anchor and f"{anchor}+00"),
    )
    got = db.one(
        "select starts::text, ends::text from private.quota_period($1, $2::timestamptz)",
        *(ACME, f"{at}+00"),
    )
    assert (got["starts"], got["ends"]) == (starts, ends)


def test_a_new_period_makes_room_and_an_ended_subscription_returns_to_the_month(
    tiny: Database,
) -> None:
    def subscribed(status: str, since: str) -> None:
        tiny.run(
            "update subscriptions set status = $2, billing_anchor = now() - $3::interval "
            "where org_id = $1",
            *(ACME, status, since),
        )

    def publish() -> str:
        return f"select request_deployment('{SITE}', 'archive')"

    def told() -> dict[str, Any]:
        answer: dict[str, Any] = tiny.value("select current_quotas($1)", ACME, by=VERA)
        return answer

    tiny.run("delete from usage_quotas where metric = 'deployments'")
    subscribed("active", "40 days")
    for _ in range(3):
        tiny.run(publish(), by=EDDIE)
    ends = told()["ends"]
    day = tiny.value("select to_char($1::date, 'FMDD FMMonth')", ends)
    assert f"Go on from {day} on" in refused(tiny, publish(), by=EDDIE)
    assert {"metric": "deployments", "used": 3, "allowed": 3} in told()["quotas"]
    subscribed("active", "2 days")
    tiny.run(publish(), by=EDDIE)
    assert {"metric": "deployments", "used": 1, "allowed": 3} in told()["quotas"]
    subscribed("canceled", "2 days")
    first = tiny.value("select date_trunc('month', now() at time zone 'utc')::date::text")
    assert told()["starts"] == first
    with pytest.raises(Refused, match="no such organization"):
        tiny.run("select current_quotas($1)", ACME, by=SAM)


def test_a_plan_counts_at_once_for_credits_too(tiny: Database) -> None:
    assert tiny.value("select private.ai_allowance('tiny')") == 10
    tiny.run("update organizations set plan = 'business' where id = $1", ACME)
    tiny.run(site("Two"), by=EDDIE)
    allowed = tiny.value(
        "select allowed from usage_quotas where org_id = $1 and metric = 'sites'", ACME
    )
    assert allowed is None


# Over the limit -----------------------------------------------------------------------------------


def test_what_a_smaller_plan_does_not_hold_is_read_only_and_kept(tiny: Database) -> None:
    tiny.run("update organizations set plan = 'business' where id = $1", ACME)
    ids = [
        tiny.value(
            "insert into sites (org_id, name, created_at) "
            f"values ('{ACME}', 'Site {n}', now() + interval '{n} seconds') returning id"
        )
        for n in range(1, 5)
    ]
    newest, oldest = ids[-1], ids[0]
    late = tiny.value(
        f"insert into pages (site_id, title, path) values ('{newest}', 'T', '/') returning id"
    )
    tiny.run("update organizations set plan = 'tiny' where id = $1", ACME)
    told = tiny.value(f"select over_limit_content('{ACME}')", by=VERA)
    assert [each["name"] for each in told["sites"]] == ["Site 3", "Site 4"]
    for sql in (
        f"update sites set name = 'X' where id = '{newest}'",
        f"update pages set html = 'X' where id = '{late}'",
        f"insert into pages (site_id, title, path) values ('{newest}', 'T', '/new')",
        f"select request_deployment('{newest}', 'local')",
    ):
        refused(tiny, sql, by=EDDIE)
    # Everything is still there, can be read and taken away; the oldest can be changed.
    assert tiny.value(f"select count(*)::int from sites where org_id = '{ACME}'", by=VERA) == 5
    tiny.run(f"select request_deployment('{newest}', 'archive')", by=EDDIE)
    tiny.run(f"update sites set name = 'X' where id = '{oldest}'", by=EDDIE)
    for gone in ids[:2]:
        tiny.run("delete from sites where id = $1", gone, by=OLIVE)
    tiny.run(f"update sites set name = 'X' where id = '{newest}'", by=EDDIE)


def test_a_page_over_the_limit_is_read_only(tiny: Database) -> None:
    tiny.run("update organizations set plan = 'business' where id = $1", ACME)
    ids = [
        tiny.value(
            "insert into pages (site_id, title, path, created_at) "
            f"values ('{SITE}', 'T', '/p{n}', now() + interval '{n} seconds') returning id"
        )
        for n in range(1, 4)
    ]
    tiny.run("update organizations set plan = 'tiny' where id = $1", ACME)
    refused(tiny, f"update pages set html = 'X' where id = '{ids[-1]}'", by=EDDIE)
    tiny.run(f"update pages set html = 'X' where id = '{ids[0]}'", by=EDDIE)
    tiny.run(f"select delete_page('{ids[0]}')", by=EDDIE)
    tiny.run(f"update pages set html = 'X' where id = '{ids[-1]}'", by=EDDIE)


# Paid features ------------------------------------------------------------------------------------


def test_paid_features_can_be_edited_and_stop_at_publish_with_a_link(tiny: Database) -> None:
    tiny.run("delete from usage_quotas where metric = 'deployments'")
    tiny.run(f"update sites set head_code = '<meta name=x>' where id = '{SITE}'", by=EDDIE)
    told = tiny.value(f"select publish_blockers('{SITE}')", by=VERA)
    assert told == {
        "plan": "Tiny",
        "uses": [{
            "feature": "head_code", "label": "Custom head code",
            "where": f"/sites/{SITE}?tab=settings",
        }],
    }  # fmt: skip
    tiny.run(f"update pages set seo = '{{\"head_code\": \"<i>\"}}' where id = '{PAGE}'", by=EDDIE)
    told = tiny.value(f"select publish_blockers('{SITE}')", by=VERA)
    assert told["uses"][1]["where"] == f"/sites/{SITE}/edit?settings&page={PAGE}"
    tiny.run(f"update pages set js = 'run()' where id = '{PAGE}'", by=EDDIE)
    told = tiny.value(f"select publish_blockers('{SITE}')", by=VERA)
    assert [use["feature"] for use in told["uses"]] == ["head_code", "head_code", "page_code"]
    assert told["uses"][2]["label"].startswith("JavaScript of the page ")
    publish = f"select request_deployment('{SITE}', 'local')"
    with pytest.raises(Refused) as refusal:
        tiny.run(publish, by=EDDIE)
    assert refusal.value.code == "PT402"
    assert "Custom head code" in refusal.value.message
    assert json.loads(refusal.value.detail) == told["uses"]
    tiny.run(f"select request_deployment('{SITE}', 'local', 'preview')", by=EDDIE)
    tiny.run("update plans set features = '{head_code}' where id = 'tiny'")
    assert "JavaScript of the page" in refused(tiny, publish, by=EDDIE)
    tiny.run("update plans set features = '{head_code,page_code}' where id = 'tiny'")
    tiny.run(publish, by=EDDIE)


def test_a_refused_publish_names_three_places_and_lists_all(tiny: Database) -> None:
    tiny.run("update plans set limits = limits || '{\"pages\": 9}' where id = 'tiny'")
    for number in range(5):
        tiny.run(
            "insert into pages (site_id, title, path, js, status) "
            f"values ('{SITE}', 'P{number}', '/p{number}', 'run()', 'published')",
            by=EDDIE,
        )
    with pytest.raises(Refused) as refusal:
        tiny.run(f"select request_deployment('{SITE}', 'local')", by=EDDIE)
    assert " and 2 more" in refusal.value.message
    assert len(json.loads(refusal.value.detail)) == 5


# Warnings -----------------------------------------------------------------------------------------


def test_owners_are_warned_once_at_eighty_and_once_at_a_hundred_percent(tiny: Database) -> None:
    tiny.run("update plans set limits = limits || '{\"sites\": 5}' where id = 'tiny'")
    tiny.run("delete from private.billing_mails")
    shares = "select jsonb_agg(data -> 'share' order by id) from private.billing_mails"
    for name in ("2", "3"):
        tiny.run(site(name), by=EDDIE)
    assert tiny.value(shares) is None
    tiny.run(site("4"), by=EDDIE)
    tiny.run(site("5"), by=EDDIE)
    tiny.run("delete from sites where name = '5'")
    tiny.run(site("6"), by=EDDIE)
    # To Olive, and to nobody else.
    owners = tiny.value(
        "select count(*)::int from organization_members where org_id = $1 and role = 'owner'", ACME
    )
    assert tiny.value(shares) == [80] * owners + [100] * owners


# In the same instant ------------------------------------------------------------------------------

TAKE = {
    "sites": "insert into sites (org_id, name) values ('TEAM', 'S')",
    "pages": "insert into pages (site_id, title, path) "
    "values ((select id from sites where org_id = 'TEAM' limit 1), 'T', '/p-NUMBER')",
    "storage": "insert into assets (org_id, path, name, type, size) "
    f"values ('TEAM', 'TEAM/p-NUMBER.png', 'P', 'image/png', {MB})",
    "deployments": "select request_deployment("
    "(select id from sites where org_id = 'TEAM' limit 1), 'archive')",
}
ROWS = {
    "sites": "sites", "pages": "pages", "storage": "assets", "deployments": "deployments",
}  # fmt: skip


@pytest.mark.parametrize("metric", TAKE)
def test_forty_at_once_take_the_last_place_once(server: Postgres, metric: str) -> None:
    (team,) = new_teams(server, 1, (OLIVE, "owner"), (EDDIE, "editor"))
    server.psql(f"{MAKE_TINY}; update organizations set plan = 'tiny' where id = '{team}'")
    server.psql(f"insert into sites (org_id, name) values ('{team}', 'First')")
    taken = 1 if metric == "sites" else 0
    for number in range(taken, 2):
        server.at_once([(EDDIE, statement(metric, team, f"a{number}"))])
    counted = f"select count(*) from {ROWS[metric]} where org_id = '{team}'"
    assert server.psql(counted) == "2"
    printed = server.at_once([(EDDIE, statement(metric, team, str(n))) for n in range(40)])
    assert server.psql(counted) == "3"
    assert sum("includes 3" in each for each in printed) == 39, printed


def statement(metric: str, team: str, number: str) -> str:
    return TAKE[metric].replace("TEAM", team).replace("NUMBER", number) + ";"


def test_forty_at_once_take_the_last_seat_and_the_last_domain_once(server: Postgres) -> None:
    (team,) = new_teams(server, 1, (OLIVE, "owner"), (EDDIE, "editor"))
    server.psql(f"{MAKE_TINY}; update organizations set plan = 'business' where id = '{team}'")
    server.psql(
        f"insert into sites (org_id, name) select '{team}', 'S' || n from generate_series(1, 40) n;"
        "update plans set limits = limits || '{\"sites\": null}' where id = 'tiny';"
        f"update organizations set plan = 'tiny' where id = '{team}'"
    )
    people = [str(uuid4()) for _ in range(40)]
    server.psql("".join(f"insert into auth.users (id) values ('{each}');" for each in people))
    ids = server.psql(f"select id from sites where org_id = '{team}' order by id").splitlines()
    domains = [
        (EDDIE, f"update sites set domain = 'www.d{n}.org' where id = '{each}';")
        for n, each in enumerate(ids)
    ]
    server.at_once(domains[:2])
    server.at_once(domains)
    counted = f"select count(domain) from sites where org_id = '{team}'"
    assert server.psql(counted) == "3"
    seats = [server.session("migrator", "project") for _ in people]
    for session, person in zip(seats, people, strict=True):
        assert session.stdin is not None
        session.stdin.write(
            f"insert into organization_members values ('{team}', '{person}', 'viewer');"
        )
        session.stdin.close()
    for session in seats:
        session.wait(timeout=60)
        assert session.stdout is not None
        session.stdout.close()
    assert server.psql(f"select count(*) from organization_members where org_id = '{team}'") == "3"
    server.psql("update plans set limits = limits || '{\"sites\": 3}' where id = 'tiny'")


def test_a_hundred_rounds_of_making_and_deleting_keep_the_count(server: Postgres) -> None:
    """Sites with pages come and go in two sessions: nobody waits for the other in a circle."""
    (team,) = new_teams(server, 1, (OLIVE, "owner"))
    server.psql(f"update organizations set plan = 'business' where id = '{team}'")
    rounds = (
        f"select create_site('{team}', 'S') is not null;"
        f"delete from sites where id = (select id from sites where org_id = '{team}' "
        "order by random() limit 1);"
    ) * 100
    printed = server.at_once([(OLIVE, rounds)] * 4)
    assert "deadlock" not in "".join(printed)
    for metric, table in (("sites", "sites"), ("pages", "pages")):
        counted = server.psql(f"select count(*) from {table} where org_id = '{team}'")
        kept = server.psql(
            f"select used from usage_quotas where org_id = '{team}' and metric = '{metric}'"
        )
        assert counted == kept
