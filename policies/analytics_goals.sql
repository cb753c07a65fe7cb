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
