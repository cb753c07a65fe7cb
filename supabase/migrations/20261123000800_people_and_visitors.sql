-- What people set for themselves, what goes wrong for them, and what visitors of published sites do and send.

create table public.user_preferences (
  user_id       uuid primary key references public.profiles on delete cascade,
  theme         text not null default 'system' check (theme in ('system', 'light', 'dark')),
  locale        text not null default 'en' check (locale ~ '^[a-z]{2,3}(-[A-Z]{2}|-[A-Z][a-z]{3})?$'),
  editor_layout jsonb not null default '{}' check (private.is_json_object(editor_layout, 16384)),
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);
alter table public.user_preferences enable row level security;
comment on table public.user_preferences is 'How the app looks to a person, on every device.';
create trigger touch before update on public.user_preferences
  for each row execute function private.touch();
create trigger keep_identity before update of user_id, created_at on public.user_preferences
  for each row execute function private.keep_identity('user_id', 'created_at');

create table public.user_settings (
  user_id        uuid primary key references public.profiles on delete cascade,
  notifications  jsonb not null default '{}' check (private.is_json_object(notifications, 4096)),
  default_org_id uuid,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  -- One the person belongs to; after leaving it there is none.
  foreign key (default_org_id, user_id) references public.organization_members (org_id, user_id)
    on delete set null (default_org_id)
);
alter table public.user_settings enable row level security;
create index user_settings_default_org_idx on public.user_settings (default_org_id, user_id);
comment on table public.user_settings is 'What a person wants to hear of, and where they begin after sign-in.';
create trigger touch before update on public.user_settings
  for each row execute function private.touch();
create trigger keep_identity before update of user_id, created_at on public.user_settings
  for each row execute function private.keep_identity('user_id', 'created_at');

-- Everybody has both rows from the beginning: the app only ever updates, and an upsert (which PostgREST refuses where
-- columns are granted one by one) is never needed.
create function private.make_settings() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.user_preferences (user_id) values (new.user_id) on conflict (user_id) do nothing;
  insert into public.user_settings (user_id) values (new.user_id) on conflict (user_id) do nothing;
  return null;
end;
$$;
create trigger make_settings after insert on public.profiles
  for each row execute function private.make_settings();
insert into public.user_preferences (user_id) select p.user_id from public.profiles p on conflict (user_id) do nothing;
insert into public.user_settings (user_id) select p.user_id from public.profiles p on conflict (user_id) do nothing;

-- What goes wrong ---------------------------------------------------------------------------------------------------

create table public.error_logs (
  id            uuid primary key default gen_random_uuid(),
  org_id        uuid references public.organizations on delete cascade,
  fingerprint   text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  source        text not null check (source in ('browser', 'server', 'worker')),
  message       text not null check (char_length(message) between 1 and 1000),
  detail        jsonb not null default '{}' check (private.is_json_object(detail, 16384)),
  release       text not null default '' check (private.is_plain_text(release, 100)),
  state         text not null default 'open' check (state in ('open', 'resolved')),
  times         bigint not null default 1 check (times > 0),
  first_seen_at timestamptz not null default now(),
  last_seen_at  timestamptz not null default now(),
  resolved_by   uuid references public.profiles on delete set null,
  resolved_at   timestamptz,
  unique nulls not distinct (org_id, fingerprint)
);
alter table public.error_logs enable row level security;
create index error_logs_org_id_idx on public.error_logs (org_id, last_seen_at desc);
create index error_logs_resolved_by_idx on public.error_logs (resolved_by);
comment on table public.error_logs is 'One kind of error and how often it came; those of no organization are for the operator.';
create trigger keep_identity before update of id, org_id, fingerprint, source, first_seen_at on public.error_logs
  for each row execute function private.keep_identity('id', 'org_id', 'fingerprint', 'source', 'first_seen_at');

-- Visits ------------------------------------------------------------------------------------------------------------

create table public.analytics_events (
  id          bigint generated always as identity primary key,
  org_id      uuid not null,
  site_id     uuid not null,
  -- The server's clock, never the visitor's.
  at          timestamptz not null default now(),
  kind        text not null check (kind in ('view', 'event', 'outbound', 'not_found', 'vitals', 'leave')),
  -- Of a salt that is thrown away every day: the same visitor tomorrow is somebody else.
  visitor     bytea not null check (octet_length(visitor) = 16),
  path        text not null check (char_length(path) between 1 and 300 and path ~ '^/[^?#]*$'),
  referrer    text not null default '' check (private.is_plain_text(referrer, 253)),
  utm         jsonb not null default '{}' check (private.is_json_object(utm, 1024)),
  device      text not null default '' check (device in ('', 'desktop', 'tablet', 'mobile')),
  browser     text not null default '' check (private.is_plain_text(browser, 40)),
  os          text not null default '' check (private.is_plain_text(os, 40)),
  country     text not null default '' check (country ~ '^([A-Z]{2})?$'),
  properties  jsonb not null default '{}' check (private.is_json_object(properties, 4096)),
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade
);
alter table public.analytics_events enable row level security;
create index analytics_events_site_idx on public.analytics_events (site_id, at);
create index analytics_events_org_site_idx on public.analytics_events (org_id, site_id);
comment on table public.analytics_events is 'What a visitor did on a published site, without cookie, address or query string.';

create table public.analytics_daily (
  org_id    uuid not null,
  site_id   uuid not null,
  day       date not null,
  dimension text not null check (dimension in (
    'total', 'path', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'device', 'browser', 'os', 'country', 'event')),
  value     text not null default '' check (char_length(value) <= 300),
  visitors  bigint not null default 0 check (visitors >= 0),
  views     bigint not null default 0 check (views >= 0),
  bounces   bigint not null default 0 check (bounces >= 0),
  seconds   bigint not null default 0 check (seconds >= 0),
  primary key (site_id, day, dimension, value),
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade
);
alter table public.analytics_daily enable row level security;
create index analytics_daily_org_site_idx on public.analytics_daily (org_id, site_id);
comment on table public.analytics_daily is 'A site''s visits of one day, counted by one thing at a time.';

create table public.form_submissions (
  id         uuid primary key default gen_random_uuid(),
  org_id     uuid not null,
  site_id    uuid not null,
  form       text not null check (form ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(form) <= 63),
  path       text not null default '/' check (char_length(path) between 1 and 300 and path ~ '^/[^?#]*$'),
  fields     jsonb not null check (private.is_json_object(fields, 65536)),
  state      text not null default 'new' check (state in ('new', 'read', 'spam')),
  created_at timestamptz not null default now(),
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade
);
alter table public.form_submissions enable row level security;
create index form_submissions_org_id_idx on public.form_submissions (org_id, created_at desc);
create index form_submissions_site_idx on public.form_submissions (org_id, site_id, created_at desc);
comment on table public.form_submissions is 'What a visitor of a published site filled in and sent.';
create trigger keep_identity before update of id, org_id, site_id, form, path, fields, created_at
  on public.form_submissions for each row
  execute function private.keep_identity('id', 'org_id', 'site_id', 'form', 'path', 'fields', 'created_at');
