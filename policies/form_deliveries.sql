revoke all on public.form_deliveries from public, anon, authenticated, service_role;
grant select (
  id, org_id, site_id, hook_id, submission_id, state, attempts, status, problem, next_at, claimed_at, created_at, ended_at
) on public.form_deliveries to authenticated, service_role;
-- Nothing else is granted: the queue is the workers' own.

create policy "admins see what was delivered" on public.form_deliveries for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));
