-- Generated from policies/ by `make policies`; edit there, never here.

-- policy-file: predicates.sql sha256:b4d71e743ae5a0691f9d16d98c25e262b02d75084c6d8aed302fab4162cf134d
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

-- policy-file: ai_generations.sql sha256:efb46e1881cd452be2fd134a7a5fabde7f1855eeec80f8b28049c830b6c61592
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
    or (org_id = any ((select private.joined_org_ids())::uuid[]) and created_by = (select private.person_id()))
  );

create policy "people mark what they asked" on public.ai_generations for update to authenticated
  using (org_id = any ((select private.joined_org_ids())::uuid[]) and created_by = (select private.person_id()))
  with check (org_id = any ((select private.joined_org_ids())::uuid[]) and created_by = (select private.person_id()));

-- policy-file: assets.sql sha256:a1dafdd6bd33e41a4d8e115f97d711092bd592cb861672e9be14dbd1874f06a3
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
grant select (id, org_id, path, name, type, size, width, height, alt, folder, uses, created_by, created_at, updated_at,
  uploaded_at)
  on public.assets to authenticated, service_role;
grant insert (id, org_id, path, name, type, size, width, height, alt, folder) on public.assets to authenticated;
grant update (name, alt, folder) on public.assets to authenticated;
grant delete on public.assets to authenticated;
-- uses is not granted: it is counted. Neither is uploaded_at: finish_upload looks whether the file is there. The file itself
-- is storage.sql's.

create policy "members see the assets" on public.assets for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "editors add assets" on public.assets for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors name and describe assets" on public.assets for update to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]))
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete assets" on public.assets for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: support_visits.sql sha256:55b36489c5d80258f3d7da3a39784dea9798a94d6aa26c21d896fd3a975398b5
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.support_visits'::regclass
  loop
    execute format('drop policy %I on public.support_visits', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.support_visits from public, anon, authenticated, service_role;
grant select (id, org_id, user_id, email, reason, opened_at, ends_at, closed_at, closed_by)
  on public.support_visits to authenticated, service_role;
-- Nothing else is granted, to service_role neither: the operator opens a visit by open_support_visit(), and
-- close_support_visit() ends it. Nobody makes one longer.

create policy "admins see who looks in, visitors their own visits" on public.support_visits for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]) or user_id = (select private.person_id()));

-- policy-file: user_settings.sql sha256:337f4d90ebfa1beb55dbf0d544dc6f69757acbdc857c5c32eb653b382a078db4
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.user_settings'::regclass
  loop
    execute format('drop policy %I on public.user_settings', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.user_settings from public, anon, authenticated, service_role;
grant select (user_id, notifications, default_org_id, created_at, updated_at)
  on public.user_settings to authenticated, service_role;
grant update (notifications, default_org_id) on public.user_settings to authenticated;
-- insert and delete are not granted: the row comes and goes with the profile.

create policy "people see their own settings" on public.user_settings for select to authenticated
  using (user_id = (select private.person_id()));

create policy "people change their own settings" on public.user_settings for update to authenticated
  using (user_id = (select private.person_id()))
  with check (
    user_id = (select private.person_id())
    -- Asked here too, so that a strange organization and one that does not exist are refused in the same words.
    and (default_org_id is null or default_org_id = any ((select private.joined_org_ids())::uuid[]))
  );

-- policy-file: storage.sql sha256:2c874d7fac731edf3a76bc26ee2211618e3429550e16066bc37ea152edbe6fb2
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

  -- Never a file that no row counts (docs/decisions/0046-announced-uploads.md). Nor an address signed for later, a resumable
  -- upload or a copy: Storage asks this once, and takes the file when the row may be gone. Older versions do not name it.
  create policy "assets: editors add the files they announced" on storage.objects for insert to authenticated
    with check (
      bucket_id = 'assets'
      and private.awaits_file(name, coalesce(metadata ->> 'size', metadata ->> 'contentLength'))
      and coalesce(nullif((select current_setting('storage.operation', true)), ''), 'object.upload')
        in ('object.upload', 'storage.object.upload')
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

-- policy-file: realtime.sql sha256:5ff8960a80ae7ee494151aff166913a02f5f03cef7b35afd28450b9ead16b42b
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
        and p.org_id = any ((select private.joined_org_ids())::uuid[])));

  drop policy if exists "members speak on the channels of their pages" on realtime.messages;
  create policy "members speak on the channels of their pages" on realtime.messages for insert to authenticated
    with check (extension in ('broadcast', 'presence') and exists (
      select 1 from public.pages p
      where p.id = private.page_of_topic((select realtime.topic()))
        and p.org_id = any ((select private.joined_org_ids())::uuid[])));
end;
$$;

-- policy-file: functions.sql sha256:d2c9c9cb06cb9385421e35024fbdba67c657b14fc4f186cd553f0fd7edb72668
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
grant execute on function public.finish_upload(uuid) to authenticated;
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
grant execute on function public.goal_report(uuid, date, date, jsonb) to authenticated;
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
grant execute on function public.settle_uploads() to service_role;
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
grant execute on function public.sum_visits(integer) to service_role;
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

-- Support looks in: the operator opens it on the command line; owners, the visitor and the operator end it.
grant execute on function public.open_support_visit(text, text, text, integer) to service_role;
grant execute on function public.list_support_visits(integer) to service_role;
grant execute on function public.close_support_visit(uuid) to authenticated, service_role;

-- Asked by policies, as the person whose statement it is.
grant execute on function private.person_id() to authenticated;
grant execute on function private.org_ids(public.member_role) to authenticated;
grant execute on function private.joined_org_ids() to authenticated;
grant execute on function private.org_folders(public.member_role) to authenticated;
grant execute on function private.awaits_file(text, text) to authenticated;
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
