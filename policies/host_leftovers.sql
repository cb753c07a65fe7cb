revoke all on public.host_leftovers from public, anon, authenticated, service_role;
grant select (
  id, org_id, host, integration_id, site_name, project, problem, attempts, due_at, created_at
) on public.host_leftovers to authenticated, service_role;
-- Nothing else is granted: deleting a site makes the rows, workers and two functions for admins end them.

create policy "admins see what is left behind" on public.host_leftovers for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));
