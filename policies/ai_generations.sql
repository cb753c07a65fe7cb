revoke all on public.ai_generations from public, anon, authenticated, service_role;
grant select (
  id, org_id, site_id, page_id, kind, prompt, model, output, status, error, input_tokens, output_tokens,
  cost_usd_ticks, credits, duration_ms, idempotency_key, created_by, created_at, finished_at,
  is_favorite, settings, quota_period
) on public.ai_generations to authenticated, service_role;
grant update (is_favorite) on public.ai_generations to authenticated;
-- Nothing else is granted: what was asked, and what it cost, is written by the service.

create policy "people see what they asked, admins all of it" on public.ai_generations for select to authenticated
  using (
    org_id = any ((select private.org_ids('admin'))::uuid[])
    or (org_id = any ((select private.joined_org_ids())::uuid[]) and created_by = (select private.person_id()))
  );

create policy "people mark what they asked" on public.ai_generations for update to authenticated
  using (org_id = any ((select private.joined_org_ids())::uuid[]) and created_by = (select private.person_id()))
  with check (org_id = any ((select private.joined_org_ids())::uuid[]) and created_by = (select private.person_id()));
