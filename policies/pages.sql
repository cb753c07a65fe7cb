revoke all on public.pages from public, anon, authenticated, service_role;
grant select (
  id, org_id, site_id, path, title, seo, content, html, css, js, status, version, position,
  created_by, updated_by, created_at, updated_at, old_paths, deleted_at
) on public.pages to authenticated, service_role;
grant insert (id, org_id, site_id, path, title, seo, content, html, css, js, status, position)
  on public.pages to authenticated;
-- version is granted so that a save can name the version it was made from; a trigger allows nothing else.
grant update (path, title, seo, content, html, css, js, status, version, position, old_paths)
  on public.pages to authenticated;
-- deleted_at is not granted: pages leave and come back through delete_page and undelete_page.
grant delete on public.pages to authenticated;

create policy "members see the pages" on public.pages for select to authenticated
  using (deleted_at is null and org_id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "editors add pages" on public.pages for insert to authenticated
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors change pages" on public.pages for update to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]))
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete pages" on public.pages for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));
