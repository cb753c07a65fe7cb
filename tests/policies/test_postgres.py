"""The same migrations on PostgreSQL itself: as hosted projects run them, with real concurrency."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.policies.database import Database
from tests.policies.people import (
    ACME,
    ADAM,
    ANON,
    EDDIE,
    NORA,
    OLIVE,
    SAM,
    SERVICE,
    VERA,
    ident,
)
from tests.policies.postgres import OLD_GRANTS, Postgres
from tests.policies.test_agreement import SNAPSHOT


def new_site(server: Postgres) -> str:
    site, named = str(uuid4()), f"Site {uuid4()}"
    server.psql(f"insert into sites (id, org_id, name) values ('{site}', '{ACME}', '{named}')")
    return site


def request(site: str, key: str = "") -> str:
    return f"select id from request_deployment('{site}', 'local', idempotency_key => '{key}');"


def is_id(printed: str) -> bool:
    return len(printed) == 36 and printed.count("-") == 4


def test_projects_with_the_old_automatic_grants_end_with_the_same_catalogue(
    server: Postgres,
) -> None:
    server.make_project("old_project", before=OLD_GRANTS)
    assert server.psql(SNAPSHOT, database="old_project") == server.psql(SNAPSHOT)


def test_the_migrations_make_nothing_in_the_vendors_schema(server: Postgres) -> None:
    """Hosted allows a trigger and foreign keys there, and no table, function, index or grant."""
    assert server.psql("select rolsuper from pg_roles where rolname = 'migrator'") == "f"
    made = """
        select c.relname from pg_class c
        where c.relnamespace = 'auth'::regnamespace and c.relowner = 'migrator'::regrole
        union all
        select p.proname from pg_proc p
        where p.pronamespace = 'auth'::regnamespace and p.proowner = 'migrator'::regrole
        union all
        select a.grantee::regrole || ' may ' || a.privilege_type || ' ' || c.relname
        from pg_class c cross join aclexplode(c.relacl) a
        where c.relnamespace = 'auth'::regnamespace and a.grantor = 'migrator'::regrole"""
    assert server.psql(made) == ""
    hung = (
        "select tgname from pg_trigger where tgrelid = 'auth.users'::regclass and not tgisinternal"
    )
    assert server.psql(hung) == "make_profile"


def test_pglite_and_postgresql_end_with_the_same_rules(server: Postgres, db: Database) -> None:
    rules = f"""
        select kind || ' ' || name || ' ' || coalesce(value, '') as rule from ({SNAPSHOT}) s
        where kind in ('table', 'column') and name not like 'storage.%'
          or kind = 'policy' and name like 'public.%'
          or kind = 'function' and value not like 'CREATE%' order by 1"""
    # The migrations' owner has another name here and there, and from version 17 on one more right.
    here = server.psql(rules).replace("migrator", "postgres").replace("arwdDxtm", "arwdDxt")
    there = "\n".join(row["rule"] for row in db.run(rules)).replace("arwdDxtm", "arwdDxt")
    assert sorted(here.splitlines()) == sorted(there.splitlines())


@pytest.mark.parametrize(
    "attack",
    [
        "truncate sites cascade",
        "truncate page_versions",
        "create table public.mine (id int)",
        "create trigger mine after insert on pages for each row execute function private.touch()",
        "alter table pages disable row level security",
        'drop policy "members see the pages" on pages',
        "create function public.mine() returns int language sql return 1",
        "select * from private.deployment_leases",
        "select * from auth.users",
        "select private.queue_deployment(null, 'local', 'production', '', null, null)",
        "select private.editable_page(null, '')",
        "select claim_deployment('me', 60)",
        "select finish_deployment(gen_random_uuid(), 1, 'ready')",
        "select deployment_queue()",
    ],
)
@pytest.mark.parametrize("person", [ANON, VERA, OLIVE], ids=lambda person: person.name)
def test_nobody_gets_at_the_machinery(server: Postgres, person: object, attack: str) -> None:
    (printed,) = server.at_once([(person, attack + ";")])  # type: ignore[list-item]
    assert "ERROR" in printed
    assert "permission denied" in printed or "must be owner" in printed, printed


def test_a_plan_counts_no_rows_of_others(server: Postgres) -> None:
    """The table's size is in every plan that guesses; what people get is what they may see."""
    assert server.psql("select count(*) from pages", by=SAM) == "1"
    assert server.psql("select count(*) from pages", by=NORA) == "0"


def test_a_removed_member_is_out_with_the_next_statement(server: Postgres) -> None:
    org = ident("Doomed nora")
    server.psql(
        "insert into organizations (id, name, slug) values "
        f"('{org}', 'Short', 'short-{uuid4()}');"
        f"insert into organization_members values ('{org}', '{NORA.id}', 'admin');"
    )
    count = f"select count(*) from organizations where id = '{org}'"
    assert server.psql(count, by=NORA) == "1"
    server.psql(f"delete from organization_members where org_id = '{org}'")
    assert server.psql(count, by=NORA) == "0"


# Races ------------------------------------------------------------------------------------------


def test_of_two_savers_with_one_version_exactly_one_wins(server: Postgres) -> None:
    for _ in range(10):
        page = str(uuid4())
        server.psql(
            "insert into pages (id, site_id, title, path) values "
            f"('{page}', '{new_site(server)}', 'Page', '/')"
        )
        save = f"update pages set html = '%s', version = 2 where id = '{page}' and version = 1"
        saves = [(by, save % by.name + " returning version;") for by in (EDDIE, ADAM, OLIVE)]
        assert sorted(server.at_once(saves)) == ["", "", "2"]
        kept = server.psql(
            f"select html from page_versions where page_id = '{page}' and version = 2"
        )
        assert kept == server.psql(f"select html from pages where id = '{page}'")


def test_sites_of_one_name_made_at_once_all_get_a_slug(server: Postgres) -> None:
    make = f"insert into sites (org_id, name) values ('{ACME}', 'Twin') returning slug;"
    slugs = server.at_once([(EDDIE, make)] * 8)
    assert sorted(slugs) == sorted(["twin", *(f"twin-{number}" for number in range(2, 9))])


def test_twenty_clicks_leave_one_publish_waiting(server: Postgres) -> None:
    site = new_site(server)
    clicks = [(by, request(site)) for by in (EDDIE, ADAM, OLIVE) for _ in range(7)]
    assert all(is_id(printed) for printed in server.at_once(clicks))
    states = (
        f"select status, count(*) from deployments where site_id = '{site}' group by 1 order by 1"
    )
    assert server.psql(states) == "canceled|20\nqueued|1"


def test_one_idempotency_key_makes_one_deployment(server: Postgres) -> None:
    site = new_site(server)
    clicks = [(EDDIE, request(site, "the same click"))] * 12
    assert len(set(server.at_once(clicks))) == 1
    assert server.psql(f"select count(*) from deployments where site_id = '{site}'") == "1"


def test_many_workers_claim_each_deployment_once(server: Postgres) -> None:
    server.psql("update deployments set status = 'canceled' where status = 'queued'")
    sites = [new_site(server) for _ in range(40)]
    for site in sites:
        server.psql(request(site), by=EDDIE)
    claim = "select claim_deployment('worker', 600) ->> 'id';\n"
    printed = server.at_once([(SERVICE, claim * 12)] * 8)
    claimed = [line for output in printed for line in output.splitlines() if line]
    # Whoever loses a race comes away with nothing that time.
    while late := server.psql(claim, by=SERVICE):
        claimed.append(late)
    assert all(is_id(line) for line in claimed), printed
    assert len(claimed) == len(set(claimed)) == 40


def test_a_publish_never_runs_twice_for_one_site_however_people_click(server: Postgres) -> None:
    site = new_site(server)
    click = request(site) * 6
    # A worker asks again and again: the first click may come after its first question.
    work = "select claim_deployment('worker', 600) ->> 'id'; select pg_sleep(0.05);\n" * 12
    server.at_once([(EDDIE, click), (ADAM, click), (SERVICE, work), (SERVICE, work)])
    running = (
        f"select count(*) from deployments where site_id = '{site}'"
        " and status in ('building', 'uploading', 'processing')"
    )
    assert server.psql(running) == "1"


def test_the_last_free_organization_is_given_once(server: Postgres) -> None:
    person = ident("collector")
    server.psql(f"insert into auth.users (id, email) values ('{person}', 'c@example.com')")
    collector = type(NORA)("collector")
    make = "select id from create_organization('Collected');"
    server.psql(make * 19, by=collector)
    printed = server.at_once([(collector, make)] * 10)
    assert sum(is_id(line) for line in printed) == 1
    assert all(is_id(line) or "at most 20" in line for line in printed)


def test_deleting_an_organization_leaves_no_orphan(server: Postgres) -> None:
    org, site, person = str(uuid4()), str(uuid4()), ident("founder")
    founder = type(NORA)("founder")
    server.psql(f"insert into auth.users (id, email) values ('{person}', 'f@example.com')")
    org = server.psql("select id from create_organization('Gone soon')", by=founder)
    server.psql(
        f"insert into sites (id, org_id, name) values ('{site}', '{org}', 'Site');"
        f"insert into pages (site_id, title) values ('{site}', 'Page');" + request(site),
        by=founder,
    )
    job = server.psql("select claim_deployment('worker', 60) ->> 'id'", by=SERVICE)
    while job != server.psql(f"select id from deployments where site_id = '{site}'"):
        job = server.psql("select claim_deployment('worker', 60) ->> 'id'", by=SERVICE)
    finish = f"select finish_deployment('{job}', 1, 'ready', 'http://127.0.0.1/', '{{}}')"
    assert server.psql(finish, by=SERVICE) == "t"
    assert server.psql(f"delete from organizations where id = '{org}' returning id", by=founder)
    for table in ("organization_members", "sites", "pages", "page_versions", "deployments"):
        assert server.psql(f"select count(*) from {table} where org_id = '{org}'") == "0"
    leases = f"select count(*) from private.deployment_leases where deployment_id = '{job}'"
    assert server.psql(leases) == "0"


def test_deleting_an_account_keeps_what_it_made(server: Postgres) -> None:
    leaver = type(NORA)("leaver")
    server.psql(
        f"insert into auth.users (id, email) values ('{leaver.id}', 'l@example.com');"
        f"insert into organization_members values ('{ACME}', '{leaver.id}', 'editor')"
    )
    site, page = str(uuid4()), str(uuid4())
    server.psql(
        f"insert into sites (id, org_id, name) values ('{site}', '{ACME}', 'Leaver site');"
        f"insert into pages (id, site_id, title) values ('{page}', '{site}', 'Page');"
        f"update pages set html = 'x' where id = '{page}';" + request(site),
        by=leaver,
    )
    server.psql(f"delete from auth.users where id = '{leaver.id}'")
    assert server.psql(f"select created_by is null from sites where id = '{site}'") == "t"
    assert server.psql(f"select count(*) from page_versions where page_id = '{page}'") == "2"
