-- Money and measure: the mirror of what Stripe says, and what an organization has used up. All of it is written by the
-- service; a client that could write here could pay itself.

create table public.subscriptions (
  id                     uuid primary key default gen_random_uuid(),
  org_id                 uuid not null unique references public.organizations on delete cascade,
  plan                   text not null default 'free' check (plan in ('free', 'pro', 'business')),
  status                 text not null default 'none' check (status in (
    'none', 'incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'canceled', 'unpaid', 'paused')),
  billing_interval       text check (billing_interval in ('month', 'year')),
  billing_anchor         timestamptz,
  stripe_customer_id     text unique check (stripe_customer_id ~ '^cus_[A-Za-z0-9_]{1,64}$'),
  stripe_subscription_id text unique check (stripe_subscription_id ~ '^sub_[A-Za-z0-9_]{1,64}$'),
  current_period_start   timestamptz,
  current_period_end     timestamptz,
  trial_end              timestamptz,
  trial_used             boolean not null default false,
  cancel_at              timestamptz,
  canceled_at            timestamptz,
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now(),
  check (current_period_end >= current_period_start)
);
alter table public.subscriptions enable row level security;
comment on table public.subscriptions is 'What an organization pays for, as Stripe last said it.';
comment on column public.subscriptions.billing_anchor is 'The moment whose monthly returns begin a new period.';
create trigger touch before update on public.subscriptions
  for each row execute function private.touch();
create trigger keep_identity before update of id, org_id, created_at on public.subscriptions
  for each row execute function private.keep_identity('id', 'org_id', 'created_at');

create table public.invoices (
  id                uuid primary key default gen_random_uuid(),
  org_id            uuid not null references public.organizations on delete cascade,
  stripe_invoice_id text not null unique check (stripe_invoice_id ~ '^in_[A-Za-z0-9_]{1,64}$'),
  number            text check (private.is_plain_text(number, 100)),
  status            text not null check (status in ('draft', 'open', 'paid', 'uncollectible', 'void')),
  currency          text not null check (currency ~ '^[a-z]{3}$'),
  -- Whole cents: money is never a fraction.
  total_cents       bigint not null,
  paid_cents        bigint not null default 0 check (paid_cents >= 0),
  hosted_url        text check (private.is_web_url(hosted_url)),
  pdf_url           text check (private.is_web_url(pdf_url)),
  period_start      timestamptz,
  period_end        timestamptz,
  due_at            timestamptz,
  paid_at           timestamptz,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now()
);
alter table public.invoices enable row level security;
create index invoices_org_id_idx on public.invoices (org_id, created_at desc);
comment on table public.invoices is 'A bill of Stripe''s, with where to see and to download it.';
create trigger touch before update on public.invoices
  for each row execute function private.touch();
create trigger keep_identity before update of id, org_id, stripe_invoice_id, created_at on public.invoices
  for each row execute function private.keep_identity('id', 'org_id', 'stripe_invoice_id', 'created_at');

create table private.stripe_events (
  id          text primary key check (id ~ '^evt_[A-Za-z0-9_]{1,64}$'),
  type        text not null check (char_length(type) <= 100),
  livemode    boolean not null,
  payload     jsonb not null,
  status      text not null default 'received' check (status in ('received', 'applied', 'ignored', 'failed')),
  attempts    integer not null default 0 check (attempts >= 0),
  error       text check (char_length(error) <= 2000),
  created_at  timestamptz not null,
  received_at timestamptz not null default now(),
  applied_at  timestamptz
);
alter table private.stripe_events enable row level security;
revoke all on private.stripe_events from public, anon, authenticated, service_role;
create index stripe_events_waiting_idx on private.stripe_events (received_at) where status in ('received', 'failed');
comment on table private.stripe_events is 'Every event of Stripe''s, once: kept in the transaction that applies it.';

create table public.usage_quotas (
  org_id     uuid not null references public.organizations on delete cascade,
  metric     text not null check (metric ~ '^[a-z]+(_[a-z]+)*$' and char_length(metric) <= 40),
  period     date not null,
  used       bigint not null default 0 check (used >= 0),
  allowed    bigint check (allowed >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, metric, period)
);
alter table public.usage_quotas enable row level security;
comment on table public.usage_quotas is 'How much of what an organization has used in a period, and how much its plan allows.';
comment on column public.usage_quotas.period is 'The first day of the period; what does not begin anew has 1970-01-01.';
comment on column public.usage_quotas.allowed is 'Null means without limit.';
create trigger touch before update on public.usage_quotas
  for each row execute function private.touch();
create trigger keep_identity before update of org_id, metric, period, created_at on public.usage_quotas
  for each row execute function private.keep_identity('org_id', 'metric', 'period', 'created_at');

create function private.quota_period(org uuid, at timestamptz default now(), out starts date, out ends date)
language plpgsql stable security definer set search_path = '' as $$
declare
  today constant timestamp := quota_period.at at time zone 'utc';
  anchor timestamp;
  months integer;
begin
  select s.billing_anchor at time zone 'utc' into anchor from public.subscriptions s
  where s.org_id = quota_period.org and s.status in ('trialing', 'active', 'past_due');
  anchor := coalesce(anchor, date_trunc('month', today));
  -- Counted from the anchor and not from period to period: after 31 January come 28 February and 31 March.
  months := (extract(year from today) - extract(year from anchor)) * 12
    + extract(month from today) - extract(month from anchor);
  if anchor + make_interval(months => months) > today then
    months := months - 1;
  end if;
  starts := anchor + make_interval(months => months);
  ends := anchor + make_interval(months => months + 1);
end;
$$;
comment on function private.quota_period is
  'The days on which an organization''s monthly quotas began and begin anew: with its subscription, or with the month (UTC).';

create table public.api_usage (
  id          bigint generated always as identity primary key,
  org_id      uuid not null references public.organizations on delete cascade,
  user_id     uuid references public.profiles on delete set null,
  endpoint    text not null check (private.is_name(endpoint, 200)),
  status      smallint not null check (status between 100 and 599),
  units       bigint not null default 0 check (units >= 0),
  duration_ms integer not null default 0 check (duration_ms >= 0),
  request_id  text check (private.is_plain_text(request_id, 100)),
  created_at  timestamptz not null default now()
);
alter table public.api_usage enable row level security;
create index api_usage_org_id_idx on public.api_usage (org_id, created_at desc);
create index api_usage_user_id_idx on public.api_usage (user_id);
comment on table public.api_usage is 'A call of an endpoint that costs something: who, which, how it ended.';
