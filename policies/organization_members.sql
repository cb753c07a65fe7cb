revoke all on public.organization_members from public, anon, authenticated, service_role;
grant select (org_id, user_id, role, created_at) on public.organization_members to authenticated, service_role;
-- insert, update and delete are not granted to anybody: membership changes only in functions that lock the organization,
-- because a policy can see neither the other owners nor the role that was there before.

create policy "members see who else is a member" on public.organization_members for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));
