-- No client is told of what is dropped here, but for goal_report, which comes back with one argument more that may be left out.
-- squawk-ignore-file ban-drop-function
-- Filtered reports and funnels, from what each visitor did on one day instead of from single visits.

drop function private.filtered_report(uuid, date, date, jsonb);
drop function private.filtered_totals(uuid, date, date, jsonb);
drop function private.filtered_events(uuid, date, date, jsonb);

create function private.summed_days(site uuid, from_day date, to_day date) returns date[]
language sql stable security definer set search_path = ''
return array(
  select d.day from private.analytics_days d
  where d.site_id = site and d.day between from_day and to_day and d.summed_at is not null);

create function private.unsummed_days(site uuid, from_day date, to_day date) returns date[]
language sql stable security definer set search_path = ''
return array(
  select d.day from private.analytics_days d
  where d.site_id = site and d.day between from_day and to_day and d.summed_at is null);

-- Planned with the filters that there are: a plan for all of them would ask each row about each. And never compiled, which
-- takes longer than the report.
create function private.filtered_visitors(
  site uuid, from_day date, to_day date, filters jsonb, in_full boolean, any_hit text[] default null,
  but date[] default '{}')
returns setof private.analytics_visitors
language plpgsql stable security definer rows 20000
set search_path = '' set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
declare
  the_page constant text := filters ->> 'path';
  the_event constant text := filters ->> 'event';
  the_referrer constant text := filters ->> 'referrer';
  the_source constant text := filters ->> 'utm_source';
  the_medium constant text := filters ->> 'utm_medium';
  the_campaign constant text := filters ->> 'utm_campaign';
  the_device constant text := filters ->> 'device';
  the_browser constant text := filters ->> 'browser';
  the_os constant text := filters ->> 'os';
  the_country constant text := filters ->> 'country';
  the_screen constant text := filters ->> 'screen';
  summed constant date[] := array(
    select d.day from unnest(private.summed_days(site, from_day, to_day)) d (day) where d.day <> all (but));
  others constant date[] := private.unsummed_days(site, from_day, to_day);
  -- What a page's visitors did elsewhere is asked by funnels alone.
  only_page constant text := case when any_hit is null and private.only_filter(filters) = 'path' then the_page end;
begin
  return query
  select v.site_id, v.day, v.nth, v.referrer, v.utm_source, v.utm_medium, v.utm_campaign, v.device, v.browser, v.os,
    v.country, v.screen,
    case when the_page is null or v.entry = the_page then v.entry end,
    case when the_page is null then v.views else coalesce(cardinality(array_positions(v.hits, the_page)), 0) end,
    v.bounced and (the_page is null or v.entry = the_page), v.strayed,
    case when the_page is null then v.seconds else coalesce((
      select sum(l.seconds)::integer from unnest(v.leaves, v.leave_seconds) l (page, seconds) where l.page = the_page), 0)
    end,
    v.hits, case when in_full then v.hit_times end, case when in_full then v.leaves end,
    case when in_full then v.leave_seconds end, case when in_full then v.leave_depths end,
    case when in_full then v.act_kinds end, case when in_full then v.act_names end, case when in_full then v.act_pages end,
    case when in_full then v.vital_pages end, case when in_full then v.lcp end, case when in_full then v.inp end,
    case when in_full then v.cls end, case when in_full then v.fcp end, case when in_full then v.ttfb end
  from (
    select s.* from private.analytics_visitors s where s.site_id = site and s.day = any (summed)
    union all
    select o.* from unnest(others) d (day) cross join lateral private.visitors_of_day(site, d.day, filters, only_page) o
  ) v
  where (the_page is null or the_page = any (v.hits)
      or v.strayed and the_page = any (v.leaves || v.act_pages || v.vital_pages))
    and (any_hit is null or v.hits && any_hit)
    and (the_event is null or 'event:' || the_event = any (v.hits))
    and (the_referrer is null or v.referrer = the_referrer)
    and (the_source is null or v.utm_source = the_source)
    and (the_medium is null or v.utm_medium = the_medium)
    and (the_campaign is null or v.utm_campaign = the_campaign)
    and (the_device is null or v.device = the_device)
    and (the_browser is null or v.browser = the_browser)
    and (the_os is null or v.os = the_os)
    and (the_country is null or v.country = the_country)
    and (the_screen is null or v.screen = the_screen);
end;
$$;
comment on function private.filtered_visitors is
  'Each day''s visitors that all filters let through, and who did any of these things, days left out that are not wanted; views and seconds are those of the page.';

create function private.only_filter(filters jsonb) returns text
language sql immutable set search_path = ''
return (select case when count(*) = 1 then min(k.key) end from jsonb_object_keys(filters) k (key));
comment on function private.only_filter is 'By what is filtered if there is one filter: private.analytics_filtered knows the answer.';

-- What three of four visits were no slower than, from a histogram: right to a twentieth.
create type private.vital_count as (path text, metric text, bucket smallint, times bigint);
create function private.slowest_quarters(counts private.vital_count[]) returns jsonb
language sql immutable set search_path = ''
begin atomic
  with c as (
    select h.*, sum(h.times) over (partition by h.path, h.metric order by h.bucket) as below,
      sum(h.times) over (partition by h.path, h.metric) as all_times
    from (select u.path collate "C" as path, u.metric collate "C" as metric, u.bucket, u.times from unnest(counts) u) h
  ),
  p as (
    select c.path, c.metric, max(c.all_times) as times, power(1.1, min(c.bucket) - 0.5) as p75
    from c where c.below >= 0.75 * c.all_times group by 1, 2
  ),
  pages as (
    select p.path, max(p.times) as times, jsonb_object_agg(p.metric, case p.metric
      when 'cls' then round((p75 / 1000)::numeric, 3) else round(p75::numeric) end) as p75
    from p group by 1 order by 2 desc, 1 limit 100
  )
  select coalesce(jsonb_agg(jsonb_build_object('path', q.path, 'times', q.times) || q.p75 order by q.times desc, q.path), '[]')
  from pages q;
end;

create or replace function private.vitals(site uuid, from_day date, to_day date) returns jsonb
language sql stable security definer set search_path = ''
return private.slowest_quarters(array(
  select row(v.path, v.metric, v.bucket, sum(v.times))::private.vital_count from private.analytics_vitals v
  where v.site_id = vitals.site and v.day between from_day and to_day group by v.path, v.metric, v.bucket));

create function private.filtered_totals(site uuid, from_day date, to_day date, filters jsonb) returns jsonb
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_custom_plan set jit = off as $$
declare
  the_filter constant text := private.only_filter(filters);
  known constant date[] := case when the_filter is null then '{}' else private.summed_days(site, from_day, to_day) end;
begin
  return (
    select jsonb_build_object(
      'visitors', coalesce(sum(t.visitors), 0), 'views', coalesce(sum(t.views), 0), 'bounces', coalesce(sum(t.bounces), 0),
      'seconds', coalesce(sum(t.seconds), 0))
    from (
      select f.visitors, f.views, f.bounces, f.seconds
      from private.analytics_filtered f
      where f.site_id = site and f.filter = the_filter and f.value = filters ->> the_filter and f.day = any (known)
      union all
      select 1, v.views, v.bounced::integer, v.seconds
      from private.filtered_visitors(site, from_day, to_day, filters, false, but => known) v where v.views > 0
    ) t
  );
end;
$$;

create function private.filtered_report(site uuid, from_day date, to_day date, filters jsonb) returns jsonb
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
declare
  the_page constant text := filters ->> 'path';
  the_filter constant text := private.only_filter(filters);
  -- The hours of a single day are counted.
  known constant date[] := case
    when the_filter is null or from_day = to_day then '{}' else private.summed_days(site, from_day, to_day) end;
begin
  return (
    -- What is unnested is so in lists of columns: in `from` each row's arrays would be set aside first, four times as slow.
    with v as materialized (select * from private.filtered_visitors(site, from_day, to_day, filters, true, but => known)),
    days_known as materialized (
      select f.* from private.analytics_filtered f
      where f.site_id = site and f.filter = the_filter and f.value = filters ->> the_filter and f.day = any (known)
    ),
    grouped as (
      select
        case
          when grouping(v.day) = 0 then 'day' when grouping(v.entry) = 0 then 'entry'
          when grouping(v.referrer) = 0 then 'referrer' when grouping(v.utm_source) = 0 then 'utm_source'
          when grouping(v.utm_medium) = 0 then 'utm_medium' when grouping(v.utm_campaign) = 0 then 'utm_campaign'
          when grouping(v.device) = 0 then 'device' when grouping(v.browser) = 0 then 'browser'
          when grouping(v.os) = 0 then 'os' when grouping(v.country) = 0 then 'country'
          when grouping(v.screen) = 0 then 'screen' else 'total'
        end as dimension,
        coalesce(v.day::text, v.entry, v.referrer, v.utm_source, v.utm_medium, v.utm_campaign, v.device, v.browser, v.os,
          v.country, v.screen) as value,
        count(*) as visitors, sum(v.views) as views, count(*) filter (where v.bounced) as bounces, sum(v.seconds) as seconds
      from v where v.views > 0
      group by grouping sets (
        (), (v.day), (v.entry), (v.referrer), (v.utm_source), (v.utm_medium), (v.utm_campaign), (v.device), (v.browser),
        (v.os), (v.country), (v.screen))
    ),
    pages as (
      select p.value, sum(p.visitors) as visitors, sum(p.views) as views, sum(p.bounces) as bounces, sum(p.seconds) as seconds,
        sum(p.depth) as depth, sum(p.leaves) as leaves
      from (
        select h.hit as value, count(*) filter (where h.n = array_position(h.hits, h.hit)) as visitors, count(*) as views,
          count(*) filter (where h.bounced and h.hit = h.entry) as bounces, 0 as seconds, 0 as depth, 0 as leaves
        from (select v.hits, v.bounced, v.entry, unnest(v.hits) as hit, generate_subscripts(v.hits, 1) as n from v) h
        where starts_with(h.hit, '/') and (the_page is null or h.hit = the_page)
        group by 1
        union all
        select l.page, 0, 0, 0, sum(l.seconds), sum(l.depth), count(*)
        from (
          select unnest(v.leaves) as page, unnest(v.leave_seconds) as seconds, unnest(v.leave_depths) as depth from v
        ) l
        where (the_page is null or l.page = the_page)
        group by 1
      ) p group by 1
    ),
    acts as (
      select a.kind as dimension, case a.kind when 'not_found' then a.page else a.name end as value,
        count(distinct (a.day, a.nth)) as visitors, count(*) as views
      from (
        select v.day, v.nth, unnest(v.act_kinds) as kind, unnest(v.act_names) as name, unnest(v.act_pages) as page from v
      ) a
      where (the_page is null or a.page = the_page)
      group by 1, 2
    ),
    -- Only what the chart of a single day shows. A visitor counts in the hour of the first view.
    hours as (
      select to_char(make_interval(secs => h.second), 'HH24') as value, count(*) filter (where h.view = 1) as visitors,
        count(*) as views
      from (
        select t.second, row_number() over (partition by t.nth order by t.n) as view
        from (
          select v.nth, unnest(v.hits) as hit, unnest(v.hit_times) as second, generate_subscripts(v.hits, 1) as n
          from v where from_day = to_day
        ) t
        where starts_with(t.hit, '/') and (the_page is null or t.hit = the_page)
      ) h
      group by 1
    ),
    counted (dimension, value, visitors, views, bounces, seconds, depth, leaves) as (
      select g.dimension, coalesce(g.value, ''), g.visitors, g.views, g.bounces, g.seconds, 0, 0 from grouped g
      where g.value is not null or g.dimension = 'total'
      union all select 'path', p.value, p.visitors, p.views, p.bounces, p.seconds, p.depth, p.leaves from pages p
      union all select a.dimension, a.value, a.visitors, a.views, 0, 0, 0, 0 from acts a
      union all select 'hour', h.value, h.visitors, h.views, 0, 0, 0, 0 from hours h
      union all select 'day', k.day::text, k.visitors, k.views, k.bounces, k.seconds, 0, 0 from days_known k
      union all
      select unnest(k.panels), unnest(k.panel_values), unnest(k.panel_visitors), unnest(k.panel_views),
        unnest(k.panel_bounces), unnest(k.panel_seconds), unnest(k.panel_depth), unnest(k.panel_leaves)
      from days_known k
    ),
    summed as (
      select c.dimension, c.value, sum(c.visitors) as visitors, sum(c.views) as views, sum(c.bounces) as bounces,
        sum(c.seconds) as seconds, sum(c.depth) as depth, sum(c.leaves) as leaves
      from counted c group by 1, 2
    ),
    ranked as (
      select s.*, row_number() over (partition by s.dimension order by s.visitors desc, s.views desc, s.value) as nth
      from summed s where s.dimension not in ('total', 'day')
    ),
    panels as (
      select r.dimension, jsonb_agg(jsonb_build_object(
        'value', r.value, 'visitors', r.visitors, 'views', r.views, 'bounces', r.bounces, 'seconds', r.seconds,
        'depth', case when r.leaves > 0 then round(r.depth::numeric / r.leaves) end) order by r.nth) as rows
      from ranked r where r.nth <= 100 group by 1
    ),
    days as (
      select jsonb_agg(jsonb_build_object(
        'day', each.day::date, 'visitors', coalesce(s.visitors, 0), 'views', coalesce(s.views, 0)) order by each.day) as rows
      from generate_series(from_day::timestamp, to_day::timestamp, interval '1 day') each (day)
      left join summed s on s.dimension = 'day' and s.value = each.day::date::text
    ),
    measured as (
      select m.page, m.lcp, m.inp, m.cls, m.fcp, m.ttfb, count(*) as times
      from (
        select unnest(v.vital_pages) as page, unnest(v.lcp) as lcp, unnest(v.inp) as inp, unnest(v.cls) as cls,
          unnest(v.fcp) as fcp, unnest(v.ttfb) as ttfb
        from v
      ) m
      where (the_page is null or m.page = the_page)
      group by grouping sets ((m.page, m.lcp), (m.page, m.inp), (m.page, m.cls), (m.page, m.fcp), (m.page, m.ttfb))
    ),
    histogram as (
      select m.page as path, b.metric, b.bucket, m.times
      from measured m cross join lateral (
        values ('lcp', m.lcp), ('inp', m.inp), ('cls', m.cls), ('fcp', m.fcp), ('ttfb', m.ttfb)) b (metric, bucket)
      where b.bucket is not null
      union all
      select k.path, (array['lcp', 'inp', 'cls', 'fcp', 'ttfb'])[k.bucket / 1000 + 1], k.bucket % 1000, sum(k.times)
      from (
        select f.path, unnest(f.buckets) as bucket, unnest(f.times) as times from private.analytics_filtered_vitals f
        where f.site_id = site and f.filter = the_filter and f.value = filters ->> the_filter and f.day = any (known)
      ) k
      group by k.path, k.bucket
    )
    select jsonb_build_object(
      'totals', (
        select jsonb_build_object(
          'visitors', s.visitors, 'views', coalesce(s.views, 0), 'bounces', s.bounces, 'seconds', coalesce(s.seconds, 0))
        from summed s where s.dimension = 'total'),
      'days', (select days.rows from days),
      'panels', (select coalesce(jsonb_object_agg(p.dimension, p.rows), '{}') from panels p),
      'vitals', private.slowest_quarters((
        select array_agg(row(h.path, h.metric, h.bucket, h.times)::private.vital_count) from histogram h)))
  );
end;
$$;

create function private.require_filters(filters jsonb) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if jsonb_typeof(filters) <> 'object' or filters
    - array['path', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'device', 'browser', 'os', 'country', 'screen', 'event']
    <> '{}' then
    raise sqlstate '22023' using message = 'Filter by page, source, campaign, device, browser, system, country, screen or event.';
  end if;
end;
$$;

create function private.kept_from(site uuid) returns date
language sql stable security definer set search_path = ''
return (
  select (now() at time zone 'utc')::date - private.visit_days(o.plan)
  from public.sites s join public.organizations o on o.id = s.org_id where s.id = kept_from.site
);
comment on function private.kept_from is 'The first day whose single visits a site''s plan still keeps; null if it keeps all.';

drop function private.live_visitors(uuid);
create function private.live_visitors(site uuid, filters jsonb) returns bigint
language sql stable security definer set search_path = '' set jit = off
return (
  select count(distinct e.visitor) from public.analytics_events e
  where e.site_id = live_visitors.site and e.at > now() - interval '5 minutes'
    and e.path = coalesce(filters ->> 'path', e.path) and e.referrer = coalesce(filters ->> 'referrer', e.referrer)
    and e.device = coalesce(filters ->> 'device', e.device) and e.browser = coalesce(filters ->> 'browser', e.browser)
    and e.os = coalesce(filters ->> 'os', e.os) and e.country = coalesce(filters ->> 'country', e.country)
    and e.screen = coalesce(filters ->> 'screen', e.screen)
    and (filters ->> 'utm_source' is null or e.utm ->> 'source' = filters ->> 'utm_source')
    and (filters ->> 'utm_medium' is null or e.utm ->> 'medium' = filters ->> 'utm_medium')
    and (filters ->> 'utm_campaign' is null or e.utm ->> 'campaign' = filters ->> 'utm_campaign')
    and (filters ->> 'event' is null or exists (
      select from public.analytics_events o
      where o.site_id = e.site_id and o.visitor = e.visitor and o.kind = 'event' and o.name = filters ->> 'event'
        and o.at > now() - interval '1 day'))
);

create or replace function private.report_of(site uuid, from_day date, to_day date, filters jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  -- A filter by nothing is none.
  chosen constant jsonb := jsonb_strip_nulls(coalesce(filters, '{}'));
  span constant integer := to_day - from_day + 1;
  kept_from constant date := private.kept_from(site);
  report jsonb;
begin
  perform private.require_days(from_day, to_day);
  perform private.require_filters(chosen);
  if chosen = '{}' then
    report := private.summed_report(site, from_day, to_day) || jsonb_build_object(
      'previous', private.totals(site, from_day - span, to_day - span),
      'vitals', private.vitals(site, from_day, to_day));
  else
    report := private.filtered_report(site, from_day, to_day, chosen) || jsonb_build_object(
      'kept_from', kept_from,
      -- Half of a period is nothing to compare with.
      'previous', case when from_day - span < kept_from then private.filtered_totals(site, from_day, from_day - 1, chosen)
        else private.filtered_totals(site, from_day - span, to_day - span, chosen) end);
  end if;
  return report || jsonb_build_object('from', from_day, 'to', to_day, 'live', private.live_visitors(site, chosen));
end;
$$;

-- Goals ---------------------------------------------------------------------------------------------------------------

drop function public.goal_report(uuid, date, date);
drop function private.goal_steps(uuid, date, date, jsonb);
drop function private.steps_reached(integer[]);

create function private.summed_step(site uuid, from_day date, to_day date, step jsonb) returns bigint
language sql stable security definer set search_path = ''
return (
  select coalesce(sum(d.visitors), 0)::bigint from public.analytics_daily d
  where d.site_id = summed_step.site and d.day between from_day and to_day
    and d.dimension = step ->> 'kind' and d.value = step ->> 'value'
);
comment on function private.summed_step is 'How many visitors saw a page or caused an event.';

create function private.steps_reached(site uuid, days date[], steps text[]) returns bigint[]
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_custom_plan set enable_nestloop = off set jit = off set work_mem = '32MB' as $$
declare
  reached bigint[] := array[(
    select coalesce(sum(cardinality(h.nths)), 0) from private.analytics_hits h
    where h.site_id = site and h.hit = steps[1] and h.day = any (days))];
  -- Who came to the step that was looked at last, and at which place of their hits.
  there_nths integer[];
  there_days date[];
  there_places integer[];
begin
  for step in 2 .. cardinality(steps) loop
    with so_far as (
      select unnest(h.nths) as nth, h.day, unnest(h.firsts) as place from private.analytics_hits h
      where step = 2 and h.site_id = site and h.hit = steps[1] and h.day = any (days)
      union all select t.nth, t.day, t.place from unnest(there_nths, there_days, there_places) t (nth, day, place)
    ),
    here as (
      select unnest(h.nths) as nth, h.day, unnest(h.firsts) as earliest, unnest(h.lasts) as latest from private.analytics_hits h
      where h.site_id = site and h.hit = steps[step] and h.day = any (days)
    ),
    walked as (
      select n.nth, n.day, case
        when n.earliest > s.place then n.earliest
        -- Before that step and after it: only all of the hits say which is the earliest after it.
        else (
          select array_position(v.hits, steps[step], s.place + 1) from private.analytics_visitors v
          where v.site_id = site and v.day = n.day and v.nth = n.nth)
        end as place
      from so_far s join here n on n.nth = s.nth and n.day = s.day and n.latest > s.place
    )
    select reached || count(*), array_agg(w.nth), array_agg(w.day), array_agg(w.place)
    into reached, there_nths, there_days, there_places from walked w;
  end loop;
  return reached;
end;
$$;
comment on function private.steps_reached is
  'How many visitors came to each step, one after the other, on days that are summed up; the earliest way is as good as any.';

create function private.hits_of_day(site uuid, day date, wanted text[]) returns setof text[]
-- As in `private.visitors_of_day`.
language sql stable security definer rows 10000
set search_path = '' set enable_nestloop = off set enable_indexscan = off set jit = off
begin atomic
  with done as (
    select x.visitor, x.path as hit, x.at, x.bounced, x.id from public.analytics_events x
    where x.site_id = hits_of_day.site
      and x.org_id = (select s.org_id from public.sites s where s.id = hits_of_day.site)
      and x.path = any (wanted) and x.kind = 'view'
      and x.at >= hits_of_day.day::timestamp at time zone 'utc'
      and x.at < (hits_of_day.day + 1)::timestamp at time zone 'utc'
    union all
    select x.visitor, 'event:' || x.name, x.at, x.bounced, x.id from public.analytics_events x
    where (select bool_or(starts_with(w.hit, 'event:')) from unnest(wanted) w (hit))
      and x.site_id = hits_of_day.site and x.kind = 'event' and 'event:' || x.name = any (wanted)
      and x.at >= hits_of_day.day::timestamp at time zone 'utc'
      and x.at < (hits_of_day.day + 1)::timestamp at time zone 'utc'
  )
  select array_agg(h.hit)
  from (select d.visitor, d.hit from done d order by d.visitor, d.at, d.bounced is null, d.id) h
  group by h.visitor;
end;
comment on function private.hits_of_day is
  'What each visitor of a day did of these things, in order: pages, and events by their names behind "event:".';

create function private.goals_reached(site uuid, from_day date, to_day date, filters jsonb, shortest integer)
returns table (goal_id uuid, reached jsonb)
language sql stable security definer set search_path = '' set jit = off set work_mem = '32MB'
begin atomic
  with recursive goals as (
    select g.id, array(
      select case s.step ->> 'kind' when 'path' then s.step ->> 'value' else 'event:' || (s.step ->> 'value') end
      from jsonb_array_elements(g.steps) with ordinality s (step, n) order by s.n) as steps
    from public.analytics_goals g
    where g.site_id = goals_reached.site and jsonb_array_length(g.steps) >= shortest
  ),
  known as materialized (
    select case when filters = '{}' then private.summed_days(site, from_day, to_day) else '{}' end as days
  ),
  v as materialized (
    select f.hits
    from private.filtered_visitors(site, from_day, to_day, filters, false, array(select g.steps[1] from goals g)) f
    where filters <> '{}' and (f.views > 0 or (select filters ->> 'path') is null)
    union all
    select h.hits
    from unnest(private.unsummed_days(site, from_day, to_day)) d (day)
    cross join lateral private.hits_of_day(
      goals_reached.site, d.day, array(select unnest(g.steps) from goals g)) h (hits)
    where filters = '{}'
  ),
  -- Each step is looked for behind the one before: the earliest way through is as good as any.
  walks as (
    select g.id, g.steps, 1 as step, v.hits, array_position(v.hits, g.steps[1]) as at
    from goals g join v on g.steps[1] = any (v.hits)
    union all
    select w.id, w.steps, w.step + 1, w.hits, array_position(w.hits, w.steps[w.step + 1], w.at + 1)
    from walks w where w.at is not null and w.step < cardinality(w.steps)
  ),
  counted as (select w.id, w.step, count(w.at) as visitors from walks w group by 1, 2),
  told as materialized (
    select g.id, private.steps_reached(site, (select k.days from known k), g.steps) as reached from goals g
  )
  select g.id, jsonb_agg(t.reached[n.step] + coalesce(c.visitors, 0) order by n.step)
  from goals g join told t on t.id = g.id cross join lateral generate_series(1, cardinality(g.steps)) n (step)
  left join counted c on c.id = g.id and c.step = n.step
  group by 1;
end;

create function public.goal_report(site_id uuid, from_day date, to_day date, filters jsonb default '{}') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  -- A filter by nothing is none.
  chosen constant jsonb := jsonb_strip_nulls(coalesce(filters, '{}'));
  everybody constant boolean := chosen = '{}';
begin
  perform private.require_analyst(goal_report.site_id);
  perform private.require_days(from_day, to_day);
  perform private.require_filters(chosen);
  return (
    select jsonb_build_object(
      'kept_from', private.kept_from(goal_report.site_id),
      'visitors', (
        case when everybody then private.totals(goal_report.site_id, from_day, to_day)
        else private.filtered_totals(goal_report.site_id, from_day, to_day, chosen) end) -> 'visitors',
      'goals', coalesce(jsonb_agg(jsonb_build_object(
        'id', g.id, 'name', g.name, 'steps', g.steps,
        -- The sums of a page or an event stay longer than its visits.
        'reached', coalesce(r.reached, jsonb_build_array(
          private.summed_step(g.site_id, from_day, to_day, g.steps -> 0)))) order by g.created_at, g.id), '[]'))
    from public.analytics_goals g
    left join private.goals_reached(
      goal_report.site_id, from_day, to_day, chosen, case when everybody then 2 else 1 end) r on r.goal_id = g.id
    where g.site_id = goal_report.site_id
  );
end;
$$;
comment on function public.goal_report is
  'How many visitors there were, and how many reached each step of each goal of a site; filters as in `site_report`. For members.';
