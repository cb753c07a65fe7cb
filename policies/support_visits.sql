revoke all on public.support_visits from public, anon, authenticated, service_role;
grant select (id, org_id, user_id, email, reason, opened_at, ends_at, closed_at, closed_by)
  on public.support_visits to authenticated, service_role;
-- Nothing else is granted, to service_role neither: the operator opens a visit by open_support_visit(), and
-- close_support_visit() ends it. Nobody makes one longer.

create policy "admins see who looks in, visitors their own visits" on public.support_visits for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]) or user_id = (select private.person_id()));
