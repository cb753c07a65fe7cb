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
