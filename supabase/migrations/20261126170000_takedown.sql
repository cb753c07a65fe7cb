-- What an operator does about a site that harms others: take it down, say why, and keep what was reported.
-- squawk-ignore-file constraint-missing-not-valid, require-concurrent-index-creation

alter table public.sites
  add column suspended_at timestamptz,
  add column suspended_for text check (private.is_name(suspended_for, 300)),
  add check ((suspended_at is null) = (suspended_for is null));
comment on column public.sites.suspended_at is 'Since when an operator has this site down: it can be edited and exported, and not published.';
comment on column public.sites.suspended_for is 'Why, in words for its owners.';
create index sites_suspended_idx on public.sites (suspended_at) where suspended_at is not null;

create table private.abuse_reports (
  id         bigint generated always as identity primary key,
  url        text not null check (private.is_web_url(url)),
  reason     text not null check (reason in ('phishing', 'malware', 'illegal', 'spam', 'other')),
  words      text not null default '' check (char_length(words) <= 2000),
  contact    text check (private.is_email(contact)),
  created_at timestamptz not null default now()
);
alter table private.abuse_reports enable row level security;
revoke all on private.abuse_reports from public, anon, authenticated, service_role;
revoke all on sequence private.abuse_reports_id_seq from public, anon, authenticated, service_role;
create index abuse_reports_created_at_idx on private.abuse_reports (created_at);
comment on table private.abuse_reports is 'What strangers reported of published sites. Kept for a year, also when the site is gone.';

drop trigger log_activity on public.sites;
create constraint trigger log_activity after insert or update or delete on public.sites
  deferrable initially deferred for each row
  execute function private.log_activity(
    'site', 'name', 'name slug domain theme seo analytics head_code* form_retention_days suspended_for');

create function public.report_abuse(url text, reason text, words text, contact text default null) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  number bigint;
begin
  delete from private.abuse_reports r where r.created_at < now() - interval '1 year';
  insert into private.abuse_reports (url, reason, words, contact)
  values (report_abuse.url, report_abuse.reason, report_abuse.words, report_abuse.contact)
  returning id into number;
  return number;
end;
$$;
comment on function public.report_abuse is 'Keep what a stranger says of a published page; answers with the report''s number.';

create function public.list_abuse_reports(most integer default 50) returns jsonb
language sql stable security definer set search_path = ''
return (
  select coalesce(jsonb_agg(to_jsonb(r) order by r.id desc), '[]')
  from (select * from private.abuse_reports a order by a.id desc limit least(greatest(list_abuse_reports.most, 1), 500)) r
);
comment on function public.list_abuse_reports is 'The newest reports, for the operator.';

create function private.site_at(address text) returns uuid
language sql stable security definer set search_path = ''
-- By its id, or by any address below the one where it is published. Not by `domain`, which anybody may claim.
return (
  select s.id from public.sites s
  where s.id::text = site_at.address
    or starts_with(rtrim(site_at.address, '/') || '/', rtrim(s.published_url, '/') || '/')
  order by s.id::text = site_at.address desc, char_length(s.published_url) desc nulls last limit 1
);

create function public.suspend_site(address text, reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  down public.sites;
  hosts text[];
  each text;
begin
  update public.sites s
  set suspended_at = coalesce(s.suspended_at, now()), suspended_for = btrim(suspend_site.reason)
  where s.id = private.site_at(suspend_site.address) returning s.* into down;
  if down.id is null then
    raise sqlstate 'PT404' using message = 'No site has this id or address.';
  end if;
  update public.deployments d
  set status = 'canceled', finished_at = now(),
    error = jsonb_build_object('code', 'site_suspended', 'detail', 'The operator took this site down.')
  where d.site_id = down.id and d.kind <> 'unpublish' and d.status in ('queued', 'building', 'uploading', 'processing');
  hosts := array(
    select distinct d.host from public.deployments d
    where d.site_id = down.id and d.target = 'production' and d.host <> 'archive' and d.status = 'ready'
    order by d.host);
  foreach each in array hosts loop
    perform private.queue_deployment(down, each, 'production', 'Taken down by the operator', null, null, 'unpublish');
  end loop;
  return jsonb_build_object('id', down.id, 'name', down.name, 'hosts', to_jsonb(hosts));
end;
$$;
comment on function public.suspend_site is
  'Take a site down: nothing of it is published any more, and workers take what is live off its hosts. Nothing is deleted.';

create function public.lift_suspension(address text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  up public.sites;
begin
  update public.sites s set suspended_at = null, suspended_for = null
  where s.id = private.site_at(lift_suspension.address) and s.suspended_at is not null returning s.* into up;
  if up.id is null then
    raise sqlstate 'PT404' using message = 'No site that is down has this id or address.';
  end if;
  return jsonb_build_object('id', up.id, 'name', up.name);
end;
$$;
comment on function public.lift_suspension is 'Let a site be published again. Whoever owns it decides when.';

create or replace function public.is_preview_link_open(link_id uuid) returns boolean
language sql stable security definer set search_path = ''
return exists (
  select 1 from public.preview_links l join public.sites s on s.id = l.site_id
  where l.id = link_id and l.expires_at > now() and s.suspended_at is null
);

create or replace function private.stop_unwanted(wanted uuid) returns void
language sql security definer set search_path = ''
begin atomic
  -- Whoever asked for it and has lost the right to since: nothing of theirs goes live any more.
  update public.deployments d
  set status = 'canceled', finished_at = now(),
    error = jsonb_build_object('code', 'not_allowed_any_more', 'detail', 'Whoever asked for this publish may no longer publish.')
  where d.id = wanted and d.status in ('queued', 'building', 'uploading')
    -- The operator's own are nobody's.
    and (d.requested_by is not null or d.kind <> 'unpublish')
    and not exists (
      select 1 from public.organization_members m
      where m.org_id = d.org_id and m.user_id = d.requested_by and m.role >= 'editor');
end;

create function private.keep_down() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  why text := (select s.suspended_for from public.sites s where s.id = new.site_id);
begin
  -- Its owners can still take their work away.
  if why is not null and new.kind <> 'unpublish' and new.host <> 'archive' and new.status = 'queued' then
    raise sqlstate 'PT403' using message = format(
      'The operator took this site down: %s It can be edited and exported, and not published.',
      case when why ~ '[.!?]$' then why else why || '.' end);
  end if;
  return new;
end;
$$;
comment on function private.keep_down is 'What an operator took down is not published again, nor what was live before.';
create trigger keep_down before insert on public.deployments
  for each row execute function private.keep_down();
