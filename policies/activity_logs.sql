revoke all on public.activity_logs from public, anon, authenticated, service_role;
grant select (
  id, org_id, sequence, actor_kind, actor_id, actor_name, action, object_type, object_id, object_label, before, after,
  created_at, previous_hash, hash
) on public.activity_logs to authenticated, service_role;
-- Nothing else is granted to anybody: triggers write the log, and others refuse every change of it.

create policy "members see what happened" on public.activity_logs for select to authenticated
  using (org_id = any ((select private.org_ids('member'))::uuid[]));
