revoke all on public.subscriptions from public, anon, authenticated, service_role;
grant select (
  id, org_id, plan, status, billing_interval, stripe_customer_id, stripe_subscription_id, current_period_start,
  current_period_end, trial_end, trial_used, cancel_at, canceled_at, created_at, updated_at,
  grace_until, card, synced_at, billing_anchor
) on public.subscriptions to authenticated, service_role;
-- Nothing else is granted: only what Stripe says changes what is paid for.

create policy "owners see the subscription" on public.subscriptions for select to authenticated
  using (org_id = any ((select private.org_ids('owner'))::uuid[]));
