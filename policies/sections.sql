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
