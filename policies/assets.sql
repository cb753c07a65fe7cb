revoke all on public.assets from public, anon, authenticated, service_role;
grant select (id, org_id, path, name, type, size, width, height, alt, folder, uses, created_by, created_at, updated_at,
  uploaded_at)
  on public.assets to authenticated, service_role;
grant insert (id, org_id, path, name, type, size, width, height, alt, folder) on public.assets to authenticated;
grant update (name, alt, folder) on public.assets to authenticated;
grant delete on public.assets to authenticated;
-- uses is not granted: it is counted. Neither is uploaded_at: finish_upload looks whether the file is there. The file itself
-- is storage.sql's.

create policy "members see the assets" on public.assets for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "editors add assets" on public.assets for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors name and describe assets" on public.assets for update to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]))
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete assets" on public.assets for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));
