revoke all on public.organizations from public, anon, authenticated, service_role;
grant select (id, name, slug, plan, created_at, updated_at) on public.organizations to authenticated, service_role;
grant update (name) on public.organizations to authenticated;
grant delete on public.organizations to authenticated;
-- insert is not granted: an organization begins with its owner, in create_organization().
-- slug and plan are not granted: one is part of published addresses, the other is paid for.

create policy "members see their organizations" on public.organizations for select to authenticated
  using (id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "owners rename their organization" on public.organizations for update to authenticated
  using (id = any ((select private.org_ids('owner'))::uuid[]))
  with check (id = any ((select private.org_ids('owner'))::uuid[]));

create policy "owners delete their organization" on public.organizations for delete to authenticated
  using (id = any ((select private.org_ids('owner'))::uuid[]));
