-- What policies ask. Each answers with an array that does not depend on the row, so PostgreSQL computes it once for a
-- statement and then looks rows up by index:
--     using (org_id = any ((select private.org_ids('editor'))::uuid[]))
-- A function that takes the row's org_id would run for every row: at a million pages that was 100,000 times slower.
-- Security definer, because a policy on the members' table must not ask the members' table through its own policy.
--
-- In PL/pgSQL, which keeps its plans for the session. The same in SQL is planned again with every statement, and cost more
-- than reading a page by its id (docs/decisions/0014-predicates-in-plpgsql.md).

create or replace function private.person_id() returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  -- Whoever signed in without an account is nobody here.
  return case when coalesce(auth.jwt() ->> 'is_anonymous', 'false') <> 'true' then auth.uid() end;
end;
$$;
comment on function private.person_id is 'The signed-in person, or null.';

create or replace function private.org_ids(min_role public.member_role) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
declare
  person constant uuid := private.person_id();
begin
  return (
    select coalesce(array_agg(m.org_id), '{}') from public.organization_members m
    where m.user_id = person and m.role >= min_role
  );
end;
$$;
comment on function private.org_ids is 'The organizations in which the person has at least this role, as of now and not as of sign-in.';

create or replace function private.org_folders(min_role public.member_role) returns text[]
language plpgsql stable security definer set search_path = '' as $$
begin
  -- As text: a cast of the folder's name to uuid would turn a wrong name into an error.
  return private.org_ids(min_role)::text[];
end;
$$;
comment on function private.org_folders is 'The storage folders of the organizations in which the person has at least this role.';

create or replace function private.folders_with_room() returns text[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select o.id::text from unnest(private.org_ids('editor')) o (id)
    where not exists (
      select from public.usage_quotas q
      where q.org_id = o.id and q.metric = 'storage' and q.period = '1970-01-01' and q.used >= q.allowed));
end;
$$;
comment on function private.folders_with_room is
  'The storage folders in which the person may put files. The rows of the files are counted exactly, when they are made.';

create or replace function private.own_folder() returns text
language sql stable security definer set search_path = ''
-- Through the profile: the token of a deleted account, which lives on for an hour, leaves no file behind.
return (select p.user_id::text from public.profiles p where p.user_id = private.person_id());
comment on function private.own_folder is 'The storage folder of the person.';

create or replace function private.colleague_ids() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
declare
  orgs constant uuid[] := private.org_ids('viewer');
begin
  return (
    select array_append(array_agg(distinct m.user_id), private.person_id()) from public.organization_members m
    where m.org_id = any (orgs)
  );
end;
$$;
comment on function private.colleague_ids is 'The person, and everybody who shares an organization with them.';
