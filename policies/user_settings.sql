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
