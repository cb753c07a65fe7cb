revoke all on public.page_comments from public, anon, authenticated, service_role;
grant select (
  id, org_id, page_id, parent_id, block_id, block_label, body, mentions, notified, resolved, resolved_by, resolved_at, edited_at,
  created_by, created_at, updated_at
) on public.page_comments to authenticated, service_role;
grant insert (id, org_id, page_id, parent_id, block_id, block_label, body, mentions) on public.page_comments to authenticated;
-- A trigger lets only the author change what a comment says, and only editors resolve it.
-- notified is not granted: a function notes whom the service has told.
grant update (body, mentions, resolved) on public.page_comments to authenticated;
grant delete on public.page_comments to authenticated;

create policy "members see the comments" on public.page_comments for select to authenticated
  using (org_id = any ((select private.org_ids('viewer'))::uuid[]));

create policy "members write comments" on public.page_comments for insert to authenticated
  with check (org_id = any ((select private.org_ids('member'))::uuid[]));

create policy "members change their own comments, editors resolve all" on public.page_comments for update to authenticated
  using (
    org_id = any ((select private.org_ids('editor'))::uuid[])
    or (org_id = any ((select private.org_ids('member'))::uuid[]) and created_by = (select private.person_id()))
  )
  with check (
    org_id = any ((select private.org_ids('editor'))::uuid[])
    or (org_id = any ((select private.org_ids('member'))::uuid[]) and created_by = (select private.person_id()))
  );

create policy "members delete their own comments, admins all" on public.page_comments for delete to authenticated
  using (
    org_id = any ((select private.org_ids('admin'))::uuid[])
    or (org_id = any ((select private.org_ids('member'))::uuid[]) and created_by = (select private.person_id()))
  );
