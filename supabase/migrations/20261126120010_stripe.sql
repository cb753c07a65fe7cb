-- Before the first release: nobody's tables are long yet, and nobody calls what is replaced.
-- squawk-ignore-file constraint-missing-not-valid, require-concurrent-index-creation, adding-field-with-default
-- The mirror of Stripe. An event is only a hint that a customer has changed: it is kept, and its customer is marked. Then
-- somebody takes the customer under a lease, asks Stripe how things are, and writes that down together with the fate of
-- the events. So the order and the number of events do not matter, and the mirror ends as what Stripe says.

alter table public.subscriptions
  add column grace_until timestamptz,
  add column card jsonb check (private.is_json_object(card, 1000)),
  add column synced_at timestamptz;
comment on column public.subscriptions.grace_until is 'Until when a payment that failed leaves the plan as it is.';
comment on column public.subscriptions.card is 'Brand, last four digits and expiry, to be recognised by.';
create index subscriptions_grace_idx on public.subscriptions (grace_until) where status = 'past_due';

create table private.stripe_customers (
  id          text primary key check (id ~ '^cus_[A-Za-z0-9_]{1,64}$'),
  org_id      uuid not null unique references public.organizations on delete cascade,
  -- How often somebody said that it has changed, and up to which of those the mirror is true.
  wanted      bigint not null default 0,
  done        bigint not null default 0,
  generation  bigint not null default 0,
  lease_until timestamptz,
  attempts    integer not null default 0,
  not_before  timestamptz not null default now()
);
alter table private.stripe_customers enable row level security;
revoke all on private.stripe_customers from public, anon, authenticated, service_role;
create index stripe_customers_waiting_idx on private.stripe_customers (not_before) where wanted > done;
comment on table private.stripe_customers is 'Which customer of Stripe''s is which organization, and whether to ask about it.';

alter table private.stripe_events
  add column customer_id text check (customer_id ~ '^cus_[A-Za-z0-9_]{1,64}$'),
  add column turn bigint;
create index stripe_events_customer_idx on private.stripe_events (customer_id, turn) where status in ('received', 'failed');
comment on column private.stripe_events.turn is 'The customer''s `wanted` that this event caused.';

create table private.billing_mails (
  id         bigint generated always as identity primary key,
  org_id     uuid not null references public.organizations on delete cascade,
  user_id    uuid not null references public.profiles on delete cascade,
  -- What it is about: one mail of a kind about one thing to one person.
  key        text not null check (private.is_name(key, 200)),
  kind       text not null check (kind in ('receipt', 'payment_failed', 'quota')),
  data       jsonb not null check (private.is_json_object(data, 8192)),
  attempts   integer not null default 0,
  not_before timestamptz not null default now(),
  sent_at    timestamptz,
  unique (user_id, key)
);
alter table private.billing_mails enable row level security;
revoke all on private.billing_mails from public, anon, authenticated, service_role;
revoke all on sequence private.billing_mails_id_seq from public, anon, authenticated, service_role;
create index billing_mails_org_id_idx on private.billing_mails (org_id);
create index billing_mails_waiting_idx on private.billing_mails (not_before) where sent_at is null;
comment on table private.billing_mails is 'Receipts, reminders and warnings to owners: written with their cause, sent afterwards.';

create function private.mail_owners(org uuid, key text, kind text, data jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.billing_mails (org_id, user_id, key, kind, data)
  select m.org_id, m.user_id, mail_owners.key, mail_owners.kind, mail_owners.data
  from public.organization_members m where m.org_id = mail_owners.org and m.role = 'owner'
  on conflict do nothing;
end;
$$;

create function private.warn_of_quota() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  -- Tokens are told, not limited.
  share constant integer := case
    when new.allowed is null or new.allowed = 0 then 0
    when new.used >= new.allowed then 100 when new.used * 10 >= new.allowed * 8 then 80 else 0 end;
begin
  if share > 0 then
    perform private.mail_owners(
      new.org_id, format('quota %s %s %s of %s', new.metric, share,
        case new.period when '1970-01-01' then date_trunc('month', now() at time zone 'utc')::date else new.period end,
        new.allowed), 'quota',
      jsonb_build_object('metric', new.metric, 'used', new.used, 'allowed', new.allowed, 'share', share));
  end if;
  return null;
end;
$$;
comment on function private.warn_of_quota is 'One mail at 80 % of a quota and one at all of it, once a period.';
create trigger warn_of_quota after insert or update of used, allowed on public.usage_quotas
  for each row execute function private.warn_of_quota();

create function private.keep_while_paid() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if old.status in ('trialing', 'active', 'past_due') and old.stripe_subscription_id is not null
    and not exists (select from public.organizations o where o.id = old.org_id) then
    raise sqlstate 'PT409' using message =
      'This organization has a subscription that would go on being charged. Cancel it in Billing first.';
  end if;
  return old;
end;
$$;
comment on function private.keep_while_paid is 'Nobody goes on paying for an organization that is gone.';
create trigger keep_while_paid before delete on public.subscriptions
  for each row execute function private.keep_while_paid();

create function private.entitled_plan(subscription public.subscriptions) returns text
language sql stable set search_path = ''
return case
  when subscription.status in ('active', 'trialing') then subscription.plan
  when subscription.status = 'past_due' and now() < subscription.grace_until then subscription.plan
  else 'free' end;
comment on function private.entitled_plan is 'What a subscription gives its organization at this moment.';

-- Everything below is called by the service ---------------------------------------------------------------------------

create function public.set_stripe_customer(org_id uuid, customer text) returns text
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  kept text;
begin
  insert into private.stripe_customers (id, org_id) values (set_stripe_customer.customer, set_stripe_customer.org_id)
  on conflict (org_id) do nothing;
  -- Whoever was first: two that begin at once pay for one.
  select c.id into kept from private.stripe_customers c where c.org_id = set_stripe_customer.org_id;
  insert into public.subscriptions (org_id, stripe_customer_id) values (set_stripe_customer.org_id, kept)
  on conflict (org_id) do update set stripe_customer_id = excluded.stripe_customer_id
  where public.subscriptions.stripe_customer_id is null;
  return kept;
end;
$$;
comment on function public.set_stripe_customer is 'Remember an organization''s customer. Answers with the one that was first.';

create function private.take_stripe_event(
  id text, type text, livemode boolean, created_at timestamptz, customer text, payload jsonb, refused text default null
) returns text
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  known private.stripe_customers;
begin
  if take_stripe_event.refused is null then
    select c.* into known from private.stripe_customers c where c.id = take_stripe_event.customer for update;
  end if;
  insert into private.stripe_events (id, type, livemode, payload, created_at, customer_id, turn, status, error)
  values (take_stripe_event.id, left(take_stripe_event.type, 100), take_stripe_event.livemode, take_stripe_event.payload,
    take_stripe_event.created_at, known.id, known.wanted + 1,
    case when known.id is null then 'ignored' else 'received' end,
    case when known.id is null then coalesce(take_stripe_event.refused, 'No customer of ours.') end)
  on conflict (id) do nothing;
  if not found then
    return 'known';
  end if;
  if known.id is null then
    return 'ignored';
  end if;
  -- Events come in bursts, and one question answers them all: so it waits a moment after the first of them.
  update private.stripe_customers c
  set wanted = c.wanted + 1, attempts = 0,
    not_before = case when c.wanted > c.done and c.attempts = 0 then c.not_before else now() + interval '1 second' end
  where c.id = known.id;
  return 'received';
end;
$$;
comment on function private.take_stripe_event is 'Keep an event, once, and mark its customer. What is not ours is kept and has no effect.';

create function public.take_stripe_events(events jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  each record;
  fates jsonb := '{}';
begin
  -- By customer, so that two who bring several at once lock them in one order.
  for each in
    select * from rows from (
      jsonb_to_recordset(take_stripe_events.events) as (
        id text, type text, livemode boolean, created_at timestamptz, customer text, payload jsonb, refused text)
    ) with ordinality as e (id, type, livemode, created_at, customer, payload, refused, place)
    order by e.customer, e.place
  loop
    fates := jsonb_set(fates, array[each.place::text], to_jsonb(private.take_stripe_event(
      each.id, each.type, each.livemode, each.created_at, each.customer, each.payload, each.refused)));
  end loop;
  return (
    select coalesce(jsonb_agg(f.value order by f.key::integer), '[]') from jsonb_each(fates) f);
end;
$$;
comment on function public.take_stripe_events is
  'Keep events and tell the fate of each: received, known (it came before) or ignored (not ours). All of them or none.';

create function public.want_stripe_sync(customer text default null) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  marked integer;
begin
  update private.stripe_customers c set wanted = c.wanted + 1, attempts = 0, not_before = now()
  where c.id = coalesce(want_stripe_sync.customer, c.id);
  get diagnostics marked = row_count;
  return marked;
end;
$$;
comment on function public.want_stripe_sync is 'Ask about a customer, or about all of them.';

create function public.claim_stripe_customer(customer text default null, lease_seconds integer default 60) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  taken private.stripe_customers;
begin
  update public.organizations o set plan = 'free'
  from public.subscriptions s
  where s.org_id = o.id and s.status = 'past_due' and s.grace_until <= now() and o.plan = s.plan and o.plan <> 'free';
  select c.* into taken from private.stripe_customers c
  where c.wanted > c.done and c.id = coalesce(claim_stripe_customer.customer, c.id)
    and (claim_stripe_customer.customer is not null or c.not_before <= clock_timestamp())
    and (c.lease_until is null or c.lease_until < clock_timestamp())
    -- What failed for a day is left to the next event, or to `flask billing reconcile`.
    and c.attempts < 20
  order by c.not_before for update skip locked limit 1;
  if taken.id is null then
    return (
      select jsonb_build_object('busy', true) from private.stripe_customers c
      where c.id = claim_stripe_customer.customer and c.wanted > c.done);
  end if;
  update private.stripe_customers c
  set generation = c.generation + 1, attempts = c.attempts + 1,
    lease_until = clock_timestamp() + make_interval(secs => least(greatest(claim_stripe_customer.lease_seconds, 1), 600))
  where c.id = taken.id returning c.* into taken;
  return jsonb_build_object(
    'customer', taken.id, 'org_id', taken.org_id, 'generation', taken.generation, 'turn', taken.wanted,
    'prices', (
      select coalesce(jsonb_object_agg(k.value, p.id), '{}') from public.plans p, jsonb_each_text(p.prices) k));
end;
$$;
comment on function public.claim_stripe_customer is
  'Take a customer that has changed, or null; of the one asked for it tells when somebody else has it. Only the generation
  in the answer may write it down.';

create function public.fail_stripe_sync(customer text, generation bigint, error text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  failed private.stripe_customers;
begin
  update private.stripe_customers c
  set lease_until = null, not_before = clock_timestamp() + least(power(2, c.attempts) * interval '1 second', interval '2 hours')
  where c.id = fail_stripe_sync.customer and c.generation = fail_stripe_sync.generation returning c.* into failed;
  update private.stripe_events e
  set status = 'failed', attempts = e.attempts + 1, error = left(fail_stripe_sync.error, 2000)
  where e.customer_id = failed.id and e.status in ('received', 'failed');
  return failed.id is not null;
end;
$$;
comment on function public.fail_stripe_sync is 'Give a customer back that could not be asked about; it is tried again later.';

create function private.mirror_invoices(org uuid, invoices jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  bill record;
begin
  for bill in
    select * from jsonb_to_recordset(mirror_invoices.invoices) as (
      id text, number text, status text, currency text, total bigint, paid bigint, hosted_url text, pdf_url text,
      period_start timestamptz, period_end timestamptz, due_at timestamptz, paid_at timestamptz, created timestamptz,
      attempts integer, next_attempt timestamptz)
  loop
    insert into public.invoices (
      org_id, stripe_invoice_id, number, status, currency, total_cents, paid_cents, hosted_url, pdf_url,
      period_start, period_end, due_at, paid_at, created_at)
    values (mirror_invoices.org, bill.id, bill.number, bill.status, bill.currency, bill.total, bill.paid,
      bill.hosted_url, bill.pdf_url, bill.period_start, bill.period_end, bill.due_at, bill.paid_at, bill.created)
    on conflict (stripe_invoice_id) do update
    set number = excluded.number, status = excluded.status, total_cents = excluded.total_cents,
      paid_cents = excluded.paid_cents, hosted_url = excluded.hosted_url, pdf_url = excluded.pdf_url,
      due_at = excluded.due_at, paid_at = excluded.paid_at;
    -- Long ago paid is no news, as when an old account is read for the first time.
    if bill.status = 'paid' and bill.paid > 0 and bill.paid_at > now() - interval '30 days' then
      perform private.mail_owners(mirror_invoices.org, 'receipt ' || bill.id, 'receipt', to_jsonb(bill));
    elsif bill.status = 'open' and bill.attempts > 0 then
      perform private.mail_owners(
        mirror_invoices.org, format('payment failed %s %s', bill.id, bill.attempts), 'payment_failed', to_jsonb(bill));
    end if;
  end loop;
end;
$$;

create function public.apply_stripe_state(customer text, generation bigint, turn bigint, state jsonb) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  taken private.stripe_customers;
  now_is public.subscriptions;
  told constant jsonb := coalesce(nullif(apply_stripe_state.state -> 'subscription', 'null'), '{}');
begin
  select c.* into taken from private.stripe_customers c
  where c.id = apply_stripe_state.customer and c.generation = apply_stripe_state.generation for update;
  if taken.id is null then
    return false;
  end if;
  update public.subscriptions s
  set plan = coalesce(told ->> 'plan', 'free'),
    status = coalesce(told ->> 'status', 'none'),
    billing_interval = told ->> 'interval',
    billing_anchor = (told ->> 'anchor')::timestamptz,
    stripe_subscription_id = told ->> 'id',
    current_period_start = (told ->> 'period_start')::timestamptz,
    current_period_end = (told ->> 'period_end')::timestamptz,
    trial_end = (told ->> 'trial_end')::timestamptz,
    trial_used = s.trial_used or (apply_stripe_state.state ->> 'trial_used')::boolean,
    cancel_at = (told ->> 'cancel_at')::timestamptz,
    canceled_at = (told ->> 'canceled_at')::timestamptz,
    grace_until = case when told ->> 'status' = 'past_due'
      then (told ->> 'period_start')::timestamptz + interval '14 days' end,
    card = nullif(apply_stripe_state.state -> 'card', 'null'),
    synced_at = now()
  where s.org_id = taken.org_id returning s.* into now_is;
  -- A plan that an operator gave to somebody who never subscribed stays.
  if told <> '{}' or (apply_stripe_state.state ->> 'had_subscription')::boolean then
    update public.organizations o set plan = private.entitled_plan(now_is)
    where o.id = taken.org_id and o.plan <> private.entitled_plan(now_is);
  end if;
  perform private.mirror_invoices(taken.org_id, apply_stripe_state.state -> 'invoices');
  update private.stripe_events e
  set attempts = e.attempts + 1, applied_at = now(), error = apply_stripe_state.state ->> 'problem',
    status = case when apply_stripe_state.state ->> 'problem' is null then 'applied' else 'failed' end
  where e.customer_id = taken.id and e.turn <= apply_stripe_state.turn and e.status in ('received', 'failed');
  update private.stripe_customers c
  set done = greatest(c.done, apply_stripe_state.turn), lease_until = null, attempts = 0 where c.id = taken.id;
  return true;
end;
$$;
comment on function public.apply_stripe_state is
  'Write down what Stripe says of a customer, whole and at once. False: another has taken the customer over.';

create function public.take_billing_mails(most integer default 20) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  taken jsonb;
begin
  with due as (
    select m.id from private.billing_mails m
    where m.sent_at is null and m.attempts < 8 and m.not_before <= clock_timestamp()
    order by m.id for update skip locked limit take_billing_mails.most
  ), claimed as (
    update private.billing_mails m
    set attempts = m.attempts + 1, not_before = clock_timestamp() + power(2, m.attempts) * interval '1 minute'
    from due where m.id = due.id returning m.*
  )
  select jsonb_agg(jsonb_build_object(
    'id', c.id, 'to', u.email, 'kind', c.kind, 'data', c.data, 'organization', o.name) order by c.id) into taken
  from claimed c join auth.users u on u.id = c.user_id join public.organizations o on o.id = c.org_id;
  return coalesce(taken, '[]');
end;
$$;
comment on function public.take_billing_mails is 'Mails to send now; what is not noted as sent comes again.';

create function public.note_billing_mail(mail_id bigint) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update private.billing_mails m set sent_at = now() where m.id = note_billing_mail.mail_id and m.sent_at is null;
  return found;
end;
$$;
comment on function public.note_billing_mail is 'A mail has left.';
