revoke all on public.preview_links from public, anon, authenticated, service_role;
grant select (id, org_id, site_id, deployment_id, label, hours, expires_at, created_by, created_at)
  on public.preview_links to authenticated, service_role;
-- Whose site it is follows from the preview, when it ends from the hours.
grant insert (deployment_id, label, hours) on public.preview_links to authenticated;
-- Revoking is deleting; update is not granted: a link is never prolonged.
grant delete on public.preview_links to authenticated;

create policy "editors see the links to previews" on public.preview_links for select to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors share previews" on public.preview_links for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors revoke links to previews" on public.preview_links for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));
