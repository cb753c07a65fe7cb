-- Generated from policies/ by `make policies`; edit there, never here.

-- policy-file: 00_baseline.sql sha256:0ecc33b67eafd8d491e2a7c9367bf6e42780799c86f4c23e0b4de15128c0e308
-- The floor everything else stands on: nobody may do anything that a file beside this one does not grant by name.
-- When this file changes, `make policies` applies all the others again.

-- Functions are revoked in functions.sql, tables each in their own file; what has no file stays closed here.
revoke all on all tables in schema public from public, anon, authenticated, service_role;
revoke all on all sequences in schema public from public, anon, authenticated, service_role;
revoke all on all tables in schema private from public, anon, authenticated, service_role;
revoke all on all sequences in schema private from public, anon, authenticated, service_role;

-- Hosted projects from before 2026-10-30 grant new objects to the API roles by themselves; the entries of the schemas
-- end that. PostgreSQL's own grant of new functions to PUBLIC ends only by an entry that names no schema.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

revoke all on schema private from public, anon;
grant usage on schema public to anon, authenticated, service_role;
-- Policies run as the person who asks, so they must find their predicates. The API exposes `public` alone.
grant usage on schema private to authenticated, service_role;

-- policy-file: predicates.sql sha256:e5ed52e9834ddb9ba2238c0b20e45ff5af8b686c6e9ed6b35dc1027e79533f0d
-- What policies ask. Each answers with an array that does not depend on the row, so PostgreSQL computes it once for a
-- statement and then looks rows up by index:
--     using (org_id = any ((select private.org_ids('editor'))::uuid[]))
-- A function that takes the row's org_id would run for every row: at a million pages that was 100,000 times slower.
-- Security definer, because a policy on the members' table must not ask the members' table through its own policy.

create or replace function private.person_id() returns uuid
language sql stable security definer set search_path = ''
-- Whoever signed in without an account is nobody here.
return case when coalesce(auth.jwt() ->> 'is_anonymous', 'false') <> 'true' then auth.uid() end;
comment on function private.person_id is 'The signed-in person, or null.';

create or replace function private.org_ids(min_role public.member_role) returns uuid[]
language sql stable security definer set search_path = ''
return (
  select coalesce(array_agg(m.org_id), '{}') from public.organization_members m
  where m.user_id = private.person_id() and m.role >= min_role
);
comment on function private.org_ids is 'The organizations in which the person has at least this role, as of now and not as of sign-in.';

create or replace function private.org_folders(min_role public.member_role) returns text[]
language sql stable security definer set search_path = ''
-- As text: a cast of the folder's name to uuid would turn a wrong name into an error.
return (select private.org_ids(min_role)::text[]);
comment on function private.org_folders is 'The storage folders of the organizations in which the person has at least this role.';

create or replace function private.colleague_ids() returns uuid[]
language sql stable security definer set search_path = ''
return (
  select array_append(array_agg(distinct m.user_id), private.person_id()) from public.organization_members m
  where m.org_id = any (private.org_ids('viewer'))
);
comment on function private.colleague_ids is 'The person, and everybody who shares an organization with them.';

-- policy-file: deployments.sql sha256:575bbb6e7f34c130b5e3ce9723f137198f45fc58fcd38c1c80801c1c650c1ee0
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.deployments'::regclass
  loop
    execute format('drop policy %I on public.deployments', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.deployments from public, anon, authenticated, service_role;
grant select (
  id, org_id, site_id, host, target, status, message, progress, url, manifest, log, error, restored_from, requested_by,
  sequence, idempotency_key, created_at, started_at, finished_at, updated_at
) on public.deployments to authenticated, service_role;
-- Nothing else is granted, to service_role neither: people ask through request_deployment() and its like, workers write
-- through functions that check the generation of their lease.

create policy "members see the deployments" on public.deployments for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

-- policy-file: organization_members.sql sha256:256f3ce4eabbf8f06c1b21c666dc4904f293b6b45451d73ec064361e25f8dfc9
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.organization_members'::regclass
  loop
    execute format('drop policy %I on public.organization_members', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.organization_members from public, anon, authenticated, service_role;
grant select (org_id, user_id, role, created_at) on public.organization_members to authenticated, service_role;
-- insert, update and delete are not granted to anybody: membership changes only in functions that lock the organization,
-- because a policy can see neither the other owners nor the role that was there before.

create policy "members see who else is a member" on public.organization_members for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

-- policy-file: organizations.sql sha256:6b542772d77a6029185e537a80b799e2a3afc50eb7f40d3cb64f718ee5a70cf3
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.organizations'::regclass
  loop
    execute format('drop policy %I on public.organizations', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.organizations from public, anon, authenticated, service_role;
grant select (id, name, slug, plan, created_at, updated_at) on public.organizations to authenticated, service_role;
grant update (name) on public.organizations to authenticated;
grant delete on public.organizations to authenticated;
-- insert is not granted: an organization begins with its owner, in create_organization().
-- slug and plan are not granted: one is part of published addresses, the other is paid for.

create policy "members see their organizations" on public.organizations for select to authenticated
  using (id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "owners rename their organization" on public.organizations for update to authenticated
  using (id = any ((select private.org_ids('owner'))::uuid[]))
  with check (id = any ((select private.org_ids('owner'))::uuid[]));

create policy "owners delete their organization" on public.organizations for delete to authenticated
  using (id = any ((select private.org_ids('owner'))::uuid[]));

-- policy-file: page_versions.sql sha256:9f56d9ca721f7f5b762f97dcd3f3b8441164166a6efa92bc862e3fd90733be63
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.page_versions'::regclass
  loop
    execute format('drop policy %I on public.page_versions', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.page_versions from public, anon, authenticated, service_role;
grant select (
  id, org_id, page_id, version, kind, label, title, seo, content, html, css, js, created_by, created_at, updated_at
) on public.page_versions to authenticated, service_role;
-- Nothing else is granted: triggers and functions write the history, and nobody rewrites it.

create policy "members see the history of pages" on public.page_versions for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

-- policy-file: pages.sql sha256:9f465bc90e4dda1dc3d00f06eb59399ea9e8c5d6ddd645729f97923fb50b7952
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.pages'::regclass
  loop
    execute format('drop policy %I on public.pages', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.pages from public, anon, authenticated, service_role;
grant select (
  id, org_id, site_id, path, title, seo, content, html, css, js, status, version, position,
  created_by, updated_by, created_at, updated_at
) on public.pages to authenticated, service_role;
grant insert (id, org_id, site_id, path, title, seo, content, html, css, js, status, position)
  on public.pages to authenticated;
-- version is granted so that a save can name the version it was made from; a trigger allows nothing else.
grant update (path, title, seo, content, html, css, js, status, version, position) on public.pages to authenticated;
grant delete on public.pages to authenticated;

create policy "members see the pages" on public.pages for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "editors add pages" on public.pages for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors change pages" on public.pages for update to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]))
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete pages" on public.pages for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: profiles.sql sha256:9b79cb88422286e41eba21765383b1ea3e473c4c93a758c6f23f9f9f5f85d113
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.profiles'::regclass
  loop
    execute format('drop policy %I on public.profiles', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.profiles from public, anon, authenticated, service_role;
grant select (user_id, display_name, avatar_url, created_at, updated_at) on public.profiles to authenticated, service_role;
grant update (display_name, avatar_url) on public.profiles to authenticated;
-- insert is not granted: a trigger makes the profile with the account.
-- delete is not granted: a profile leaves with its account.

create policy "people see those they share an organization with" on public.profiles for select to authenticated
  using (user_id = any ((select private.colleague_ids())::uuid[]));

create policy "people change their own profile" on public.profiles for update to authenticated
  using (user_id = (select private.person_id()))
  with check (user_id = (select private.person_id()));

-- policy-file: sites.sql sha256:459316e5ec1fcc0d51c70280b7ac43ac41e6e40b2712ccebc0eb793bbbfb428f
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.sites'::regclass
  loop
    execute format('drop policy %I on public.sites', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.sites from public, anon, authenticated, service_role;
grant select (
  id, org_id, name, slug, theme, seo, head_code, domain, published_at, published_url, published_deployment_id,
  created_by, created_at, updated_at
) on public.sites to authenticated, service_role;
grant insert (id, org_id, name, slug, theme, seo, head_code) on public.sites to authenticated;
grant update (name, slug, theme, seo, head_code, domain) on public.sites to authenticated;
grant delete on public.sites to authenticated;
-- published_* are not granted: only a finished deployment says what is live.

create policy "members see the sites" on public.sites for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "editors make sites" on public.sites for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors change sites" on public.sites for update to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]))
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "admins delete sites" on public.sites for delete to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

-- policy-file: storage.sql sha256:b4ad8efe64795f30700df51e441d6e9f94e8c3a5feeda26d76f9642a0b3bf2cb
-- The bucket of pictures: `assets`, one folder for each organization: <org_id>/<name>.<type>.
-- Guarded, so that the migrations also run where there is no Storage. Its tables belong to the vendor: nothing is revoked.
do $$
declare
  old_policy record;
begin
  if to_regclass('storage.objects') is null then
    return;
  end if;

  -- Anybody may download from a public bucket who knows the address; listing takes the policy below.
  -- No SVG: it can carry scripts, and would be served from the vendor's origin as it is.
  insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
  values ('assets', 'assets', true, 10485760, '{image/png,image/jpeg,image/webp,image/gif,image/avif}')
  on conflict (id) do update
  set public = excluded.public, file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

  for old_policy in
    select polname from pg_catalog.pg_policy
    where polrelid = 'storage.objects'::regclass and polname like 'assets: %'
  loop
    execute format('drop policy %I on storage.objects', old_policy.polname);
  end loop;

  create policy "assets: members list their organization's files" on storage.objects for select to authenticated
    using (bucket_id = 'assets' and split_part(name, '/', 1) = any ((select private.org_folders('viewer'))::text[]));

  create policy "assets: editors add files to their organization's folder" on storage.objects for insert to authenticated
    with check (
      bucket_id = 'assets'
      and split_part(name, '/', 1) = any ((select private.org_folders('editor'))::text[])
      and name ~ '^[0-9a-f-]{36}/[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(png|jpg|jpeg|webp|gif|avif)$'
    );

  create policy "assets: editors delete their organization's files" on storage.objects for delete to authenticated
    using (bucket_id = 'assets' and split_part(name, '/', 1) = any ((select private.org_folders('editor'))::text[]));

  -- There is no policy for update: a published picture never changes under its address.
end;
$$;

-- policy-file: functions.sql sha256:6bffe064ae4a88e76101f0efb049c35e23e51125cb37b4c83b14802331c7118b
-- Every function anybody may call, by name; the tests hold this list against the catalogue.
revoke all on all functions in schema public from public, anon, authenticated, service_role;
revoke all on all functions in schema private from public, anon, authenticated, service_role;

-- People, over the API. Each looks the caller's role up itself.
grant execute on function public.create_organization(text) to authenticated;
grant execute on function public.create_site(uuid, text, jsonb, text, jsonb, jsonb, text, uuid) to authenticated;
grant execute on function public.create_checkpoint(uuid, text) to authenticated;
grant execute on function public.restore_page_version(uuid) to authenticated;
grant execute on function public.request_deployment(uuid, text, text, text, text) to authenticated;
grant execute on function public.cancel_deployment(uuid) to authenticated;
grant execute on function public.request_restore(uuid, text) to authenticated;

-- The deploy workers, over the API with the secret key.
grant execute on function public.claim_deployment(text, integer) to service_role;
grant execute on function public.renew_deployment(uuid, bigint, integer, text, jsonb, jsonb) to service_role;
grant execute on function public.finish_deployment(uuid, bigint, text, text, jsonb, jsonb, jsonb) to service_role;
grant execute on function public.deployment_queue() to service_role;

-- Asked by policies, as the person whose statement it is.
grant execute on function private.person_id() to authenticated;
grant execute on function private.org_ids(public.member_role) to authenticated;
grant execute on function private.org_folders(public.member_role) to authenticated;
grant execute on function private.colleague_ids() to authenticated;

-- Asked by the checks of tables that people write.
grant execute on function private.is_plain_text(text, integer) to authenticated;
grant execute on function private.is_name(text, integer) to authenticated;
grant execute on function private.is_web_url(text) to authenticated;
grant execute on function private.is_json_object(jsonb, integer) to authenticated;
grant execute on function private.is_reserved_word(text) to authenticated;
grant execute on function private.is_slug(text) to authenticated;
grant execute on function private.is_page_path(text) to authenticated;
grant execute on function private.is_domain(text) to authenticated;
