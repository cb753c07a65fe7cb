-- What a worker does about visits: deletes those a plan keeps no longer, and asks who wants the week by mail.

create function private.visit_days(plan text) returns integer
language sql stable security definer set search_path = ''
return (select (p.limits ->> 'retention_days')::integer from public.plans p where p.id = visit_days.plan);
comment on function private.visit_days is 'For how many days a plan keeps single visits (null is for ever); the daily sums stay.';

create function public.trim_visits(batch integer default 20000) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  removed integer;
begin
  delete from private.analytics_salts s where s.day < (now() at time zone 'utc')::date;
  delete from private.analytics_visits v where v.day < (now() at time zone 'utc')::date - 1;
  delete from private.analytics_seen s where s.day < (now() at time zone 'utc')::date - 1;
  delete from public.analytics_events e where e.id in (
    select old.id from public.sites s
    join public.organizations o on o.id = s.org_id
    cross join lateral (
      select x.id from public.analytics_events x
      where x.site_id = s.id and x.at < now() - make_interval(days => private.visit_days(o.plan))
      order by x.at limit batch
    ) old
    limit batch
  );
  get diagnostics removed = row_count;
  return removed;
end;
$$;
comment on function public.trim_visits is
  'Destroy old salts and marks, and delete visits that their plan keeps no longer, so many at once; how many there were.';

create table private.weekly_reports (
  user_id  uuid not null references public.profiles on delete cascade,
  week     date not null,
  taken_at timestamptz not null,
  sent_at  timestamptz,
  primary key (user_id, week)
);
alter table private.weekly_reports enable row level security;
revoke all on private.weekly_reports from public, anon, authenticated, service_role;
comment on table private.weekly_reports is 'Whose mail about which week has left, or is on its way.';

create function public.take_weekly_reports(batch integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  -- The week that ended last, from its Monday.
  monday constant date := date_trunc('week', now() at time zone 'utc')::date - 7;
  reports jsonb;
begin
  delete from private.weekly_reports w where w.week < monday - 35;
  with wanting as (
    select s.user_id from public.user_settings s
    where s.notifications ->> 'weekly_report' = 'true'
      and exists (
        select from public.organization_members m join public.sites t on t.org_id = m.org_id
        where m.user_id = s.user_id and m.role >= 'member' and t.analytics)
      and not exists (
        select from private.weekly_reports w where w.user_id = s.user_id and w.week = monday
          and (w.sent_at is not null or w.taken_at > now() - interval '1 hour'))
    order by s.user_id limit batch
  ),
  taken as (
    insert into private.weekly_reports as w (user_id, week, taken_at) select wanting.user_id, monday, now() from wanting
    on conflict (user_id, week) do update set taken_at = now()
    -- Another worker may have been quicker.
    where w.sent_at is null and w.taken_at <= now() - interval '1 hour'
    returning w.user_id
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'person_id', k.user_id, 'email', u.email, 'week', monday,
    'sites', (
      select jsonb_agg(jsonb_build_object(
        'id', t.id, 'name', t.name, 'totals', private.totals(t.id, monday, monday + 6),
        'previous', private.totals(t.id, monday - 7, monday - 1)) order by t.name, t.id)
      from public.organization_members m join public.sites t on t.org_id = m.org_id
      where m.user_id = k.user_id and m.role >= 'member' and t.analytics
    ))), '[]')
  into reports
  from taken k join auth.users u on u.id = k.user_id where u.email is not null;
  return reports;
end;
$$;
comment on function public.take_weekly_reports is
  'Those who want last week by mail and have not had it, with the numbers; each is handed out once an hour until it is sent.';

create function public.note_weekly_reports(person_ids uuid[], week date) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  noted integer;
begin
  update private.weekly_reports w set sent_at = now()
  where w.user_id = any (person_ids) and w.week = note_weekly_reports.week;
  get diagnostics noted = row_count;
  return noted;
end;
$$;
comment on function public.note_weekly_reports is 'These have their mail about that week.';
