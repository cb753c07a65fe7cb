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
