revoke all on public.deployments from public, anon, authenticated, service_role;
grant select (
  id, org_id, site_id, host, target, status, message, progress, url, manifest, log, error, restored_from, requested_by,
  sequence, idempotency_key, kind, external, report, scheduled_for, time_zone, created_at, started_at, finished_at, updated_at
) on public.deployments to authenticated, service_role;
-- Nothing else is granted, to service_role neither: people ask through request_deployment() and its like, workers write
-- through functions that check the generation of their lease.

create policy "members see the deployments" on public.deployments for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));
