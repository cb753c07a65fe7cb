-- A schema that shows each fault of PLATFORM.md's findings when it is there.

create schema private;

create table private.secrets (word text not null);
alter table private.secrets enable row level security;
insert into private.secrets values ('swordfish');

create table public.closed (id int primary key);
insert into public.closed values (1);

create table public.items (
  id uuid primary key default gen_random_uuid(),
  owner uuid not null default auth.uid() references auth.users,
  name text not null,
  hidden text,
  tags text[],
  data jsonb,
  parent uuid references public.items,
  created_at timestamptz not null default now(),
  unique (name)
);
alter table public.items enable row level security;
grant select (id, owner, name, tags, data, parent, created_at), insert (name, tags, data, parent),
  update (name, tags), delete on public.items to authenticated;
create policy "own" on public.items for select to authenticated using (owner = (select auth.uid()));
create policy "add" on public.items for insert to authenticated with check (owner = (select auth.uid()));
create policy "change" on public.items for update to authenticated
  using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
create policy "remove" on public.items for delete to authenticated using (owner = (select auth.uid()));

create function public.who() returns text language sql stable as 'select current_user::text';
create function public.refuse(state text) returns void language plpgsql as $$
begin
  raise exception 'refused' using errcode = state, hint = 'ask again', detail = 'because';
end
$$;
create function public.grants_to(who text) returns setof text language sql stable security definer
  set search_path = '' as $$
  select format('%I.%I %s', n.nspname, c.relname, a.privilege_type)
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  cross join lateral pg_catalog.aclexplode(c.relacl) a
  join pg_catalog.pg_roles r on r.oid = a.grantee
  where n.nspname in ('public', 'private', 'auth') and c.relkind = 'r' and r.rolname = who
$$;
