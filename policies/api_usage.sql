revoke all on public.api_usage from public, anon, authenticated, service_role;
revoke all on sequence public.api_usage_id_seq from public, anon, authenticated, service_role;
grant select (id, org_id, user_id, endpoint, status, units, duration_ms, request_id, created_at)
  on public.api_usage to authenticated, service_role;
-- Nothing else is granted: the service writes what it was asked for.

create policy "admins see the calls" on public.api_usage for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));
