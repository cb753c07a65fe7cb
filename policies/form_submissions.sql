revoke all on public.form_submissions from public, anon, authenticated, service_role;
grant select (id, org_id, site_id, form, path, fields, files, state, note, created_at, changed_at)
  on public.form_submissions to authenticated, service_role;
grant update (state, note) on public.form_submissions to authenticated;
grant delete on public.form_submissions to authenticated;
-- insert is not granted: visitors send to the service. Nobody rewrites what a visitor said.

create policy "editors see what visitors sent" on public.form_submissions for select to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors mark what visitors sent" on public.form_submissions for update to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]))
  with check (org_id = any ((select private.org_ids('editor'))::uuid[]));

create policy "editors delete what visitors sent" on public.form_submissions for delete to authenticated
  using (org_id = any ((select private.org_ids('editor'))::uuid[]));
