"""Many organizations, and what each ordinary read and write costs in them.

`populate` makes rows with generate_series. OPERATIONS are the statements of the screens, each in
two ways: as the API runs them, where policies filter, and as somebody would write them who has no
policies: by the owner of the tables, with the memberships asked in the statement itself. The
benchmark compares their times; a test compares their plans and buffers, at a small scale.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.policies.people import Person
from tests.policies.postgres import Postgres

# The same for both scales: what the two measured people see. The rest of the world is beside them.
NEAR = {"organizations": 200, "people": 1_000, "sites": 2_000, "pages": 10_000}
VERSIONS = 3
WHOLE = {"organizations": 10_000, "people": 50_000, "sites": 100_000, "pages": 1_000_000}


class Numbered(Person):
    """Somebody of the generated world."""

    @property
    def id(self) -> str:
        return f"00000001-0000-4000-8000-{self.name:>012}"


# Editors: of one organization, of the 200 near ones, and of one with as many pages as those have.
ORDINARY, BUSY, LARGE = Numbered("7"), Numbered("999999999"), Numbered("888888888")
ORG = "md5('organization 7')::uuid"
SITE = "md5('site 7')::uuid"
LARGE_ORG = "md5('the large organization')::uuid"
PAGE = "md5('page 7')::uuid"

POPULATE = """
set session_replication_role = replica;
set client_min_messages = warning;
-- Loading a row at a time into indexes, and checking what is known to be right, takes half an hour.
create temporary table set_aside as
select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop_it,
  format('alter table %s add constraint %I %s not valid', conrelid::regclass, conname,
    pg_get_constraintdef(oid)) as make_it
from pg_constraint
where contype = 'c'
  and conrelid in ('sites'::regclass, 'pages'::regclass, 'page_versions'::regclass)
union all
select format('drop index public.%I', indexname), indexdef
from pg_indexes i where schemaname = 'public' and tablename in ('pages', 'page_versions')
  and not exists (select from pg_constraint c where c.conname = i.indexname);
do $$
declare
  each record;
begin
  for each in select * from set_aside loop
    execute each.drop_it;
  end loop;
end;
$$;

insert into organizations (id, name, slug)
select md5('organization ' || n)::uuid, 'Organization ' || n, 'organization-' || n
from generate_series({organizations_from} + 1, {organizations}) n;
insert into private.activity_heads (org_id)
select md5('organization ' || n)::uuid
from generate_series({organizations_from} + 1, {organizations}) n;
insert into auth.users (id, email)
select ('00000001-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, n || '@example.com'
from generate_series({people_from} + 1, {people}) n;
insert into profiles (user_id, display_name)
select ('00000001-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Person ' || n
from generate_series({people_from} + 1, {people}) n;
insert into organization_members (org_id, user_id, role)
select md5('organization ' || {organizations_from} + 1
    + (n - 1) % ({organizations} - {organizations_from}))::uuid,
  ('00000001-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
  (array['editor', 'owner', 'admin', 'member', 'viewer'])[1
    + (n - {people_from} - 1) / ({organizations} - {organizations_from}) % 5]::member_role
from generate_series({people_from} + 1, {people}) n;
-- Support has looked into each of them now and then.
insert into support_visits (org_id, user_id, email, reason, opened_at, ends_at)
select md5('organization ' || {organizations_from} + 1
    + (n - 1) % ({organizations} - {organizations_from}))::uuid,
  ('00000001-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, n || '@example.com', 'A question',
  '2026-01-01', '2026-01-01 01:00'
from generate_series({people_from} + 1, {people}) n;
-- And into some of them at this moment.
insert into private.open_visits (visit_id, user_id, org_id, ends_at)
select id, user_id, org_id, now() + interval '1 hour' from support_visits order by id limit 5
on conflict do nothing;
insert into sites (id, org_id, name, slug)
select md5('site ' || n)::uuid,
  md5('organization ' || {organizations_from} + 1
    + (n - 1) % ({organizations} - {organizations_from}))::uuid,
  'Site ' || n, 'site-' || n
from generate_series({sites_from} + 1, {sites}) n;
-- Page after page of other sites, as pages come in life.
insert into pages (id, org_id, site_id, path, title, html, position, created_at, updated_at)
select md5('page ' || n)::uuid, s.org_id, s.id, '/page-' || n,
  (array['Home', 'About us', 'Contact', 'Our bakery', 'Prices', 'Opening hours', 'News', 'Team'])[
    1 + n / 7 % 8] || ' ' || n, repeat('<p>Bread, and what goes with it.</p>', 6), n % 100,
  '2026-01-01'::timestamptz + n * interval '1 second',
  '2026-01-01'::timestamptz + n * interval '1 second'
from generate_series({pages_from} + 1, {pages}) n
join sites s on s.id = md5('site ' || {sites_from} + 1
  + (n - 1) % ({sites} - {sites_from}))::uuid;
analyze pages;
insert into page_versions (org_id, page_id, version, kind, title, html, created_at)
select p.org_id, p.id, v, 'checkpoint', p.title, p.html, p.created_at
from generate_series({pages_from} + 1, {pages}) n
join pages p on p.id = md5('page ' || n)::uuid
cross join generate_series(1, {versions}) v;

do $$
declare
  each record;
begin
  for each in select * from set_aside loop
    execute each.make_it;
  end loop;
end;
$$;
drop table set_aside;
insert into components (id, org_id, name)
select md5('component ' || n)::uuid,
  md5('organization ' || {organizations_from} + 1
    + (n - 1) % ({organizations} - {organizations_from}))::uuid, 'Component ' || n
from generate_series({organizations_from} * 5 + 1, {organizations} * 5) n;
insert into private.component_uses (component_id, org_id, page_id, uses)
select c.id, c.org_id, p.id, 1 from components c
cross join lateral (
  select id from pages p where p.org_id = c.org_id order by p.id limit 4
) p
on conflict do nothing;
set session_replication_role = origin;
"""

OTHERS = f"""
insert into auth.users (id, email) values ('{BUSY.id}', 'busy@example.com');
insert into organization_members (org_id, user_id, role)
select md5('organization ' || n)::uuid, '{BUSY.id}', 'editor' from generate_series(1, 200) n;
set session_replication_role = replica;
insert into auth.users (id, email) values ('{LARGE.id}', 'large@example.com');
insert into profiles (user_id) values ('{LARGE.id}');
insert into organizations (id, name, slug) values ({LARGE_ORG}, 'Large', 'large');
insert into organization_members (org_id, user_id, role)
values ({LARGE_ORG}, '{LARGE.id}', 'editor');
insert into sites (id, org_id, name, slug)
select md5('large site ' || n)::uuid, {LARGE_ORG}, 'Site ' || n, 'site-' || n
from generate_series(1, 20) n;
insert into pages (org_id, site_id, path, title, updated_at)
select {LARGE_ORG}, md5('large site ' || 1 + n % 20)::uuid, '/page-' || n, 'Bakery number ' || n,
  '2026-01-01'::timestamptz + n * interval '1 second'
from generate_series(1, 10000) n;
set session_replication_role = origin;
"""


def populate(
    server: Postgres, database: str, size: dict[str, int], beyond: dict[str, int] | None = None
) -> None:
    """Fill a migrated database up to `size`, from `beyond` on."""
    start = {f"{name}_from": (beyond or {}).get(name, 0) for name in size}
    sql = POPULATE.format(**size, **start, versions=VERSIONS)
    if beyond is None:
        sql += OTHERS
    server.psql(sql, by="superuser", database=database)
    server.psql("vacuum (analyze)", by="superuser", database=database)


@dataclass(frozen=True)
class Operation:
    """A statement as the API runs it, and the same filtered by hand. `{mine}` is the filter."""

    name: str
    sql: str
    by_hand: str = ""

    @property
    def writes(self) -> bool:
        return self.name in ("update", "insert")

    def filtered(self, person: Person) -> str:
        statement = self.by_hand or self.sql
        # What was deleted is not shown either, by policies or by hand.
        present = (
            " and deleted_at is null" if re.search(r"(from|update) pages\b", statement) else ""
        )
        return statement.replace("{mine}", mine(person) + present)

    def through_policies(self) -> str:
        return self.sql.replace("{mine}", "true")


def mine(person: Person, least: str = "viewer") -> str:
    return (
        "org_id = any (array(select m.org_id from organization_members m "
        f"where m.user_id = '{person.id}' and m.role >= '{least}'))"
    )


PAGE_COLUMNS = "id, site_id, path, title, status, version, position, updated_at, updated_by"
# In the large organization few titles have what is looked for, in the others many.
SEARCH_LARGE = Operation(
    "search in organization",
    f"select id from search_pages('number 1234', {LARGE_ORG})",
    f"select id from pages where org_id = {LARGE_ORG} and {{mine}} "
    "and title ilike '%number 1234%' order by updated_at desc, id limit 20",
)
FOUND = "select id, site_id, path, title, updated_at from"
# As search_pages writes it where there are few pages.
BY_TITLE = "(title || '') ilike '%bakery%' order by updated_at desc, id limit 20"
RECENT = "order by updated_at desc limit 20"
OPERATIONS = [
    Operation(
        "list sites",
        f"select id, org_id, name, slug, theme, updated_at from sites where org_id = {ORG} and "
        "{mine} order by updated_at desc limit 1000",
    ),
    Operation(
        "list pages",
        f"select {PAGE_COLUMNS} from pages where site_id = {SITE} and "
        "{mine} order by position, path limit 1000",
    ),
    Operation("get", f"select * from pages where id = {PAGE} and {{mine}}"),
    Operation(
        "update",
        f"update pages set html = 'Rye', version = version + 1 where id = {PAGE} and "
        "{mine} returning version",
    ),
    Operation(
        "insert",
        f"insert into pages (site_id, title, path) values ({SITE}, 'New', '/new') returning id",
        f"insert into pages (site_id, title, path) select {SITE}, 'New', '/new' "
        f"where exists (select from sites where id = {SITE} and {{mine}}) returning id",
    ),
    Operation(
        "search in organization",
        f"{FOUND} search_pages('bakery', {ORG})",
        f"{FOUND} pages where org_id = {ORG} and {{mine}} and {BY_TITLE}",
    ),
    Operation(
        "search all",
        f"{FOUND} search_pages('bakery')",
        f"{FOUND} pages where {{mine}} and {BY_TITLE}",
    ),
    Operation(
        "recent 20",
        f"select site_id, title, updated_at, updated_by from pages where {{mine}} {RECENT}",
    ),
    Operation("count", "select count(*) from pages where {mine}"),
    Operation(
        "history",
        "select id, version, kind, label, title, created_by, created_at from page_versions "
        f"where page_id = {PAGE} and {{mine}} order by version desc, created_at desc limit 50",
    ),
    Operation("count versions", "select count(*) from page_versions where {mine}"),
]

# Plans -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What EXPLAIN (ANALYZE, BUFFERS) tells of a statement, with the statements inside of it."""

    nodes: list[dict[str, Any]]
    buffers: int
    rows: int

    @property
    def scans(self) -> list[str]:
        """The tables that are read from end to end."""
        return [node["Relation Name"] for node in self.nodes if node["Node Type"] == "Seq Scan"]


def explain(
    server: Postgres, database: str, statement: str, person: Person, *, by_hand: bool
) -> Plan:
    """The plan of a statement as the API runs it, or as the tables' owner does; nothing stays."""
    claims = json.dumps({"sub": person.id, "role": "authenticated"})
    role = "migrator" if by_hand else "authenticated"
    explained = f"explain (analyze, buffers, timing off, format json) {statement}"
    # Twice, because the first of a session also reads the catalogue.
    told = server.psql(
        f"load 'auto_explain'; set auto_explain.log_min_duration = 0;"
        "set auto_explain.log_nested_statements = on; set auto_explain.log_format = 'json';"
        f"begin; set local role {role}; set local request.jwt.claims = '{claims}';"
        f"savepoint first; {explained}; rollback to first;"
        # The functions' own statements have plans too, and tell them as notices.
        "set local client_min_messages = log;"
        f"\\echo {MARK}\n{explained}; rollback;",
        by="superuser",
        database=database,
    ).split(MARK, 1)[1]
    plans = list(json_in(told))
    (outer,) = [plan[0]["Plan"] for plan in plans if isinstance(plan, list)]
    inner = [plan["Plan"] for plan in plans if isinstance(plan, dict)]
    nodes = [node for plan in (outer, *inner) for node in nodes_of(plan)]
    buffers = outer["Shared Hit Blocks"] + outer["Shared Read Blocks"]
    return Plan(nodes, buffers, outer["Actual Rows"])


MARK = "-- the second time --"
# Tables of a few rows, on one page: no index is quicker.
HANDFULS = {"plans", "open_visits"}


def json_in(text: str) -> Iterator[Any]:
    """Every JSON document among the other words."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        if text[at] in "[{" and (at == 0 or text[at - 1] == "\n"):
            document, at = decoder.raw_decode(text, at)
            yield document
        else:
            at += 1


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes_of(child)
