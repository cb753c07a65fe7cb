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
