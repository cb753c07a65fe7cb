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
  if min_role = 'viewer' then
    return (
      select coalesce(array_agg(each.org_id), '{}') from (
        select m.org_id from public.organization_members m where m.user_id = person
        union all
        -- Support looks in as a viewer does, and is out by the clock: nothing has to run when a visit ends.
        select v.org_id from private.open_visits v where v.user_id = person and v.ends_at > statement_timestamp()
      ) each
    );
  end if;
  return (
    select coalesce(array_agg(m.org_id), '{}') from public.organization_members m
    where m.user_id = person and m.role >= min_role
  );
end;
$$;
comment on function private.org_ids is
  'The organizations in which the person has at least this role, as of now and not as of sign-in. For viewers also those that '
  'they look into as support: whatever a viewer writes asks joined_org_ids().';

create or replace function private.joined_org_ids() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
declare
  person constant uuid := private.person_id();
begin
  return (select coalesce(array_agg(m.org_id), '{}') from public.organization_members m where m.user_id = person);
end;
$$;
comment on function private.joined_org_ids is 'The organizations that the person belongs to, and not those that they only look into.';

create or replace function private.org_folders(min_role public.member_role) returns text[]
language plpgsql stable security definer set search_path = '' as $$
begin
  -- As text: a cast of the folder's name to uuid would turn a wrong name into an error.
  return private.org_ids(min_role)::text[];
end;
$$;
comment on function private.org_folders is 'The storage folders of the organizations in which the person has at least this role.';

create or replace function private.awaits_file(path text, bytes text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  -- Of one file, for the one row that an upload adds. Storage knows the length from the request's head, and newer versions
  -- tell it; a form around the file makes that a little longer. What is not told is looked at when the upload ends.
  return exists (
    select from public.assets a
    where a.path = awaits_file.path and a.uploaded_at is null and a.created_by = private.person_id()
      and a.org_id = any (private.org_ids('editor'))
      and (bytes ~ '^[0-9]{1,15}$' and bytes::bigint > a.size + 4096) is not true);
end;
$$;
comment on function private.awaits_file is
  'Whether the person has announced this file, by a row whose size the quota had room for.';

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
