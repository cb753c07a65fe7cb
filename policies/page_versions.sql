revoke all on public.page_versions from public, anon, authenticated, service_role;
grant select (
  id, org_id, page_id, version, kind, label, title, seo, content, html, css, js, created_by, created_at, updated_at
) on public.page_versions to authenticated, service_role;
-- Nothing else is granted: triggers and functions write the history, and nobody rewrites it.

create policy "members see the history of pages" on public.page_versions for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));
