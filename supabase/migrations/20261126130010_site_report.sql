-- What members see of their sites' visits: from the daily sums, or, where something is filtered, from the visits themselves.

create table public.analytics_goals (
  id         uuid primary key default gen_random_uuid(),
  org_id     uuid not null,
  site_id    uuid not null,
  name       text not null check (private.is_name(name, 80)),
  steps      jsonb not null,
  created_by uuid references public.profiles on delete set null,
  created_at timestamptz not null default now(),
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade
);
alter table public.analytics_goals enable row level security;
create index analytics_goals_site_idx on public.analytics_goals (org_id, site_id, created_at);
create index analytics_goals_created_by_idx on public.analytics_goals (created_by);
comment on table public.analytics_goals is
  'What visitors of a site should reach: a page or an event, or several in order. [{"kind": "path", "value": "/thanks"}]';

create function private.are_goal_steps(value jsonb) returns boolean
language sql immutable set search_path = ''
return jsonb_typeof(value) = 'array' and jsonb_array_length(value) between 1 and 8 and not exists (
  select from jsonb_array_elements(value) step
  where jsonb_typeof(step) <> 'object' or coalesce(step ->> 'kind' not in ('path', 'event'), true)
    or coalesce(not private.is_name(step ->> 'value', 300), true)
    or (step ->> 'kind' = 'path' and step ->> 'value' !~ '^/[^?#]*$')
    or step - 'kind' - 'value' <> '{}'
);
alter table public.analytics_goals
  add constraint analytics_goals_steps_check check (private.are_goal_steps(steps));

create table public.analytics_links (
  id         uuid primary key default gen_random_uuid(),
  org_id     uuid not null,
  site_id    uuid not null,
  label      text not null default '' check (private.is_plain_text(label, 80)),
  expires_at timestamptz not null,
  created_by uuid references public.profiles on delete set null,
  created_at timestamptz not null default now(),
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade
);
alter table public.analytics_links enable row level security;
create index analytics_links_site_idx on public.analytics_links (org_id, site_id, created_at desc);
create index analytics_links_created_by_idx on public.analytics_links (created_by);
comment on table public.analytics_links is
  'A link to the visits of one site, open to whoever holds it for a year or until its row is deleted.';

create function private.before_of_analytics() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- A site of others and one that does not exist are refused in the same words: by the column that must not be null.
  new.org_id := (select s.org_id from public.sites s where s.id = new.site_id);
  new.created_by := coalesce(private.person_id(), new.created_by);
  new.created_at := now();
  if tg_table_name = 'analytics_links' then
    new.expires_at := now() + interval '1 year';
  elsif (select count(*) >= 50 from public.analytics_goals g where g.site_id = new.site_id) then
    raise sqlstate 'PT409' using message = 'A site can have 50 goals. Delete one that is no longer needed.';
  end if;
  return new;
end;
$$;
create trigger before_goal before insert on public.analytics_goals
  for each row execute function private.before_of_analytics();
create trigger before_link before insert on public.analytics_links
  for each row execute function private.before_of_analytics();

-- Reports -------------------------------------------------------------------------------------------------------------

create function private.require_analyst(site uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  org constant uuid := (
    select s.org_id from public.sites s
    where s.id = require_analyst.site and s.org_id = any (private.org_ids('member'))
  );
begin
  if org is null then
    raise sqlstate 'PT404' using message = 'There is no such site, or your role does not show its visits.';
  end if;
  return org;
end;
$$;
comment on function private.require_analyst is 'Refuse whoever may not see a site''s visits.';

create function private.require_days(from_day date, to_day date) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if from_day is null or to_day is null or to_day < from_day or to_day - from_day > 400 then
    raise sqlstate '22023' using message = 'Choose a first day, and a last day at most 400 days later.';
  end if;
end;
$$;

create function private.totals(site uuid, from_day date, to_day date) returns jsonb
language sql stable security definer set search_path = ''
return (
  select jsonb_build_object(
    'visitors', coalesce(sum(d.visitors), 0), 'views', coalesce(sum(d.views), 0),
    'bounces', coalesce(sum(d.bounces), 0), 'seconds', coalesce(sum(d.seconds), 0))
  from public.analytics_daily d
  where d.site_id = totals.site and d.dimension = 'total' and d.day between from_day and to_day
);

create function private.vitals(site uuid, from_day date, to_day date) returns jsonb
language sql stable security definer set search_path = ''
begin atomic
  -- What three of four visits were no slower than, from the histogram: right to a twentieth.
  with h as (
    select v.path, v.metric, v.bucket, sum(v.times) as times from private.analytics_vitals v
    where v.site_id = vitals.site and v.day between from_day and to_day group by 1, 2, 3
  ),
  c as (
    select h.path, h.metric, h.bucket, sum(h.times) over (partition by h.path, h.metric order by h.bucket) as below,
      sum(h.times) over (partition by h.path, h.metric) as times
    from h
  ),
  p as (
    select c.path, c.metric, max(c.times) as times, power(1.1, min(c.bucket) - 0.5) as p75
    from c where c.below >= 0.75 * c.times group by 1, 2
  ),
  pages as (
    select p.path, max(p.times) as times, jsonb_object_agg(p.metric, case p.metric
      when 'cls' then round((p75 / 1000)::numeric, 3) else round(p75::numeric) end) as p75
    from p group by 1 order by 2 desc, 1 limit 100
  )
  select coalesce(jsonb_agg(jsonb_build_object('path', q.path, 'times', q.times) || q.p75 order by q.times desc, q.path), '[]')
  from pages q;
end;

create function private.live_visitors(site uuid) returns bigint
language sql stable security definer set search_path = ''
return (
  select count(distinct e.visitor) from public.analytics_events e
  where e.site_id = live_visitors.site and e.at > now() - interval '5 minutes'
);

create function private.summed_report(site uuid, from_day date, to_day date) returns jsonb
language sql stable security definer set search_path = ''
begin atomic
  with summed as materialized (
    select d.dimension, d.value, sum(d.visitors) as visitors, sum(d.views) as views, sum(d.bounces) as bounces,
      sum(d.seconds) as seconds, sum(d.depth) as depth, sum(d.leaves) as leaves
    from public.analytics_daily d
    where d.site_id = summed_report.site and d.day between from_day and to_day and d.dimension <> 'total'
    group by 1, 2
  ),
  ranked as (
    select s.*, row_number() over (partition by s.dimension order by s.visitors desc, s.views desc, s.value) as nth
    from summed s
  ),
  panels as (
    select r.dimension, jsonb_agg(jsonb_build_object(
      'value', r.value, 'visitors', r.visitors, 'views', r.views, 'bounces', r.bounces, 'seconds', r.seconds,
      'depth', case when r.leaves > 0 then round(r.depth / r.leaves) end) order by r.nth) as rows
    from ranked r where r.nth <= 100 group by 1
  ),
  days as (
    select jsonb_agg(jsonb_build_object(
      'day', each.day::date, 'visitors', coalesce(d.visitors, 0), 'views', coalesce(d.views, 0)) order by each.day) as rows
    from generate_series(from_day::timestamp, to_day::timestamp, interval '1 day') each (day)
    left join public.analytics_daily d
      on d.site_id = summed_report.site and d.dimension = 'total' and d.day = each.day::date
  )
  select jsonb_build_object(
    'totals', private.totals(site, from_day, to_day), 'days', (select days.rows from days),
    'panels', (select coalesce(jsonb_object_agg(p.dimension, p.rows), '{}') from panels p));
end;

create function private.filtered_events(site uuid, from_day date, to_day date, filters jsonb)
returns setof public.analytics_events
language sql stable security definer set search_path = ''
begin atomic
  select e.* from public.analytics_events e
  where e.site_id = filtered_events.site
    and e.at >= from_day::timestamp at time zone 'utc' and e.at < (to_day + 1)::timestamp at time zone 'utc'
    and e.path = coalesce(filters ->> 'path', e.path) and e.referrer = coalesce(filters ->> 'referrer', e.referrer)
    and e.device = coalesce(filters ->> 'device', e.device) and e.browser = coalesce(filters ->> 'browser', e.browser)
    and e.os = coalesce(filters ->> 'os', e.os) and e.country = coalesce(filters ->> 'country', e.country)
    and e.screen = coalesce(filters ->> 'screen', e.screen)
    and (filters ->> 'utm_source' is null or e.utm ->> 'source' = filters ->> 'utm_source')
    and (filters ->> 'utm_medium' is null or e.utm ->> 'medium' = filters ->> 'utm_medium')
    and (filters ->> 'utm_campaign' is null or e.utm ->> 'campaign' = filters ->> 'utm_campaign')
    and (filters ->> 'event' is null or e.visitor in (
      select o.visitor from public.analytics_events o
      where o.site_id = filtered_events.site and o.kind = 'event' and o.name = filters ->> 'event'
        and o.at >= from_day::timestamp at time zone 'utc' and o.at < (to_day + 1)::timestamp at time zone 'utc'));
end;

create function private.filtered_totals(site uuid, from_day date, to_day date, filters jsonb) returns jsonb
language sql stable security definer set search_path = ''
return (
  select jsonb_build_object(
    'visitors', count(distinct e.visitor), 'views', count(*) filter (where e.kind = 'view'),
    'bounces', count(*) filter (where e.bounced), 'seconds', coalesce(sum(e.seconds), 0))
  from private.filtered_events(site, from_day, to_day, filters) e where e.kind in ('view', 'leave')
);

create function private.filtered_report(site uuid, from_day date, to_day date, filters jsonb) returns jsonb
language sql stable security definer set search_path = ''
begin atomic
  with e as materialized (select * from private.filtered_events(site, from_day, to_day, filters)),
  summed as (
    select d.dimension, d.value, count(distinct e.visitor) as visitors,
      count(*) filter (where e.kind not in ('leave', 'vitals')) as views, count(*) filter (where e.bounced) as bounces,
      sum(e.seconds) as seconds, sum(e.depth) filter (where e.kind = 'leave') as depth,
      count(*) filter (where e.kind = 'leave') as leaves
    from e cross join lateral (values
      ('path', e.path, e.kind in ('view', 'leave')), ('entry', case when e.bounced is not null then e.path end, true),
      ('referrer', e.referrer, e.kind in ('view', 'leave')), ('device', e.device, e.kind in ('view', 'leave')),
      ('browser', e.browser, e.kind in ('view', 'leave')), ('os', e.os, e.kind in ('view', 'leave')),
      ('country', e.country, e.kind in ('view', 'leave')), ('screen', e.screen, e.kind in ('view', 'leave')),
      ('utm_source', e.utm ->> 'source', e.kind in ('view', 'leave')),
      ('utm_medium', e.utm ->> 'medium', e.kind in ('view', 'leave')),
      ('utm_campaign', e.utm ->> 'campaign', e.kind in ('view', 'leave')),
      ('hour', to_char(e.at at time zone 'utc', 'HH24'), e.kind = 'view'),
      ('event', e.name, e.kind = 'event'), ('outbound', e.name, e.kind = 'outbound'),
      ('not_found', e.path, e.kind = 'not_found')
    ) d (dimension, value, counts)
    where d.counts and d.value is not null
    group by 1, 2
  ),
  ranked as (
    select s.*, row_number() over (partition by s.dimension order by s.visitors desc, s.views desc, s.value) as nth
    from summed s
  ),
  panels as (
    select r.dimension, jsonb_agg(jsonb_build_object(
      'value', r.value, 'visitors', r.visitors, 'views', r.views, 'bounces', r.bounces, 'seconds', r.seconds,
      'depth', case when r.leaves > 0 then round(r.depth::numeric / r.leaves) end) order by r.nth) as rows
    from ranked r where r.nth <= 100 group by 1
  ),
  daily as (
    select (e.at at time zone 'utc')::date as day, count(distinct e.visitor) as visitors,
      count(*) filter (where e.kind = 'view') as views
    from e where e.kind in ('view', 'leave') group by 1
  ),
  days as (
    select jsonb_agg(jsonb_build_object(
      'day', each.day::date, 'visitors', coalesce(d.visitors, 0), 'views', coalesce(d.views, 0)) order by each.day) as rows
    from generate_series(from_day::timestamp, to_day::timestamp, interval '1 day') each (day)
    left join daily d on d.day = each.day::date
  )
  select jsonb_build_object(
    'totals', private.filtered_totals(site, from_day, to_day, filters), 'days', (select days.rows from days),
    'panels', (select coalesce(jsonb_object_agg(p.dimension, p.rows), '{}') from panels p));
end;

create function private.report_of(site uuid, from_day date, to_day date, filters jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  chosen constant jsonb := coalesce(filters, '{}');
  span constant integer := to_day - from_day + 1;
  report jsonb;
  previous jsonb;
begin
  perform private.require_days(from_day, to_day);
  if jsonb_typeof(chosen) <> 'object' or chosen
    - array['path', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'device', 'browser', 'os', 'country', 'screen', 'event']
    <> '{}' then
    raise sqlstate '22023' using message = 'Filter by page, source, campaign, device, browser, system, country, screen or event.';
  end if;
  if chosen = '{}' then
    report := private.summed_report(site, from_day, to_day);
    previous := private.totals(site, from_day - span, to_day - span);
  else
    report := private.filtered_report(site, from_day, to_day, chosen);
    previous := private.filtered_totals(site, from_day - span, to_day - span, chosen);
  end if;
  return report || jsonb_build_object(
    'from', from_day, 'to', to_day, 'previous', previous,
    'live', private.live_visitors(site), 'vitals', private.vitals(site, from_day, to_day));
end;
$$;

create function public.site_report(site_id uuid, from_day date, to_day date, filters jsonb default '{}') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_analyst(site_report.site_id);
  return private.report_of(site_report.site_id, from_day, to_day, filters);
end;
$$;
comment on function public.site_report is
  'Visits of a site, from the first day through the last (UTC), up to this minute; filters as {"path": "/about"}. For members.';

create function public.shared_report(link_id uuid, from_day date, to_day date, filters jsonb default '{}') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  found record;
begin
  select s.id, s.name into found from public.analytics_links l join public.sites s on s.id = l.site_id
  where l.id = link_id and l.expires_at > now();
  if found.id is null then
    raise sqlstate 'PT404' using message = 'This link has ended. Ask whoever sent it for a new one.';
  end if;
  return private.report_of(found.id, from_day, to_day, filters) || jsonb_build_object('site', found.name);
end;
$$;
comment on function public.shared_report is 'The same for whoever holds a link, which the service has unsealed.';

-- Goals ---------------------------------------------------------------------------------------------------------------

create function private.steps_reached(done integer[]) returns integer
language plpgsql immutable set search_path = '' as $$
declare
  reached integer := 0;
  step integer;
begin
  foreach step in array done loop
    if step = reached + 1 then
      reached := step;
    end if;
  end loop;
  return reached;
end;
$$;
comment on function private.steps_reached is 'How far somebody came who did these steps in this order.';

create function private.goal_steps(site uuid, from_day date, to_day date, steps jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if jsonb_array_length(steps) = 1 then
    return jsonb_build_array((
      select coalesce(sum(d.visitors), 0) from public.analytics_daily d
      where d.site_id = site and d.day between from_day and to_day
        and (d.dimension, d.value) = (steps -> 0 ->> 'kind', steps -> 0 ->> 'value')));
  end if;
  return (
    with matched as (
      -- The later step first: one page view is never two steps.
      select private.steps_reached(array_agg(s.n::integer order by e.at, e.id, s.n desc)) as reached
      from jsonb_array_elements(steps) with ordinality s (step, n)
      join public.analytics_events e on e.site_id = site
        and e.at >= from_day::timestamp at time zone 'utc' and e.at < (to_day + 1)::timestamp at time zone 'utc'
        and case s.step ->> 'kind' when 'path' then e.kind = 'view' and e.path = s.step ->> 'value'
          else e.kind = 'event' and e.name = s.step ->> 'value' end
      group by e.visitor
    )
    select jsonb_agg((select count(*) from matched m where m.reached >= n) order by n)
    from generate_series(1, jsonb_array_length(steps)) n
  );
end;
$$;

create function public.goal_report(site_id uuid, from_day date, to_day date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_analyst(goal_report.site_id);
  perform private.require_days(from_day, to_day);
  return (
    select jsonb_build_object(
      'visitors', private.totals(goal_report.site_id, from_day, to_day) -> 'visitors',
      'goals', coalesce(jsonb_agg(jsonb_build_object(
        'id', g.id, 'name', g.name, 'steps', g.steps,
        'reached', private.goal_steps(g.site_id, from_day, to_day, g.steps)) order by g.created_at, g.id), '[]'))
    from public.analytics_goals g where g.site_id = goal_report.site_id
  );
end;
$$;
comment on function public.goal_report is 'How many visitors there were, and how many reached each step of each goal of a site. For members.';
