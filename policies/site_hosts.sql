revoke all on public.site_hosts from public, anon, authenticated, service_role;
grant select (
  id, org_id, site_id, host, integration_id, project, domain, live_deployment_id, live, consented_by, consented_at,
  created_at, updated_at
) on public.site_hosts to authenticated, service_role;
-- Nothing else is granted: request_deployment() makes the row, workers and the service note in it what the host says.

create policy "members see where a site lives" on public.site_hosts for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));
