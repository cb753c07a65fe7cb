revoke all on public.integrations from public, anon, authenticated, service_role;
grant select (
  id, org_id, provider, label, account_label, account_id, team_id, method, scopes, last_four, state, problem, checked_at,
  created_by, created_at, updated_at
) on public.integrations to authenticated, service_role;
-- Nothing else is granted: connecting tries the credential at the host first, and only the service can.

create policy "admins see the integrations" on public.integrations for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));
