revoke all on public.invoices from public, anon, authenticated, service_role;
grant select (
  id, org_id, stripe_invoice_id, number, status, currency, total_cents, paid_cents, hosted_url, pdf_url, period_start,
  period_end, due_at, paid_at, created_at, updated_at
) on public.invoices to authenticated, service_role;
-- Nothing else is granted: only what Stripe says is a bill.

create policy "owners see the invoices" on public.invoices for select to authenticated
  using (org_id = any ((select private.org_ids('owner'))::uuid[]));
