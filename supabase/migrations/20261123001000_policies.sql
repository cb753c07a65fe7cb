-- Generated from policies/ by `make policies`; edit there, never here.

-- policy-file: activity_logs.sql sha256:18ca8b8e3e215155463ca86f56f1fc3d95116bfc4a860ffe6ebfc2a50247b878
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.activity_logs'::regclass
  loop
    execute format('drop policy %I on public.activity_logs', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.activity_logs from public, anon, authenticated, service_role;
grant select (
  id, org_id, sequence, actor_kind, actor_id, actor_name, action, object_type, object_id, object_label, before, after,
  created_at, previous_hash, hash
) on public.activity_logs to authenticated, service_role;
-- Nothing else is granted to anybody: triggers write the log, and others refuse every change of it.

create policy "members see what happened" on public.activity_logs for select to authenticated
  using (org_id = any ((select private.org_ids('member'))::uuid[]));

-- policy-file: ai_generations.sql sha256:a7f9a2c9ce583e605e059c861b23c8bf4561d59955a8c136514f6366e8fb7eb6
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
  cost_usd_ticks, credits, duration_ms, idempotency_key, created_by, created_at, finished_at
) on public.ai_generations to authenticated, service_role;
-- Nothing else is granted: what was asked, and what it cost, is written by the service.

create policy "people see what they asked, admins all of it" on public.ai_generations for select to authenticated
  using (
    org_id = any ((select private.org_ids('admin'))::uuid[])
    or (org_id = any ((select private.org_ids('viewer'))::uuid[]) and created_by = (select private.person_id()))
  );

-- policy-file: analytics_daily.sql sha256:f0d3b118ae7d316933689a2c792ae8bbfe943e0b710b1af9e83980ceb6087d1b
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.analytics_daily'::regclass
  loop
    execute format('drop policy %I on public.analytics_daily', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.analytics_daily from public, anon, authenticated, service_role;
-- Nothing is granted to anybody: members ask a function for a site's report.

-- policy-file: analytics_events.sql sha256:50d956b95eac563c0f900959da2d2e7b8eba3724c9ccae09a51e08856ad60839
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.analytics_events'::regclass
  loop
    execute format('drop policy %I on public.analytics_events', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.analytics_events from public, anon, authenticated, service_role;
revoke all on sequence public.analytics_events_id_seq from public, anon, authenticated, service_role;
-- Nothing is granted to anybody: single visits are nobody's reading. Reports are made of them by functions.

-- policy-file: api_usage.sql sha256:59fedaf301786aec3547d7f17d8f65a9537dbf4cf54733eb1eef186bfb287ca4
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.api_usage'::regclass
  loop
    execute format('drop policy %I on public.api_usage', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.api_usage from public, anon, authenticated, service_role;
revoke all on sequence public.api_usage_id_seq from public, anon, authenticated, service_role;
grant select (id, org_id, user_id, endpoint, status, units, duration_ms, request_id, created_at)
  on public.api_usage to authenticated, service_role;
-- Nothing else is granted: the service writes what it was asked for.

create policy "admins see the calls" on public.api_usage for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

-- policy-file: assets.sql sha256:a0c8c02fa824dd076b2b7be8dedcdd97a8d016b47ed71b6847032cce9c1bd5b1
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
grant select (id, org_id, path, name, type, size, width, height, alt, uses, created_by, created_at, updated_at)
  on public.assets to authenticated, service_role;
grant insert (id, org_id, path, name, type, size, width, height, alt) on public.assets to authenticated;
grant update (name, alt) on public.assets to authenticated;
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

-- policy-file: components.sql sha256:6e5dee5519c3befa86c546ae23faf15dbcb063441a601e3e6864eab198876e50
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
grant select (id, org_id, name, description, content, html, css, uses, created_by, created_at, updated_at)
  on public.components to authenticated, service_role;
grant insert (id, org_id, name, description, content, html, css) on public.components to authenticated;
grant update (name, description, content, html, css) on public.components to authenticated;
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

-- policy-file: error_logs.sql sha256:aafd21969f38955c68410435fa67f5abf039f6d12d32ca075c921cab3c02fd15
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
-- Nothing else is granted: errors are reported to the service, which cleans them first.

create policy "admins see the errors" on public.error_logs for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

-- policy-file: form_submissions.sql sha256:9537051f0f1289991f8c26728a0cbc2c71d03cfde956ddc36be8777bd5290135
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
grant select (id, org_id, site_id, form, path, fields, state, created_at)
  on public.form_submissions to authenticated, service_role;
grant delete on public.form_submissions to authenticated;
-- insert is not granted: visitors send to the service. Nobody rewrites what a visitor said.

create policy "editors see what visitors sent" on public.form_submissions for select to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete what visitors sent" on public.form_submissions for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: integrations.sql sha256:9e14182e4a7baaf0eff7be87b172a9a13e26ffd541e793da9958954f6b731cb2
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
  id, org_id, provider, label, account_label, last_four, state, checked_at, created_by, created_at, updated_at
) on public.integrations to authenticated, service_role;
-- Nothing else is granted: connecting tries the credential at the host first, and only the service can.

create policy "admins see the integrations" on public.integrations for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

-- policy-file: invoices.sql sha256:a4064ef98f9c81b47e5e8191794203966702e654fa49c0c470912bd98031c8c5
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.invoices'::regclass
  loop
    execute format('drop policy %I on public.invoices', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.invoices from public, anon, authenticated, service_role;
grant select (
  id, org_id, stripe_invoice_id, number, status, currency, total_cents, paid_cents, hosted_url, pdf_url, period_start,
  period_end, due_at, paid_at, created_at, updated_at
) on public.invoices to authenticated, service_role;
-- Nothing else is granted: only what Stripe says is a bill.

create policy "owners see the invoices" on public.invoices for select to authenticated
  using (org_id = any ((select private.org_ids('owner'))::uuid[]));

-- policy-file: organization_invitations.sql sha256:03821280d955390fd62c578d9577ea1bea0e4129afc089140563edfa9c42090f
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
  created_at, updated_at
) on public.organization_invitations to authenticated, service_role;
-- Nothing else is granted: create_invitation() and its like count, rank and lock. The token lies in schema private, hashed.

create policy "admins see who is invited" on public.organization_invitations for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

-- policy-file: page_comments.sql sha256:13bef4054c9deed924b6036441b90aaf2743dc25ab6b739b8de9f48e496a694c
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
  id, org_id, page_id, parent_id, block_id, body, mentions, resolved, resolved_by, resolved_at, edited_at,
  created_by, created_at, updated_at
) on public.page_comments to authenticated, service_role;
grant insert (id, org_id, page_id, parent_id, block_id, body, mentions) on public.page_comments to authenticated;
-- A trigger lets only the author change what a comment says, and only editors resolve it.
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

-- policy-file: sections.sql sha256:f7c714c21066e8ff861f217711d6308b816a2afd8cdd7c384b626f23f0a38178
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.sections'::regclass
  loop
    execute format('drop policy %I on public.sections', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.sections from public, anon, authenticated, service_role;
grant select (id, org_id, name, description, content, html, css, uses, created_by, created_at, updated_at)
  on public.sections to authenticated, service_role;
grant insert (id, org_id, name, description, content, html, css) on public.sections to authenticated;
grant update (name, description, content, html, css) on public.sections to authenticated;
grant delete on public.sections to authenticated;
-- uses is not granted: it is counted.

create policy "members see the sections" on public.sections for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "editors make sections" on public.sections for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors change sections" on public.sections for update to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]))
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete sections" on public.sections for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

-- policy-file: subscriptions.sql sha256:cc845933d2c0dac07f34b90606ec9a83693dc1431431ed245c349f70ff62a6ca
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
  current_period_end, trial_end, trial_used, cancel_at, canceled_at, created_at, updated_at
) on public.subscriptions to authenticated, service_role;
-- Nothing else is granted: only what Stripe says changes what is paid for.

create policy "owners see the subscription" on public.subscriptions for select to authenticated
  using (org_id = any ((select private.org_ids('owner'))::uuid[]));

-- policy-file: usage_quotas.sql sha256:4a313ee9329a0aead92e0fffe8f25c69559fd5dc72f8ef82a055c36a663ddcea
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.usage_quotas'::regclass
  loop
    execute format('drop policy %I on public.usage_quotas', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.usage_quotas from public, anon, authenticated, service_role;
grant select (org_id, metric, period, used, allowed, created_at, updated_at)
  on public.usage_quotas to authenticated, service_role;
-- Nothing else is granted: what is used is counted where it is used, by functions.

create policy "members see what is used up" on public.usage_quotas for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

-- policy-file: user_preferences.sql sha256:a7777252f86a07a007210eb3958d004dc5affc060d46480ee0fd0252f94d4370
do $$
declare
  old_policy record;
begin
  for old_policy in
    select polname from pg_catalog.pg_policy where polrelid = 'public.user_preferences'::regclass
  loop
    execute format('drop policy %I on public.user_preferences', old_policy.polname);
  end loop;
end;
$$;
revoke all on public.user_preferences from public, anon, authenticated, service_role;
grant select (user_id, theme, locale, editor_layout, created_at, updated_at)
  on public.user_preferences to authenticated, service_role;
grant update (theme, locale, editor_layout) on public.user_preferences to authenticated;
-- insert and delete are not granted: the row comes and goes with the profile.

create policy "people see their own preferences" on public.user_preferences for select to authenticated
  using (user_id = (select private.person_id()));

create policy "people change their own preferences" on public.user_preferences for update to authenticated
  using (user_id = (select private.person_id()))
  with check (user_id = (select private.person_id()));

-- policy-file: user_settings.sql sha256:47fee0400853843119e29fe6a18a691eefd8fbdac47a6be1889182c505cf84a5
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
    and (default_org_id is null or default_org_id = any ((select private.org_ids('viewer'))::uuid[]))
  );

-- policy-file: functions.sql sha256:1233c4505b55ea38f9f265b3549ead9c00e36f177bc8cdde6e30dd91b9401fbd
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
-- The service asks it too, for the page that a link opens before anybody has signed in.
grant execute on function public.describe_invitation(text) to authenticated, service_role;

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
grant execute on function private.is_mention_list(jsonb) to authenticated;
