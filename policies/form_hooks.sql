revoke all on public.form_hooks from public, anon, authenticated, service_role;
grant select (id, org_id, site_id, form, url, created_by, created_at) on public.form_hooks to authenticated, service_role;
grant delete on public.form_hooks to authenticated;
-- insert and update are not granted: a webhook comes with a secret, which only the service can seal.

create policy "admins see the webhooks" on public.form_hooks for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));

create policy "admins delete webhooks" on public.form_hooks for delete to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));
