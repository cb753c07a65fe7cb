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
