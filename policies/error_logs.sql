revoke all on public.error_logs from public, anon, authenticated, service_role;
grant select (
  id, org_id, fingerprint, source, message, detail, release, state, times, first_seen_at, last_seen_at,
  resolved_by, resolved_at
) on public.error_logs to authenticated, service_role;
-- Nothing else is granted: errors are reported to the service, which cleans them first; set_error_state closes one.

create policy "admins see the errors" on public.error_logs for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));
