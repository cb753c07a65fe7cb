"""Policy mutation: remove each policy, grant, check and trigger in turn; does anybody notice?

`python -m tests.policies.mutation` prints what nobody noticed. The probes are statements of the
cast, generated from the catalogue, each with the outcome it has in the migrated database; the
stories beside them are for triggers whose work shows in other tables. Everything runs inside
PostgreSQL: a probe is rolled back when it has answered, a mutation when a probe has changed its
answer. What is tried first is what asks about the mutated table.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

from tests.policies.people import (
    ACME,
    ANON,
    BOREALIS,
    COLUMNS,
    NORA,
    OLIVE,
    SAM,
    SERVICE,
    VERA,
    Person,
    entrance,
    ident,
)
from tests.policies.postgres import Postgres, running_postgres

DATABASE = "mutants"
SITE, PAGE = ident("site of Acme"), ident("page of Acme")
ASSET = f"{ACME}/acme.png"

LABORATORY = """
create schema lab;
create table lab.people (name text primary key, role text not null, claims text not null);
create table lab.probes (
  id int generated always as identity primary key,
  subject text not null, person text not null, sql text not null,
  -- Whether to count, afterwards, the rows of every table.
  is_story boolean not null default false,
  expected text
);
create table lab.mutations (
  id int generated always as identity primary key,
  kind text not null, name text not null, subject text not null, ddl text not null
);

create function lab.world() returns text language plpgsql as $$
declare
  relation regclass;
  counted bigint;
  told text := '';
begin
  for relation in
    select c.oid from pg_class c
    where c.relnamespace::regnamespace::text in ('public', 'private') and c.relkind = 'r' order by 1
  loop
    execute format('select count(*) from %s', relation) into counted;
    told := told || ' ' || counted;
  end loop;
  return told;
end;
$$;

create function lab.answer(probe lab.probes) returns text language plpgsql as $$
declare
  person lab.people;
  affected bigint;
  constraint_name text;
begin
  select * into person from lab.people p where p.name = probe.person;
  begin
    if person.role = 'raw' then
      -- Checks hold also for those for whom no trigger runs.
      perform set_config('session_replication_role', 'replica', true);
    else
      perform set_config('request.jwt.claims', person.claims, true);
      perform set_config('role', person.role, true);
    end if;
    execute probe.sql;
    get diagnostics affected = row_count;
    set constraints all immediate;
    perform set_config('role', 'none', true);
    raise sqlstate 'LAB00' using
      message = affected || case when probe.is_story then lab.world() else '' end;
  exception
    when sqlstate 'LAB00' then
      return sqlerrm;
    when others then
      get stacked diagnostics constraint_name = constraint_name;
      return sqlstate || ' ' || constraint_name
        || case sqlstate when '42501' then left(sqlerrm, 60) else '' end;
  end;
end;
$$;

create function lab.killer(mutation lab.mutations) returns text language plpgsql as $$
declare
  probe lab.probes;
  here boolean;
  -- "UPDATE (title) on pages to authenticated": a probe that names the same sooner notices it.
  verb constant text := split_part(mutation.name, ' ', 1);
  col constant text := coalesce(substring(mutation.name from '\\((\\w+)\\)'), '');
begin
  execute mutation.ddl;
  foreach here in array array[true, false] loop
    for probe in
      select * from lab.probes p where (p.subject = mutation.subject) = here
      order by (p.person = 'raw') = (mutation.kind = 'check') desc,
        p.is_story = (mutation.kind in ('policy', 'trigger')) desc,
        p.sql like '%' || col || '%' desc, p.sql ilike '%' || verb || '%' desc, p.id
    loop
      if lab.answer(probe) is distinct from probe.expected then
        raise sqlstate 'LAB01' using message = probe.id::text;
      end if;
    end loop;
  end loop;
  return '';
exception
  when sqlstate 'LAB01' then
    return sqlerrm;
end;
$$;
"""

# Everybody, every table, every verb ---------------------------------------------------------------

PROBES = """
create view lab.tables as
  select c.oid, c.oid::regclass::text as name, c.relnamespace::regnamespace::text as schema
  from pg_class c
  where c.relnamespace::regnamespace::text in ('public', 'private') and c.relkind = 'r';
create view lab.columns as
  select t.*, a.attname as col, a.attnum, format_type(a.atttypid, null) as type
  from lab.tables t
  join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped;

-- Each verb, as everybody.
insert into lab.probes (subject, person, sql)
select t.name, p.name, v.sql
from lab.tables t
cross join (select * from lab.people where role not in ('raw', 'migrator')) p
cross join lateral (values
  (format('select from %s', t.name)),
  (format('insert into %s default values', t.name)),
  (format('delete from %s where true', t.name)),
  (format('truncate %s cascade', t.name))
) v (sql);

-- Each column: read by the roles, written by an owner.
insert into lab.probes (subject, person, sql)
select c.name, p.name, format('select %I from %s', c.col, c.name)
from lab.columns c cross join (values ('owner'), ('service'), ('anon')) p (name);
insert into lab.probes (subject, person, sql)
select c.name, 'owner', v.sql
from lab.columns c
cross join lateral (values
  (format('update %s set %I = %I', c.name, c.col, c.col)),
  (format('insert into %s (%I) values (null)', c.name, c.col))
) v (sql)
where c.schema = 'public';

-- Each function, by its roles; what it answers to nothing at all is of no interest here.
insert into lab.probes (subject, person, sql)
select p.oid::regprocedure::text, who.name, format(
  'select %s.%I(%s)', p.pronamespace::regnamespace, p.proname,
  (select string_agg('null::' || format_type(t, null), ', ' order by n)
   from unnest(p.proargtypes) with ordinality as a (t, n)))
from pg_proc p cross join (values ('owner'), ('service'), ('anon')) who (name)
where p.pronamespace::regnamespace::text in ('public', 'private')
  and p.prorettype <> 'trigger'::regtype;

-- What a row cannot be: each column with a check is given what most checks refuse.
insert into lab.probes (subject, person, sql)
select c.name, 'raw', format(
  'update %1$s set %2$I = %3$s where ctid = (select ctid from %1$s limit 1)',
  c.name, c.col, v.value)
from lab.columns c
join lateral (
  select unnest(case
    when c.type = 'text' then array[
      $$''$$, $$' '$$, $$'!'$$, $$'Two Words'$$, $$E'two\\nlines'$$, $$'../x'$$,
      $$'javascript:x'$$, $$'a.b'$$,
      $$repeat('a', 70)$$, $$repeat('a', 5000)$$, $$repeat('a', 70000)$$, $$repeat('a', 2097153)$$]
    when c.type in ('integer', 'bigint', 'smallint') then array['-1', '0', '99', '20000000']
    when c.type = 'jsonb' then array[
      $$'[]'$$, $$'1'$$, $$'{}'$$, $$jsonb_build_object('x', repeat('x', 70000))$$]
    when c.type = 'bytea' then array[$$''$$]
  end) as value
) v on true
where exists (
  select from pg_constraint k
  where k.conrelid = c.oid and k.contype = 'c' and c.attnum = any (k.conkey));

-- What stays as it was made, and what says when it changed: from the triggers' own arguments.
insert into lab.probes (subject, person, sql)
select t.name, 'operator', format('update %s set %I = %s', t.name, kept, case c.type
  when 'uuid' then 'gen_random_uuid()' when 'timestamp with time zone' then $$'2000-01-01'$$
  when 'date' then $$'2000-01-01'$$ when 'text' then format($$%I || 'x'$$, kept) else kept end)
from pg_trigger g
join lab.tables t on t.oid = g.tgrelid
cross join lateral unnest(string_to_array(
  rtrim(encode(g.tgargs, 'escape'), '\\000'), '\\000')) kept
join lab.columns c on c.oid = t.oid and c.col = kept
where g.tgfoid = 'private.keep_identity'::regproc;
insert into lab.probes (subject, person, sql)
select c.name, 'operator', format($$
  with touched as (update %s set updated_at = '2000-01-01' returning updated_at)
  select from touched where updated_at > '2001-01-01'$$, c.name)
from lab.columns c where c.col = 'updated_at' and c.schema = 'public';
"""

MUTATIONS = """
insert into lab.mutations (kind, name, subject, ddl)
select 'policy', format('%s: %s', polrelid::regclass, polname), polrelid::regclass::text,
  format('drop policy %I on %s', polname, polrelid::regclass)
from pg_policy p join lab.tables t on t.oid = p.polrelid;
insert into lab.mutations (kind, name, subject, ddl)
select 'check', format('%s: %s', t.name, conname), t.name,
  format('alter table %s drop constraint %I', t.name, conname)
from pg_constraint k join lab.tables t on t.oid = k.conrelid where k.contype = 'c';
insert into lab.mutations (kind, name, subject, ddl)
select 'trigger', format('%s: %s', tgrelid::regclass, tgname), tgrelid::regclass::text,
  format('drop trigger %I on %s', tgname, tgrelid::regclass)
from pg_trigger g where not g.tgisinternal
  and tgfoid in (select oid from pg_proc where pronamespace = 'private'::regnamespace);
insert into lab.mutations (kind, name, subject, ddl)
select 'grant',
  format('%s (%s) on %s to %s', a.privilege_type, c.col, c.name, a.grantee::regrole), c.name,
  format('revoke %s (%I) on %s from %s', a.privilege_type, c.col, c.name, a.grantee::regrole)
from lab.columns c
join pg_attribute t on t.attrelid = c.oid and t.attnum = c.attnum
cross join lateral aclexplode(t.attacl) a;
insert into lab.mutations (kind, name, subject, ddl)
select 'grant', format('%s on %s to %s', a.privilege_type, t.name, a.grantee::regrole), t.name,
  format('revoke %s on %s from %s', a.privilege_type, t.name, a.grantee::regrole)
from lab.tables t join pg_class c on c.oid = t.oid cross join lateral aclexplode(c.relacl) a
where a.grantee::regrole::text in ('anon', 'authenticated', 'service_role');
insert into lab.mutations (kind, name, subject, ddl)
select 'grant',
  format('%s on %s to %s', a.privilege_type, f.signature, a.grantee::regrole), f.signature,
  format('revoke execute on function %s from %s', f.signature, a.grantee::regrole)
from (select p.oid, p.oid::regprocedure::text as signature, p.proacl from pg_proc p
  where p.pronamespace::regnamespace::text in ('public', 'private')) f
cross join lateral aclexplode(f.proacl) a
where a.grantee::regrole::text in ('anon', 'authenticated', 'service_role');
insert into lab.mutations (kind, name, subject, ddl)
select 'grant', format('usage on schema %s to %s', n.nspname, a.grantee::regrole), n.nspname,
  format('revoke usage on schema %s from %s', n.nspname, a.grantee::regrole)
from pg_namespace n cross join lateral aclexplode(n.nspacl) a
where n.nspname in ('public', 'private') and a.privilege_type = 'USAGE'
  -- What everybody has by PostgreSQL's own grant is not ours to lose.
  and not exists (select from aclexplode(n.nspacl) everybody where everybody.grantee = 0)
  and a.grantee::regrole::text in ('anon', 'authenticated', 'service_role');
"""

# An answer that changes by itself says nothing; of a refused check three ways are enough.
PREPARE = """
do $$
declare
  probe lab.probes;
begin
  for probe in select * from lab.probes loop
    update lab.probes p set expected = lab.answer(probe) where p.id = probe.id;
  end loop;
  for probe in select * from lab.probes where person <> 'raw' loop
    if lab.answer(probe) is distinct from probe.expected then
      delete from lab.probes p where p.id = probe.id;
    end if;
  end loop;
end;
$$;
delete from lab.probes p using (
  select id, expected like '23514%' as is_refused,
    row_number() over (partition by subject, expected order by length(sql), id) as nth
  from lab.probes where person = 'raw'
) n where n.id = p.id and (not n.is_refused or n.nth > 3);
"""

NEW_ROWS = {
    "sites": f"(org_id, name) values ('{ACME}', 'New')",
    "pages": f"(site_id, title, path) values ('{SITE}', 'New', '/new')",
    "page_comments": f"(page_id, body) values ('{PAGE}', 'New')",
    "components": f"(org_id, name) values ('{ACME}', 'New')",
    "sections": f"(org_id, name) values ('{ACME}', 'New')",
    "assets": "(org_id, path, name, type, size) values "
    f"('{ACME}', '{ACME}/new.png', 'New', 'image/png', 9)",
    "preview_links": f"(deployment_id) values ('{ident('preview of Acme')}')",
    "analytics_goals": "(site_id, name, steps) values "
    f'(\'{SITE}\', \'New\', \'[{{"kind": "path", "value": "/"}}]\')',
    "analytics_links": f"(site_id) values ('{SITE}')",
}
SIGN_UP = f"insert into auth.users (id, email) values ('{ident('new')}', 'new@example.com')"


def counted(table: str, change: str, metric: str, used: int) -> tuple[str, str]:
    """A change, and whether it was counted: then the row with that count goes."""
    return table, (
        f"do $$ begin {change}; delete from usage_quotas where org_id = '{ACME}' "
        f"and metric = '{metric}' and used = {used}; end $$"
    )


def over_the_limit(table: str, change: str) -> tuple[str, str]:
    """A change where a smaller plan holds no site at all."""
    return table, (
        f"do $$ begin update usage_quotas set allowed = 0 where org_id = '{ACME}' "
        f"and metric = 'sites'; {change}; end $$"
    )


# By somebody in the database itself: what triggers do then shows in the log and in other tables.
LONG_AGO = '{"role": "authenticated", "amr": []}'
OPERATORS_STORIES = [
    ("organizations", "insert into organizations (name, slug) values ('New', 'new-one')"),
    ("organizations", f"update organizations set plan = 'pro' where id = '{ACME}'"),
    ("organizations", f"delete from organizations where id = '{BOREALIS}'"),
    ("organizations", "insert into private.released_slugs values ('freed', now()); "
     "with made as (insert into organizations (name, slug) values ('New', 'freed') returning slug) "
     "select from made where slug = 'freed'"),
    ("auth.users", SIGN_UP),
    ("profiles", SIGN_UP),
    ("organization_members", f"delete from organization_members where user_id = '{SAM.id}'"),
    ("organization_members",
     f"update organization_members set role = 'admin' where user_id = '{SAM.id}'"),
    ("organization_members",
     f"delete from organization_members where org_id = '{ACME}' and user_id = '{OLIVE.id}'"),
    ("organization_members",
     f"update organization_members set role = 'member' where user_id = '{VERA.id}'"),
    ("organization_invitations", "update organization_invitations set withdrawn_at = now()"),
    ("organization_invitations", "update organization_invitations set sent_at = '2030-01-01'"),
    ("pages", f"update pages set title = 'New' where id = '{PAGE}'"),
    ("pages", f"update pages set html = 'New', version = 7 where id = '{PAGE}'"),
    ("pages", f"update pages set html = 'New' where id = '{PAGE}'"),
    # Autosaves of one hour of a year ago: but one of them goes with the next version.
    ("page_versions",
     "insert into page_versions (org_id, page_id, version, kind, title, created_at) "
     f"select '{ACME}', '{PAGE}', 100 + n, 'autosave', 'T', '2026-01-01 12:00Z' "
     "from generate_series(1, 3) n"),
    ("pages", "update pages set html = '<div data-rb-component="
     f"\"{ident('component of Acme')}\"></div>' where id = '{PAGE}'"),
    ("private.component_uses",
     f"with used as (insert into private.component_uses values "
     f"('{ident('component of Acme')}', '{ACME}', '{PAGE}', 2) returning 1) select from used"),
    ("private.component_uses", "update private.component_uses set uses = 0"),
    # Whatever is used no more can be deleted as such.
    ("private.component_uses",
     f"do $$ begin update pages set html = repeat('<div data-rb-component="
     f"\"{ident('component of Acme')}\"></div>', 2) where id = '{PAGE}'; "
     "delete from private.component_uses; delete from components where uses = 0; end $$"),
    ("components", "update components set html = '<i data-rb-component=x></i>'"),
    ("components", "update components set version = 7"),
    ("components", "with made as (update components set name = 'Other' returning version) "
     "select from made where version = 2"),
    ("pages", f"update pages set deleted_at = now() where id = '{PAGE}'"),
    ("pages", "update pages set old_paths = array['/../x']"),
    *(
        # What counts uses shows in how many are left once the used ones are gone.
        (table, f"do $$ begin {change}; delete from assets where uses = 1; end $$")
        for table, change in (
            ("pages", f"update pages set html = '{ASSET}' where id = '{PAGE}'"),
            ("sites", f"update sites set seo = '{{\"a\": \"{ASSET}\"}}' where id = '{SITE}'"),
            ("components", f"update components set html = '{ASSET}' where org_id = '{ACME}'"),
            ("sections", f"update sections set html = '{ASSET}' where org_id = '{ACME}'"),
            ("assets", f"update pages set html = '{ACME}/late.png' where id = '{PAGE}'; "
             "insert into assets (org_id, path, name, type, size) "
             f"values ('{ACME}', '{ACME}/late.png', 'Late', 'image/png', 9)"),
        )
    ),
    ("deployments", "update deployments set status = 'error'"),
    ("deployments", "insert into deployments (org_id, site_id, host) "
     f"values ('{ACME}', '{SITE}', 'archive')"),
    ("form_hooks", "insert into form_hooks (org_id, site_id, url) "
     f"values ('{ACME}', '{SITE}', 'https://new.example/')"),
    ("form_submissions",
     "with moved as (update form_submissions set state = 'spam', changed_at = '2000-01-01' "
     "returning changed_at) select from moved where changed_at > '2001-01-01'"),
    ("assets", "update assets set width = 10000, height = 10000"),
    ("preview_links", "update preview_links set expires_at = created_at + interval '25 hours'"),
    ("sites", "do $$ begin update site_hosts set project = '{\"id\": \"p\"}'; "
     f"delete from sites where org_id = '{ACME}'; end $$"),
    ("integrations", "update integrations set state = 'broken'"),
    ("integrations", "update integrations set scopes = array_fill('x'::text, array[51])"),
    ("private.credentials_canary", "update private.credentials_canary set only_one = false"),
    ("ai_generations", "update ai_generations set status = 'error'"),
    ("organizations",
     "do $$ begin insert into usage_quotas (org_id, metric, period, allowed) values "
     f"('{ACME}', 'ai_credits', (private.quota_period('{ACME}')).starts, 1); "
     f"update organizations set plan = 'pro' where id = '{ACME}'; "
     "delete from usage_quotas where allowed = 15000; end $$"),
    ("subscriptions", "update subscriptions set plan = 'pro'"),
    ("subscriptions",
     "update subscriptions "
     "set current_period_start = '2026-02-02', current_period_end = '2026-01-01'"),
    ("invoices", "update invoices set status = 'void'"),
    counted("sites", f"insert into sites (org_id, name) values ('{ACME}', 'New')", "sites", 2),
    counted("sites", f"delete from sites where id = '{SITE}'", "sites", 0),
    ("sites", f"update sites set domain = 'www.bakery.org' where id = '{SITE}'"),
    counted("pages", f"insert into pages (site_id, title, path) values ('{SITE}', 'New', '/new')",
            "pages", 2),
    counted("pages", f"delete from pages where id = '{PAGE}'", "pages", 0),
    counted("pages", f"update pages set deleted_at = now() where id = '{PAGE}'", "pages", 0),
    counted("assets", f"insert into assets {NEW_ROWS['assets']}", "storage", 109),
    counted("assets", f"delete from assets where org_id = '{ACME}'", "storage", 0),
    counted("assets", f"update assets set size = 300 where org_id = '{ACME}'", "storage", 300),
    # Somebody who announces any number of files, and who takes back what may still come.
    ("assets", "insert into assets (org_id, path, name, type, size, created_by) "
     f"select '{ACME}', '{ACME}/n' || n || '.png', 'N', 'image/png', 9, '{OLIVE.id}' "
     "from generate_series(1, 51) n"),
    ("assets", f"do $$ begin insert into assets {NEW_ROWS['assets']}; perform set_config("
     f"'request.jwt.claims', '{json.dumps(OLIVE.told)}', true); "
     f"delete from assets where path = '{ACME}/new.png'; end $$"),
    counted("organization_members",
            f"insert into organization_members values ('{ACME}', '{SAM.id}', 'viewer')",
            "members", 7),
    counted("organization_members", f"delete from organization_members where org_id = '{ACME}' "
            f"and user_id = '{VERA.id}'", "members", 5),
    over_the_limit("sites", f"update sites set name = 'New' where id = '{SITE}'"),
    over_the_limit("pages", f"update pages set title = 'New' where id = '{PAGE}'"),
    over_the_limit("deployments", "insert into deployments (org_id, site_id, host) "
                   f"values ('{ACME}', '{SITE}', 'local')"),
    *(("private.abuse_reports",
       f"insert into private.abuse_reports (url, reason, words, contact) values ({row})")
      for row in ("'javascript:x', 'spam', '', null", "'https://x.example/', 'dislike', '', null",
                  "'https://x.example/', 'spam', repeat('x', 2001), null",
                  "'https://x.example/', 'spam', '', 'nobody'")),
    ("sites", "update sites set suspended_at = now()"),
    ("sites", "update sites set suspended_at = now(), suspended_for = ' '"),
    ("deployments", "do $$ begin update sites set suspended_at = now(), suspended_for = 'x'; "
     f"insert into deployments (org_id, site_id, host) values ('{ACME}', '{SITE}', 'local'); "
     "end $$"),
    ("support_visits", "update support_visits set closed_at = now()"),
    ("support_visits", f"update support_visits set closed_by = '{OLIVE.id}'"),
    *(("support_visits",
       "insert into support_visits (org_id, user_id, email, reason, ends_at) "
       f"values ('{ACME}', '{NORA.id}', 'nora@example.com', 'x', now() + interval '{length}')")
      for length in ("1 hour", "481 minutes", "0")),
    ("organization_invitations",
     "do $$ begin update plans set limits = limits || '{\"members\": 1}'; "
     "insert into organization_invitations (org_id, email, role, invited_by) "
     f"values ('{ACME}', 'seat@example.com', 'viewer', '{OLIVE.id}'); end $$"),
    ("usage_quotas",
     f"update usage_quotas set allowed = 1 where org_id = '{ACME}' and metric = 'sites'"),
    ("subscriptions",
     "do $$ begin update subscriptions set status = 'active', stripe_subscription_id = 'sub_x' "
     f"where org_id = '{BOREALIS}'; delete from organizations where id = '{BOREALIS}'; end $$"),
    # Whoever signed in long ago ends nothing.
    *(
        (table, f"do $$ begin perform set_config('request.jwt.claims', '{LONG_AGO}', true); "
         f"delete from {table} where {which}; end $$")
        for table, which in (
            ("organizations", f"id = '{BOREALIS}'"), ("profiles", f"user_id = '{NORA.id}'"),
        )
    ),
    ("analytics_events",
     "insert into analytics_events (org_id, site_id, kind, visitor, path, at) values "
     f"('{ACME}', '{SITE}', 'view', decode(repeat('00', 16), 'hex'), '/', '2026-01-02')"),
    ("activity_logs", "update activity_logs set actor_name = 'x'"),
    ("activity_logs", "delete from activity_logs"),
    ("activity_logs", "truncate activity_logs"),
    ("activity_logs",
     "insert into activity_logs (org_id, actor_kind, action, object_type, object_id)"
     f" values ('{ACME}', 'operator', 'site.updated', 'site', '{SITE}')"),
    ("organization_invitations",
     "update organization_invitations set accepted_at = now(), withdrawn_at = now()"),
]  # fmt: skip


def people() -> str:
    rows = [("raw", "raw", "{}"), ("operator", "migrator", "{}")]
    for name, person in COLUMNS.items():
        rows.append((name, person.role, claims_of(person)))
    return "".join(
        f"insert into lab.people values ('{name}', '{role}', '{claims}');\n"
        for name, role, claims in rows
    )


def claims_of(person: Person) -> str:
    if person in (ANON, SERVICE):
        return "{}"
    return json.dumps(person.told)


def stories() -> str:
    told: list[tuple[str, str, str]] = [("operator", *story) for story in OPERATORS_STORIES]
    for table, row in NEW_ROWS.items():
        for column, person in COLUMNS.items():
            told.append((column, table, f"insert into {table} {row}"))
            # The author is whoever asks.
            sign = f"with made as (insert into {table} {row} returning created_by) "
            told.append(
                (column, table, sign + f"select from made where created_by = '{person.id}'")
            )
    for column in COLUMNS:
        told.append((column, "sites", f"update sites set name = 'New' where org_id = '{ACME}'"))
        told.append((column, "page_comments", "update page_comments set body = 'New'"))
        told.append((column, "page_comments", "update page_comments set resolved = true"))
        for table in ("sites", "pages", "organizations", "page_comments", "form_submissions"):
            own = "id" if table == "organizations" else "org_id"
            told.append((column, table, f"delete from {table} where {own} = '{ACME}'"))
    return "".join(
        "insert into lab.probes (subject, person, is_story, sql) "
        f"values ('{subject}', '{person}', true, $sql${sql}$sql$);\n"
        for person, subject, sql in told
    )


@dataclass(frozen=True)
class Report:
    """How many were tried, by kind, and which nobody noticed."""

    probes: int
    tried: dict[str, int]
    survivors: list[str]

    @property
    def killed(self) -> float:
        total = sum(self.tried.values())
        return (total - len(self.survivors)) / total

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} of {kind}" for kind, count in sorted(self.tried.items()))
        lines = [f"{self.probes} probes; removed {kinds}; noticed {self.killed:.1%}"]
        return "\n".join([*lines, *(f"  unnoticed: {name}" for name in self.survivors)])


def mutate(server: Postgres) -> Report:
    server.make_project(DATABASE, after=entrance())

    def run(sql: str) -> str:
        return server.psql(sql, by="superuser", database=DATABASE)

    run(f"{LABORATORY}{people()}{PROBES}{stories()}{MUTATIONS}{PREPARE}analyze;")
    tries = "select 'select ' || id || ', lab.killer(m) from lab.mutations m where id = ' || id"
    answers = run(f"{tries} from lab.mutations order by id \\gexec").splitlines()
    unnoticed = [line.split("|")[0] for line in answers if line.endswith("|")]
    names = run(
        "select kind || ' ' || name from lab.mutations "
        f"where id in ({', '.join(['0', *unnoticed])}) order by id"
    )
    tried = run("select kind, count(*) from lab.mutations group by 1").splitlines()
    assert len(answers) == sum(int(line.split("|")[1]) for line in tried), answers[-3:]
    return Report(
        probes=int(run("select count(*) from lab.probes")),
        tried={kind: int(count) for kind, count in (line.split("|") for line in tried)},
        survivors=names.splitlines(),
    )


if __name__ == "__main__":
    with running_postgres() as postgres:
        print(mutate(postgres))
    sys.exit(0)
