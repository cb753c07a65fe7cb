revoke all on public.plans from public, anon, authenticated, service_role;
grant select (id, name, summary, position, limits, features, prices, trial_days, is_offered)
  on public.plans to authenticated, service_role;
-- Nothing else is granted: plans.toml says what they are.

create policy "people see the plans" on public.plans for select to authenticated
  using ((select private.person_id()) is not null);
