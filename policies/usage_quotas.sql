revoke all on public.usage_quotas from public, anon, authenticated, service_role;
grant select (org_id, metric, period, used, allowed, created_at, updated_at)
  on public.usage_quotas to authenticated, service_role;
-- Nothing else is granted: what is used is counted where it is used, by functions.

create policy "members see what is used up" on public.usage_quotas for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));
