revoke all on public.published_forms from public, anon, authenticated, service_role;
grant select (org_id, site_id, host, form, base_url, definition, retired_at)
  on public.published_forms to authenticated, service_role;
-- Nothing else is granted: a publish says which forms there are.

create policy "editors see which forms are live" on public.published_forms for select to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));
