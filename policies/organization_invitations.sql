revoke all on public.organization_invitations from public, anon, authenticated, service_role;
grant select (
  id, org_id, email, role, invited_by, expires_at, sent_at, sent_count, accepted_at, accepted_by, withdrawn_at,
  mailed_at, created_at, updated_at
) on public.organization_invitations to authenticated, service_role;
-- Nothing else is granted: create_invitation() and its like count, rank and lock. The token lies in schema private, hashed.

create policy "admins see who is invited" on public.organization_invitations for select to authenticated
  using (org_id = any ((select private.org_ids('admin'))::uuid[]));
