-- Generated from policies/ by `make policies`; edit there, never here.

-- policy-file: predicates.sql sha256:d2ccf08cbf23bde396ed8bfee7ed33a76e3e4d0689e670d64328dae3858da2de
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

-- policy-file: ai_generations.sql sha256:6e53162823debd4e8e96b12a6659072d25c374cd091f3839ad1598f5f9a64a2d
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.ai_generations'::regclass
  loop
    execute format('drop policy %I on public.ai_generations', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.ai_generations from public, anon, authenticated, service_role;
grant select (
  id, org_id, site_id, page_id, kind, prompt, model, output, status, error, input_tokens, output_tokens,
  cost_usd_ticks, credits, duration_ms, idempotency_key, created_by, created_at, finished_at,
  is_favorite, settings, quota_period
) on public.ai_generations to authenticated, service_role;
grant update (is_favorite) on public.ai_generations to authenticated;
-- Nothing else is granted: what was asked, and what it cost, is written by the service.

create policy "people see what they asked, admins all of it" on public.ai_generations for select to authenticated
  using (
    org_id = any ((select private.org_ids('admin'))::uuid[])
    or (org_id = any ((select private.org_ids('viewer'))::uuid[]) and created_by = (select private.person_id()))
  );

create policy "people mark what they asked" on public.ai_generations for update to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]) and created_by = (select private.person_id()))
  with check (org_id = any ((select private.org_ids('viewer'))::uuid[]) and created_by = (select private.person_id()));

-- policy-file: analytics_goals.sql sha256:124c6d8dec5a020dfd7d0637b21199d1e713c7392b0ce20b8beb9f71805ceb44
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.analytics_goals'::regclass
  loop
    execute format('drop policy %I on public.analytics_goals', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.analytics_goals from public, anon, authenticated, service_role;
grant select (id, org_id, site_id, name, steps, created_by, created_at) on public.analytics_goals to authenticated, service_role;
-- Whose site it is follows from the site.
grant insert (site_id, name, steps) on public.analytics_goals to authenticated;
-- Update is not granted: another goal is another row, with numbers of its own.
grant delete on public.analytics_goals to authenticated;

create policy "members see the goals" on public.analytics_goals for select to authenticated
  using (org_id = any ((select private.org_ids('member'))::uuid[]));

create policy "editors set goals" on public.analytics_goals for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete goals" on public.analytics_goals for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: analytics_links.sql sha256:a87ac6403b627c90caacfe868b1d0bac7e89d3f7c3d2b2696be5a9d9c944e91b
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.analytics_links'::regclass
  loop
    execute format('drop policy %I on public.analytics_links', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.analytics_links from public, anon, authenticated, service_role;
grant select (id, org_id, site_id, label, expires_at, created_by, created_at)
  on public.analytics_links to authenticated, service_role;
-- Whose site it is and when it ends are set by the database.
grant insert (site_id, label) on public.analytics_links to authenticated;
-- Revoking is deleting; update is not granted: a link is never prolonged.
grant delete on public.analytics_links to authenticated;

create policy "editors see the links to visits" on public.analytics_links for select to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors share visits" on public.analytics_links for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors revoke links to visits" on public.analytics_links for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: assets.sql sha256:c736e4cdcb7b83145bff59f65019c87c08d73b319ffc5288bb879431f09494b2
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.assets'::regclass
  loop
    execute format('drop policy %I on public.assets', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.assets from public, anon, authenticated, service_role;
grant select (id, org_id, path, name, type, size, width, height, alt, folder, uses, created_by, created_at, updated_at)
  on public.assets to authenticated, service_role;
grant insert (id, org_id, path, name, type, size, width, height, alt, folder) on public.assets to authenticated;
grant update (name, alt, folder) on public.assets to authenticated;
grant delete on public.assets to authenticated;
-- uses is not granted: it is counted. The file itself is storage.sql's.

create policy "members see the assets" on public.assets for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "editors add assets" on public.assets for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors name and describe assets" on public.assets for update to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]))
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete assets" on public.assets for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: components.sql sha256:2746d57d9a6eb2e57e273d42e9f057bdeadd8ccc81b602f9aaa01e86530e6772
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.components'::regclass
  loop
    execute format('drop policy %I on public.components', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.components from public, anon, authenticated, service_role;
grant select (id, org_id, name, description, content, html, css, uses, version, created_by, created_at, updated_at)
  on public.components to authenticated, service_role;
grant insert (id, org_id, name, description, content, html, css) on public.components to authenticated;
grant update (name, description, content, html, css, version) on public.components to authenticated;
grant delete on public.components to authenticated;
-- uses is not granted: it is counted.

create policy "members see the components" on public.components for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "editors make components" on public.components for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors change components" on public.components for update to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]))
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete components" on public.components for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: deployments.sql sha256:bdb40f1302580c61f0fb1ab46025efbc68201b8177023ff27447324060596045
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
  sequence, idempotency_key, kind, external, report, scheduled_for, time_zone, created_at, started_at, finished_at, updated_at
) on public.deployments to authenticated, service_role;
-- Nothing else is granted, to service_role neither: people ask through request_deployment() and its like, workers write
-- through functions that check the generation of their lease.

create policy "members see the deployments" on public.deployments for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

-- policy-file: error_logs.sql sha256:7121dfc7d0a2ad6c32140cc57cc94c881fc1cd2bd5c4b1adea645202c9a5755e
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.error_logs'::regclass
  loop
    execute format('drop policy %I on public.error_logs', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.error_logs from public, anon, authenticated, service_role;
grant select (
  id, org_id, fingerprint, source, message, detail, release, state, times, first_seen_at, last_seen_at,
  resolved_by, resolved_at
) on public.error_logs to authenticated, service_role;
-- Nothing else is granted: errors are reported to the service, which cleans them first; set_error_state closes one.

create policy "admins see the errors" on public.error_logs for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

-- policy-file: form_deliveries.sql sha256:5b73467b82470369a3fbfb354675720be8c596100c0bbfcd258202173c5c9277
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.form_deliveries'::regclass
  loop
    execute format('drop policy %I on public.form_deliveries', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.form_deliveries from public, anon, authenticated, service_role;
grant select (
  id, org_id, site_id, hook_id, submission_id, state, attempts, status, problem, next_at, claimed_at, created_at, ended_at
) on public.form_deliveries to authenticated, service_role;
-- Nothing else is granted: the queue is the workers' own.

create policy "admins see what was delivered" on public.form_deliveries for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

-- policy-file: form_hooks.sql sha256:24f9bb04701a0acb92e241e2606653f1ccb4977222bb487b6e6c363b20caa30d
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.form_hooks'::regclass
  loop
    execute format('drop policy %I on public.form_hooks', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.form_hooks from public, anon, authenticated, service_role;
grant select (id, org_id, site_id, form, url, created_by, created_at) on public.form_hooks to authenticated, service_role;
grant delete on public.form_hooks to authenticated;
-- insert and update are not granted: a webhook comes with a secret, which only the service can seal.

create policy "admins see the webhooks" on public.form_hooks for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

create policy "admins delete webhooks" on public.form_hooks for delete to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

-- policy-file: form_submissions.sql sha256:7712e806318a6e6b1ae8e0040ba7876c37a316a9cb58abc9bf5483786c40bf62
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.form_submissions'::regclass
  loop
    execute format('drop policy %I on public.form_submissions', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.form_submissions from public, anon, authenticated, service_role;
grant select (id, org_id, site_id, form, path, fields, files, state, note, created_at, changed_at)
  on public.form_submissions to authenticated, service_role;
grant update (state, note) on public.form_submissions to authenticated;
grant delete on public.form_submissions to authenticated;
-- insert is not granted: visitors send to the service. Nobody rewrites what a visitor said.

create policy "editors see what visitors sent" on public.form_submissions for select to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors mark what visitors sent" on public.form_submissions for update to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]))
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete what visitors sent" on public.form_submissions for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: host_leftovers.sql sha256:9b2ce3de402932486dd039d413317958d4ab00b6586a914d14b2c3de5b2200b8
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.host_leftovers'::regclass
  loop
    execute format('drop policy %I on public.host_leftovers', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.host_leftovers from public, anon, authenticated, service_role;
grant select (
  id, org_id, host, integration_id, site_name, project, problem, attempts, due_at, created_at
) on public.host_leftovers to authenticated, service_role;
-- Nothing else is granted: deleting a site makes the rows, workers and two functions for admins end them.

create policy "admins see what is left behind" on public.host_leftovers for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

-- policy-file: integrations.sql sha256:9d35d5727c505c8722228dae8f6b60b87494f7d2b1d99e25708435676745c593
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.integrations'::regclass
  loop
    execute format('drop policy %I on public.integrations', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.integrations from public, anon, authenticated, service_role;
grant select (
  id, org_id, provider, label, account_label, account_id, team_id, method, scopes, last_four, state, problem, checked_at,
  created_by, created_at, updated_at
) on public.integrations to authenticated, service_role;
-- Nothing else is granted: connecting tries the credential at the host first, and only the service can.

create policy "admins see the integrations" on public.integrations for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

-- policy-file: organization_invitations.sql sha256:5176e95e9c48a0778c6f03ae1be7a2296a647a039e8f12cdd8739de77e21bd29
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.organization_invitations'::regclass
  loop
    execute format('drop policy %I on public.organization_invitations', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.organization_invitations from public, anon, authenticated, service_role;
grant select (
  id, org_id, email, role, invited_by, expires_at, sent_at, sent_count, accepted_at, accepted_by, withdrawn_at,
  mailed_at, created_at, updated_at
) on public.organization_invitations to authenticated, service_role;
-- Nothing else is granted: create_invitation() and its like count, rank and lock. The token lies in schema private, hashed.

create policy "admins see who is invited" on public.organization_invitations for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

-- policy-file: page_comments.sql sha256:c7ad100d8c0088155091c82d3281276e7f1a5692d90aad552e911757d103bf4a
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.page_comments'::regclass
  loop
    execute format('drop policy %I on public.page_comments', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.page_comments from public, anon, authenticated, service_role;
grant select (
  id, org_id, page_id, parent_id, block_id, block_label, body, mentions, notified, resolved, resolved_by, resolved_at, edited_at,
  created_by, created_at, updated_at
) on public.page_comments to authenticated, service_role;
grant insert (id, org_id, page_id, parent_id, block_id, block_label, body, mentions) on public.page_comments to authenticated;
-- A trigger lets only the author change what a comment says, and only editors resolve it.
-- notified is not granted: a function notes whom the service has told.
grant update (body, mentions, resolved) on public.page_comments to authenticated;
grant delete on public.page_comments to authenticated;

create policy "members see the comments" on public.page_comments for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "members write comments" on public.page_comments for insert to authenticated
  with check (org_id = any ((select private.org_ids('member'))::uuid[]));

create policy "members change their own comments, editors resolve all" on public.page_comments for update to authenticated
  using (
    org_id = any ((select private.org_ids('editor'))::uuid[])
    or (org_id = any ((select private.org_ids('member'))::uuid[]) and created_by = (select private.person_id()))
  )
  with check (
    org_id = any ((select private.org_ids('editor'))::uuid[])
    or (org_id = any ((select private.org_ids('member'))::uuid[]) and created_by = (select private.person_id()))
  );

create policy "members delete their own comments, admins all" on public.page_comments for delete to authenticated
  using (
    org_id = any ((select private.org_ids('admin'))::uuid[])
    or (org_id = any ((select private.org_ids('member'))::uuid[]) and created_by = (select private.person_id()))
  );

-- policy-file: pages.sql sha256:1625a915ceac312066d4827b4b7f452ef0d2ed5fd07cd81318d86dbd2a906236
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
  created_by, updated_by, created_at, updated_at, old_paths, deleted_at
) on public.pages to authenticated, service_role;
grant insert (id, org_id, site_id, path, title, seo, content, html, css, js, status, position)
  on public.pages to authenticated;
-- version is granted so that a save can name the version it was made from; a trigger allows nothing else.
grant update (path, title, seo, content, html, css, js, status, version, position, old_paths)
  on public.pages to authenticated;
-- deleted_at is not granted: pages leave and come back through delete_page and undelete_page.
grant delete on public.pages to authenticated;

create policy "members see the pages" on public.pages for select to authenticated
  using (deleted_at is null and org_id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "editors add pages" on public.pages for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors change pages" on public.pages for update to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]))
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete pages" on public.pages for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: plans.sql sha256:6939b81f4e5acc3c9025ef53a122fcfee37683eae08259b8f000c031bd0091da
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.plans'::regclass
  loop
    execute format('drop policy %I on public.plans', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.plans from public, anon, authenticated, service_role;
grant select (id, name, summary, position, limits, features, prices, trial_days, is_offered)
  on public.plans to authenticated, service_role;
-- Nothing else is granted: plans.toml says what they are.

create policy "people see the plans" on public.plans for select to authenticated
  using ((select private.person_id()) is not null);

-- policy-file: preview_links.sql sha256:fd2556051750cba52be7aaf4f5428232c73b55f0af534c2f4c51ab60b44d9520
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.preview_links'::regclass
  loop
    execute format('drop policy %I on public.preview_links', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.preview_links from public, anon, authenticated, service_role;
grant select (id, org_id, site_id, deployment_id, label, hours, expires_at, created_by, created_at)
  on public.preview_links to authenticated, service_role;
-- Whose site it is follows from the preview, when it ends from the hours.
grant insert (deployment_id, label, hours) on public.preview_links to authenticated;
-- Revoking is deleting; update is not granted: a link is never prolonged.
grant delete on public.preview_links to authenticated;

create policy "editors see the links to previews" on public.preview_links for select to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors share previews" on public.preview_links for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors revoke links to previews" on public.preview_links for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: published_forms.sql sha256:9889b8592dfe3ec92aa5e2914446bb7274c4ffd09164981f2e582853514c05ea
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.published_forms'::regclass
  loop
    execute format('drop policy %I on public.published_forms', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.published_forms from public, anon, authenticated, service_role;
grant select (org_id, site_id, host, form, base_url, definition, retired_at)
  on public.published_forms to authenticated, service_role;
-- Nothing else is granted: a publish says which forms there are.

create policy "editors see which forms are live" on public.published_forms for select to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: site_hosts.sql sha256:eaa0d59a29ce8826bd52d3f7aad82a56b005d621ece93eb3525b18b251420c2e
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.site_hosts'::regclass
  loop
    execute format('drop policy %I on public.site_hosts', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.site_hosts from public, anon, authenticated, service_role;
grant select (
  id, org_id, site_id, host, integration_id, project, domain, live_deployment_id, live, consented_by, consented_at,
  created_at, updated_at
) on public.site_hosts to authenticated, service_role;
-- Nothing else is granted: request_deployment() makes the row, workers and the service note in it what the host says.

create policy "members see where a site lives" on public.site_hosts for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

-- policy-file: sites.sql sha256:a997651c514f11a87b6331f0e95eaa98733fa35918541ec2b210679850d4f085
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
  created_by, created_at, updated_at, brand, form_retention_days, analytics,
  suspended_at, suspended_for
) on public.sites to authenticated, service_role;
grant insert (id, org_id, name, slug, theme, seo, head_code) on public.sites to authenticated;
grant update (name, slug, theme, seo, head_code, domain, brand, form_retention_days, analytics) on public.sites to authenticated;
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

-- policy-file: subscriptions.sql sha256:58bb6588acf62babfb1c9ac3c2201aa62b5be7b80a3b253d3b15802044f49360
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.subscriptions'::regclass
  loop
    execute format('drop policy %I on public.subscriptions', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.subscriptions from public, anon, authenticated, service_role;
grant select (
  id, org_id, plan, status, billing_interval, stripe_customer_id, stripe_subscription_id, current_period_start,
  current_period_end, trial_end, trial_used, cancel_at, canceled_at, created_at, updated_at,
  grace_until, card, synced_at, billing_anchor
) on public.subscriptions to authenticated, service_role;
-- Nothing else is granted: only what Stripe says changes what is paid for.

create policy "owners see the subscription" on public.subscriptions for select to authenticated
  using (org_id = any ((select private.org_ids('owner'))::uuid[]));

-- policy-file: storage.sql sha256:70def8465f4056a4ef332533ca854f74cf0dc65357c8e16dc6e93b2b9bc18d59
-- The buckets of pictures: `assets`, one folder for each organization: <org_id>/<name>.<type>; and `avatars`, one folder
-- for each person: <user_id>/<name>.<type>. And `submissions`, for files sent with forms: <org_id>/<submission_id>/<number>.
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

  -- Small: the browser cuts them to size.
  insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
  values ('avatars', 'avatars', true, 524288, '{image/png,image/jpeg,image/webp}')
  on conflict (id) do update
  set public = excluded.public, file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

  -- What visitors attach to forms: private, and never served as anything that a browser would show.
  insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
  values ('submissions', 'submissions', false, 10485760, '{application/octet-stream}')
  on conflict (id) do update
  set public = excluded.public, file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

  for old_policy in
    select polname from pg_catalog.pg_policy
    where polrelid = 'storage.objects'::regclass and polname ~ '^(assets|avatars|submissions): '
  loop
    execute format('drop policy %I on storage.objects', old_policy.polname);
  end loop;

  create policy "assets: members list their organization's files" on storage.objects for select to authenticated
    using (bucket_id = 'assets' and split_part(name, '/', 1) = any ((select private.org_folders('viewer'))::text[]));

  create policy "assets: editors add files to their organization's folder" on storage.objects for insert to authenticated
    with check (
      bucket_id = 'assets'
      and split_part(name, '/', 1) = any ((select private.folders_with_room())::text[])
      and name ~ '^[0-9a-f-]{36}/[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(png|jpg|jpeg|webp|gif|avif)$'
    );

  create policy "assets: editors delete their organization's files" on storage.objects for delete to authenticated
    using (bucket_id = 'assets' and split_part(name, '/', 1) = any ((select private.org_folders('editor'))::text[]));

  create policy "avatars: people list their own pictures" on storage.objects for select to authenticated
    using (bucket_id = 'avatars' and split_part(name, '/', 1) = (select private.own_folder()));

  create policy "avatars: people add pictures to their own folder" on storage.objects for insert to authenticated
    with check (
      bucket_id = 'avatars'
      and split_part(name, '/', 1) = (select private.own_folder())
      and name ~ '^[0-9a-f-]{36}/[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(png|jpg|webp)$'
    );

  create policy "avatars: people delete their own pictures" on storage.objects for delete to authenticated
    using (bucket_id = 'avatars' and split_part(name, '/', 1) = (select private.own_folder()));

  create policy "submissions: editors see what visitors attached" on storage.objects for select to authenticated
    using (bucket_id = 'submissions' and split_part(name, '/', 1) = any ((select private.org_folders('editor'))::text[]));

  create policy "submissions: editors delete what visitors attached" on storage.objects for delete to authenticated
    using (bucket_id = 'submissions' and split_part(name, '/', 1) = any ((select private.org_folders('editor'))::text[]));

  -- There is no policy for update: a published picture never changes under its address.
end;
$$;

-- policy-file: realtime.sql sha256:e45c930c41bd8c436400246ccd1ac3dfeb92ee450d907cc68511993c5ca5008b
-- Where Supabase has Realtime, a page has a private channel, page:<id>, on which builders tell each other when to look
-- again. Nothing that it carries is believed: who is there and what is new, report_presence says.
do $$
begin
  if to_regclass('realtime.messages') is null then
    return;
  end if;
  drop policy if exists "members hear the channels of their pages" on realtime.messages;
  create policy "members hear the channels of their pages" on realtime.messages for select to authenticated
    using (extension in ('broadcast', 'presence') and exists (
      select 1 from public.pages p
      where p.id = private.page_of_topic((select realtime.topic()))
        and p.org_id = any ((select private.org_ids('viewer'))::uuid[])));

  drop policy if exists "members speak on the channels of their pages" on realtime.messages;
  create policy "members speak on the channels of their pages" on realtime.messages for insert to authenticated
    with check (extension in ('broadcast', 'presence') and exists (
      select 1 from public.pages p
      where p.id = private.page_of_topic((select realtime.topic()))
        and p.org_id = any ((select private.org_ids('viewer'))::uuid[])));
end;
$$;

-- policy-file: functions.sql sha256:d50392af1e104fab0b6be6d5fb940fa560f1a4b9c0b361b3e3c721bf7ba00d72
-- Every function anybody may call, by name; the tests hold this list against the catalogue.
revoke all on all functions in schema public from public, anon, authenticated, service_role;
revoke all on all functions in schema private from public, anon, authenticated, service_role;

-- People, over the API. Each looks the caller's role up itself.
grant execute on function public.create_organization(text) to authenticated;
grant execute on function public.create_site(uuid, text, jsonb, text, jsonb, jsonb, text, uuid) to authenticated;
grant execute on function public.search_pages(text, uuid, integer) to authenticated;
grant execute on function public.create_checkpoint(uuid, text) to authenticated;
grant execute on function public.restore_page_version(uuid) to authenticated;
grant execute on function public.move_page(uuid, text, boolean) to authenticated;
grant execute on function public.set_home_page(uuid) to authenticated;
grant execute on function public.order_pages(uuid, uuid[]) to authenticated;
grant execute on function public.delete_page(uuid) to authenticated;
grant execute on function public.undelete_page(uuid) to authenticated;
grant execute on function public.deleted_pages(uuid) to authenticated;
grant execute on function public.report_presence(uuid, boolean) to authenticated;
grant execute on function public.replace_asset(uuid, uuid) to authenticated;
grant execute on function public.component_pages(uuid) to authenticated;
grant execute on function public.unpublished_changes(uuid) to authenticated;
grant execute on function public.request_deployment(uuid, text, text, text, text, uuid, boolean, timestamptz, text)
  to authenticated;
grant execute on function public.cancel_deployment(uuid) to authenticated;
grant execute on function public.request_restore(uuid, text) to authenticated;
grant execute on function public.request_promotion(uuid, text) to authenticated;
grant execute on function public.request_unpublish(uuid, text, text) to authenticated;
grant execute on function public.set_member_role(uuid, uuid, public.member_role) to authenticated;
grant execute on function public.remove_member(uuid, uuid) to authenticated;
grant execute on function public.leave_organization(uuid) to authenticated;
grant execute on function public.transfer_ownership(uuid, uuid) to authenticated;
grant execute on function public.create_invitation(uuid, text, public.member_role, text) to authenticated;
grant execute on function public.resend_invitation(uuid, text) to authenticated;
grant execute on function public.withdraw_invitation(uuid) to authenticated;
grant execute on function public.accept_invitation(text) to authenticated;
grant execute on function public.delete_organization(uuid, text) to authenticated;
grant execute on function public.delete_account() to authenticated;
grant execute on function public.verify_activity_chain(uuid) to authenticated;
grant execute on function public.set_error_state(uuid, text) to authenticated;
grant execute on function public.ai_quota(uuid) to authenticated;
grant execute on function public.find_submissions(uuid, text) to authenticated;
grant execute on function public.submissions_of(uuid, text) to authenticated;
grant execute on function public.erase_submissions(uuid, text) to authenticated;
grant execute on function public.test_form_hook(uuid) to authenticated;
grant execute on function public.retry_form_delivery(uuid) to authenticated;
grant execute on function public.over_limit_content(uuid) to authenticated;
grant execute on function public.publish_blockers(uuid) to authenticated;
grant execute on function public.current_quotas(uuid) to authenticated;
grant execute on function public.usage_by_day(uuid, date) to authenticated;
grant execute on function public.site_report(uuid, date, date, jsonb) to authenticated;
grant execute on function public.goal_report(uuid, date, date) to authenticated;
-- The service asks it too, for the page that a link opens before anybody has signed in.
grant execute on function public.describe_invitation(text) to authenticated, service_role;
grant execute on function public.record_invitation_mail(uuid, integer) to service_role;

-- The origin of published sites asks as nobody, with the publishable key.
grant execute on function public.is_preview_link_open(uuid) to anon, authenticated, service_role;

-- PostgREST, before each request, as whoever asks.
grant execute on function public.check_request() to anon, authenticated, service_role;

-- The deploy workers, over the API with the secret key.
grant execute on function public.claim_deployment(text, integer) to service_role;
grant execute on function public.renew_deployment(uuid, bigint, integer, text, jsonb, jsonb) to service_role;
grant execute on function public.finish_deployment(uuid, bigint, text, text, jsonb, jsonb, jsonb, jsonb, jsonb) to service_role;
grant execute on function public.note_deployment(uuid, bigint, jsonb, jsonb) to service_role;
grant execute on function public.deployment_queue() to service_role;
grant execute on function public.orphaned_files() to service_role;
grant execute on function public.note_published_forms(uuid, bigint, text, jsonb) to service_role;
grant execute on function public.claim_form_delivery(integer) to service_role;
grant execute on function public.finish_form_delivery(uuid, integer, text, integer, text) to service_role;
grant execute on function public.purge_submissions() to service_role;

-- The service, for visitors of published sites, who are nobody here.
grant execute on function public.published_form(uuid, text) to service_role;
grant execute on function public.store_submission(jsonb) to service_role;

-- The service, for errors that it has cleaned of secrets.
grant execute on function public.record_error(uuid, uuid, text, text, text, jsonb, text, bigint) to service_role;

-- The service, for visits it has checked and links it has unsealed; the worker, about what is kept and who wants the week.
grant execute on function public.record_visits(jsonb) to service_role;
grant execute on function public.visitor_salt() to service_role;
grant execute on function public.shared_report(uuid, date, date, jsonb) to service_role;
grant execute on function public.trim_visits(integer) to service_role;
grant execute on function public.take_weekly_reports(integer) to service_role;
grant execute on function public.note_weekly_reports(uuid[], date) to service_role;

-- The service, when it mails those whom a comment calls.
grant execute on function public.take_comment_recipients(uuid) to service_role;

-- What the AI costs, counted by the app with the secret key.
grant execute on function public.reserve_generation(uuid, uuid, uuid, text, text, jsonb, text, integer, text) to service_role;
grant execute on function public.keep_generation(uuid, jsonb, text, integer, integer, bigint) to service_role;
grant execute on function public.settle_generation(
  uuid, text, jsonb, jsonb, text, integer, integer, bigint, integer, integer, text, integer, text) to service_role;
-- The worker, between two publishes.
grant execute on function public.tidy_generations() to service_role;

-- Billing: what Stripe says, and the mails about it.
grant execute on function public.apply_plans(jsonb) to service_role;
grant execute on function public.set_stripe_customer(uuid, text) to service_role;
grant execute on function public.take_stripe_events(jsonb) to service_role;
grant execute on function public.want_stripe_sync(text) to service_role;
grant execute on function public.claim_stripe_customer(text, integer) to service_role;
grant execute on function public.fail_stripe_sync(text, bigint, text) to service_role;
grant execute on function public.apply_stripe_state(text, bigint, bigint, jsonb) to service_role;
grant execute on function public.take_billing_mails(integer) to service_role;
grant execute on function public.note_billing_mail(bigint) to service_role;

-- The integrations service, which says for whom it asks; each function looks that person's role up.
grant execute on function public.save_integration(uuid, jsonb, jsonb) to service_role;
grant execute on function public.may_connect(uuid, uuid) to service_role;
grant execute on function public.rename_integration(uuid, uuid, text) to service_role;
grant execute on function public.delete_integration(uuid, uuid) to service_role;
grant execute on function public.note_integration(uuid, text, text, text[]) to service_role;
grant execute on function public.read_integration_secret(uuid) to service_role;
grant execute on function public.list_integration_secrets(text, uuid, integer) to service_role;
grant execute on function public.replace_integration_secrets(jsonb) to service_role;
grant execute on function public.credentials_canary(jsonb, text) to service_role;
grant execute on function public.begin_oauth(uuid, uuid, text) to service_role;
grant execute on function public.end_oauth(uuid, text) to service_role;
grant execute on function public.note_domain(uuid, uuid, text, jsonb) to service_role;
grant execute on function public.save_form_hook(uuid, jsonb, jsonb) to service_role;

-- What a deleted site leaves at other hosts: workers remove it, admins try again or let it be.
grant execute on function public.take_leftover() to service_role;
grant execute on function public.end_leftover(uuid, text) to service_role;
grant execute on function public.retry_leftover(uuid) to authenticated;
grant execute on function public.forget_leftover(uuid) to authenticated;

-- What strangers report, and what the operator does about it on the command line.
grant execute on function public.report_abuse(text, text, text, text) to service_role;
grant execute on function public.list_abuse_reports(integer) to service_role;
grant execute on function public.suspend_site(text, text) to service_role;
grant execute on function public.lift_suspension(text) to service_role;

-- Asked by policies, as the person whose statement it is.
grant execute on function private.person_id() to authenticated;
grant execute on function private.org_ids(public.member_role) to authenticated;
grant execute on function private.org_folders(public.member_role) to authenticated;
grant execute on function private.folders_with_room() to authenticated;
grant execute on function private.own_folder() to authenticated;
grant execute on function private.colleague_ids() to authenticated;
grant execute on function private.page_of_topic(text) to authenticated;

-- Asked by the checks of tables that people write.
grant execute on function private.is_plain_text(text, integer) to authenticated;
grant execute on function private.is_name(text, integer) to authenticated;
grant execute on function private.is_web_url(text) to authenticated;
grant execute on function private.is_json_object(jsonb, integer) to authenticated;
grant execute on function private.is_reserved_word(text) to authenticated;
grant execute on function private.is_slug(text) to authenticated;
grant execute on function private.is_page_path(text) to authenticated;
grant execute on function private.are_page_paths(text[]) to authenticated;
grant execute on function private.is_domain(text) to authenticated;
grant execute on function private.is_mention_list(jsonb) to authenticated;

-- Asked by functions that run as the caller.
grant execute on function private.holds_address(jsonb, text) to authenticated;
grant execute on function private.are_goal_steps(jsonb) to authenticated;
