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
