-- Before the first release: nobody's tables are long yet.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- What each visitor did on one day, in one row: a tenth of the rows that visits are, next to each other as reports read them;
-- and of each day what a report shows with a single filter.
-- The worker makes them of the visits of days that are over. A day that is not summed up, as today never is, is read from its
-- visits.

create table private.analytics_days (
  site_id   uuid not null references public.sites on delete cascade,
  day       date not null,
  summed_at timestamptz,
  failed_at timestamptz,
  primary key (site_id, day)
);
alter table private.analytics_days enable row level security;
revoke all on private.analytics_days from public, anon, authenticated, service_role;
create index analytics_days_due_idx on private.analytics_days (day) where summed_at is null;
comment on table private.analytics_days is
  'On which days a site was visited, and whether that day''s visitors are summed up; one more visit takes that back.';

create table private.analytics_visitors (
  site_id       uuid not null,
  day           date not null,
  -- Who it was is left out on purpose: nothing asks.
  nth           integer not null,
  referrer      text not null,
  utm_source    text,
  utm_medium    text,
  utm_campaign  text,
  device        text not null,
  browser       text not null,
  os            text not null,
  country       text not null,
  screen        text not null,
  entry         text,
  views         integer not null,
  bounced       boolean not null,
  strayed       boolean not null,
  seconds       integer not null,
  hits          text[],
  hit_times     integer[],
  leaves        text[],
  leave_seconds integer[],
  leave_depths  smallint[],
  act_kinds     text[],
  act_names     text[],
  act_pages     text[],
  vital_pages   text[],
  lcp           smallint[],
  inp           smallint[],
  cls           smallint[],
  fcp           smallint[],
  ttfb          smallint[],
  primary key (site_id, day, nth),
  foreign key (site_id, day) references private.analytics_days on delete cascade
);
alter table private.analytics_visitors enable row level security;
revoke all on private.analytics_visitors from public, anon, authenticated, service_role;
comment on column private.analytics_days.failed_at is 'When it could not be summed up; others come first then.';
comment on table private.analytics_visitors is
  'What each visitor of a site did on one day: several filters are answered from here.';
comment on column private.analytics_visitors.strayed is
  'Whether anything happened on a page that was not viewed that day, as when it was opened before midnight.';
comment on column private.analytics_visitors.hits is
  'Pages and events in their order: "/about", "event:Order"; hit_times has the second of the day of each.';
comment on column private.analytics_visitors.act_kinds is
  'Of events, clicks away and missing pages; what and where stand in the next two.';
comment on column private.analytics_visitors.lcp is
  'Of each measurement in vital_pages its bucket, as private.analytics_vitals counts them.';

create table private.analytics_filtered (
  site_id        uuid not null,
  filter         text not null,
  value          text not null,
  day            date not null,
  visitors       bigint not null,
  views          bigint not null,
  bounces        bigint not null,
  seconds        bigint not null,
  panels         text[] not null,
  panel_values   text[] not null,
  panel_visitors bigint[] not null,
  panel_views    bigint[] not null,
  panel_bounces  bigint[] not null,
  panel_seconds  bigint[] not null,
  panel_depth    bigint[] not null,
  panel_leaves   bigint[] not null,
  primary key (site_id, filter, value, day),
  foreign key (site_id, day) references private.analytics_days on delete cascade
);
alter table private.analytics_filtered enable row level security;
revoke all on private.analytics_filtered from public, anon, authenticated, service_role;
create index analytics_filtered_day_idx on private.analytics_filtered (site_id, day);
comment on table private.analytics_filtered is
  'A day as one filter lets it through, such as device "mobile": single filters are answered without looking at visitors.';
comment on column private.analytics_filtered.panels is
  'Of each row of each panel the panel; what stands in it and its numbers have the same place in the next ones.';

create table private.analytics_filtered_vitals (
  site_id uuid not null,
  filter  text not null,
  value   text not null,
  day     date not null,
  path    text not null,
  buckets integer[] not null,
  times   bigint[] not null,
  primary key (site_id, filter, value, day, path),
  foreign key (site_id, day) references private.analytics_days on delete cascade
);
alter table private.analytics_filtered_vitals enable row level security;
revoke all on private.analytics_filtered_vitals from public, anon, authenticated, service_role;
create index analytics_filtered_vitals_day_idx on private.analytics_filtered_vitals (site_id, day);
comment on table private.analytics_filtered_vitals is
  'How often a page was how fast for those whom one filter lets through.';
comment on column private.analytics_filtered_vitals.buckets is
  'A bucket as in private.analytics_vitals and, in the thousands, of which metric: LCP, INP, CLS, FCP, TTFB.';

create table private.analytics_hits (
  site_id uuid not null,
  hit     text not null,
  day     date not null,
  nths    integer[] not null,
  firsts  integer[] not null,
  lasts   integer[] not null,
  primary key (site_id, hit, day),
  foreign key (site_id, day) references private.analytics_days on delete cascade
);
alter table private.analytics_hits enable row level security;
revoke all on private.analytics_hits from public, anon, authenticated, service_role;
create index analytics_hits_day_idx on private.analytics_hits (site_id, day);
comment on table private.analytics_hits is
  'Which visitors of a day saw a page or caused an event, and at what first and last place of their hits: funnels walk here.';

-- Who was on a page on a day that is not summed up. In place of the foreign key's own index, which it serves as well.
create index analytics_events_page_idx on public.analytics_events (site_id, org_id, path, at);
drop index public.analytics_events_org_site_idx;
-- How they came; and, as the one before, the one view that a second one makes no bounce any more.
create index analytics_events_first_idx on public.analytics_events (site_id, visitor) where bounced is not null;
drop index public.analytics_events_bounced_idx;

create function private.page_visits(site uuid, day date, page text) returns tid[]
-- No statistics know of today yet: the planner would take a day for a few visits, and fetch them one by one.
language sql stable security definer
set search_path = '' set enable_nestloop = off set enable_indexscan = off set jit = off
begin atomic
  with there as materialized (
    select x.ctid as place, x.visitor from public.analytics_events x
    where x.site_id = page_visits.site
      and x.org_id = (select s.org_id from public.sites s where s.id = page_visits.site)
      and x.path = page_visits.page
      and x.at >= page_visits.day::timestamp at time zone 'utc'
      and x.at < (page_visits.day + 1)::timestamp at time zone 'utc'
  ),
  firsts as materialized (
    select x.ctid as place, x.visitor from public.analytics_events x
    where x.site_id = page_visits.site and x.bounced is not null
      and x.visitor = any (array(select t.visitor from there t))
      and x.at >= page_visits.day::timestamp at time zone 'utc'
      and x.at < (page_visits.day + 1)::timestamp at time zone 'utc'
  )
  select array_agg(p.place) from (select t.place from there t union select f.place from firsts f) p;
end;
comment on function private.page_visits is
  'Where the visits are that tell of a page on a day: those of the page itself, and how each of its visitors came.';

create function private.visitors_of_day(site uuid, day date, filters jsonb, only_page text default null)
returns setof private.analytics_visitors
language plpgsql stable security definer rows 10000
-- No statistics know of today yet: the planner would take it for one visit, fetch them one by one, and compare each with each.
set search_path = '' set plan_cache_mode = force_custom_plan set enable_nestloop = off set enable_indexscan = off
set jit = off as $$
#variable_conflict use_column
declare
  the_page constant text := filters ->> 'path';
  the_event constant text := filters ->> 'event';
  the_referrer constant text := filters ->> 'referrer';
  the_device constant text := filters ->> 'device';
  the_browser constant text := filters ->> 'browser';
  the_os constant text := filters ->> 'os';
  the_country constant text := filters ->> 'country';
  the_screen constant text := filters ->> 'screen';
  is_open constant boolean := filters = '{}';
  -- Read by this statement's snapshot, in which none of them moves.
  places constant tid[] := case when only_page is not null then private.page_visits(site, day, only_page) end;
begin
  return query
  -- Fewer to sort. Who is left may still fit no filter: of whom all of a day's visits count, `filtered_visitors` decides.
  with fitting as materialized (
    select distinct x.visitor from public.analytics_events x
    where not is_open and only_page is null and x.site_id = visitors_of_day.site
      and x.at >= visitors_of_day.day::timestamp at time zone 'utc'
      and x.at < (visitors_of_day.day + 1)::timestamp at time zone 'utc'
      -- By one thing that somebody did: a single visit need not fit all.
      and (the_event is null or x.name = the_event)
      and (the_page is null or the_event is not null or x.path = the_page)
      and (the_page is not null or the_event is not null or (
        (the_referrer is null or x.referrer = the_referrer) and (the_device is null or x.device = the_device)
        and (the_browser is null or x.browser = the_browser) and (the_os is null or x.os = the_os)
        and (the_country is null or x.country = the_country) and (the_screen is null or x.screen = the_screen)))
  ),
  e as materialized (
    select x.visitor, x.kind, x.path, x.name, x.at, x.id, x.bounced, x.referrer, x.utm, x.device, x.browser, x.os, x.country,
      x.screen, x.seconds, x.depth,
      case when x.kind = 'vitals' then (x.properties ->> 'lcp')::double precision end as lcp,
      case when x.kind = 'vitals' then (x.properties ->> 'inp')::double precision end as inp,
      case when x.kind = 'vitals' then (x.properties ->> 'cls')::double precision end as cls,
      case when x.kind = 'vitals' then (x.properties ->> 'fcp')::double precision end as fcp,
      case when x.kind = 'vitals' then (x.properties ->> 'ttfb')::double precision end as ttfb
    from public.analytics_events x
    where x.site_id = visitors_of_day.site
      and x.at >= visitors_of_day.day::timestamp at time zone 'utc'
      and x.at < (visitors_of_day.day + 1)::timestamp at time zone 'utc'
      and (only_page is null or x.ctid = any (places))
      and (is_open or only_page is not null or x.visitor in (select f.visitor from fitting f))
  ),
  -- The view by which the sums know a visitor is the one that says whether it has stayed the only one.
  firsts as (
    select e.* from e where e.bounced is not null
    union all
    (select distinct on (e.visitor) e.* from e
    where not exists (select from e f where f.visitor = e.visitor and f.bounced is not null)
    order by e.visitor, e.kind <> 'view', e.at, e.id)
  ),
  -- Sorted once: aggregates that each have an order sort each visitor's few visits again and again. None of those below may
  -- have an order or be distinct: the visits would then be sorted for that one.
  sorted as (
    select e.visitor, e.kind, e.path, e.name, e.at, e.seconds, e.depth,
      -- The buckets of private.vital_bucket, which would take most of the time if it were called for each.
      case when e.lcp < 1 then 0 else ceil(ln(e.lcp) / ln(1.1)) end::smallint as lcp,
      case when e.inp < 1 then 0 else ceil(ln(e.inp) / ln(1.1)) end::smallint as inp,
      case when e.cls < 1 then 0 else ceil(ln(e.cls) / ln(1.1)) end::smallint as cls,
      case when e.fcp < 1 then 0 else ceil(ln(e.fcp) / ln(1.1)) end::smallint as fcp,
      case when e.ttfb < 1 then 0 else ceil(ln(e.ttfb) / ln(1.1)) end::smallint as ttfb
    from e order by e.visitor, e.at, e.bounced is null, e.id
  ),
  done as (
    select s.visitor, count(*) filter (where s.kind = 'view') as views, sum(s.seconds) as seconds,
      array_agg(case s.kind when 'view' then s.path else 'event:' || s.name end)
        filter (where s.kind in ('view', 'event')) as hits,
      array_agg(extract(epoch from s.at at time zone 'utc' - visitors_of_day.day)::integer)
        filter (where s.kind in ('view', 'event')) as hit_times,
      array_agg(s.path) filter (where s.kind = 'leave') as leaves,
      array_agg(s.seconds) filter (where s.kind = 'leave') as leave_seconds,
      array_agg(s.depth) filter (where s.kind = 'leave') as leave_depths,
      array_agg(s.kind) filter (where s.kind in ('event', 'outbound', 'not_found')) as act_kinds,
      array_agg(s.name) filter (where s.kind in ('event', 'outbound', 'not_found')) as act_names,
      array_agg(s.path) filter (where s.kind in ('event', 'outbound', 'not_found')) as act_pages,
      array_agg(s.path) filter (where s.kind = 'vitals') as vital_pages,
      array_agg(s.lcp) filter (where s.kind = 'vitals') as lcp,
      array_agg(s.inp) filter (where s.kind = 'vitals') as inp,
      array_agg(s.cls) filter (where s.kind = 'vitals') as cls,
      array_agg(s.fcp) filter (where s.kind = 'vitals') as fcp,
      array_agg(s.ttfb) filter (where s.kind = 'vitals') as ttfb
    from sorted s group by s.visitor
  )
  select visitors_of_day.site, visitors_of_day.day, row_number() over (order by f.visitor)::integer,
    f.referrer, f.utm ->> 'source', f.utm ->> 'medium', f.utm ->> 'campaign', f.device, f.browser, f.os, f.country, f.screen,
    case when f.kind = 'view' then f.path end, d.views::integer, coalesce(f.bounced, false),
    not coalesce(d.hits, '{}') @> (coalesce(d.leaves, '{}') || coalesce(d.act_pages, '{}') || coalesce(d.vital_pages, '{}')),
    d.seconds::integer, d.hits, d.hit_times,
    d.leaves, d.leave_seconds, d.leave_depths, d.act_kinds, d.act_names, d.act_pages, d.vital_pages, d.lcp, d.inp, d.cls,
    d.fcp, d.ttfb
  from firsts f join done d on d.visitor = f.visitor;
end;
$$;
comment on function private.visitors_of_day is
  'A day''s visitors from its visits; with filters, of others only some; of one page, nothing else that they saw but where they came in.';

create function private.sum_hits(site uuid, day date) returns void
language sql volatile security definer set search_path = ''
begin atomic
  insert into private.analytics_hits
  select sum_hits.site, h.hit, sum_hits.day, array_agg(h.nth), array_agg(h.first), array_agg(h.last)
  from (
    select p.nth, p.hit, min(p.place) as first, max(p.place) as last
    from (
      select v.nth, unnest(v.hits) as hit, generate_subscripts(v.hits, 1) as place
      from private.analytics_visitors v where v.site_id = sum_hits.site and v.day = sum_hits.day
    ) p
    group by 1, 2
  ) h
  group by h.hit;
end;
comment on function private.sum_hits is 'Note who did what on a day, from its visitors.';

create function private.filters_of_day(site uuid, day date) returns table (nth integer, filter text, value text)
language sql stable security definer rows 100000 set search_path = ''
begin atomic
  select v.nth, d.filter, d.value
  from private.analytics_visitors v
  cross join lateral (values
    ('referrer', v.referrer), ('utm_source', v.utm_source), ('utm_medium', v.utm_medium), ('utm_campaign', v.utm_campaign),
    ('device', v.device), ('browser', v.browser), ('os', v.os), ('country', v.country), ('screen', v.screen)
  ) d (filter, value)
  where v.site_id = filters_of_day.site and v.day = filters_of_day.day and d.value is not null
  union all
  select h.nth, 'event', h.name
  from (
    select p.nth, substr(p.hit, 7) as name, row_number() over (partition by p.nth order by min(p.place)) as n
    from (
      select v.nth, unnest(v.hits) as hit, generate_subscripts(v.hits, 1) as place
      from private.analytics_visitors v where v.site_id = filters_of_day.site and v.day = filters_of_day.day
    ) p
    where starts_with(p.hit, 'event:') group by p.nth, p.hit
  ) h
  -- Names that somebody made up by the thousand: the sums know the first of a day, and nobody does so many things.
  join public.analytics_daily d on d.site_id = filters_of_day.site and d.day = filters_of_day.day
    and d.dimension = 'event' and d.value = h.name
  where h.n <= 30;
end;
comment on function private.filters_of_day is 'Which filters let each visitor of a day through, pages left out.';

create function private.sum_filters(site uuid, day date) returns void
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
begin
  with v as materialized (
    select x.* from private.analytics_visitors x where x.site_id = sum_filters.site and x.day = sum_filters.day
  ),
  members as materialized (select * from private.filters_of_day(site, day)),
  came as (select m.nth, m.filter as panel, m.value as name from members m where m.filter <> 'event'),
  visited as materialized (
    select p.nth, p.page, sum(p.views) as views, sum(p.seconds) as seconds, sum(p.depth) as depth, sum(p.leaves) as leaves
    from (
      select v.nth, unnest(v.hits) as page, 1 as views, 0 as seconds, 0 as depth, 0 as leaves from v
      union all select v.nth, unnest(v.leaves), 0, unnest(v.leave_seconds), unnest(v.leave_depths), 1 from v
    ) p
    where starts_with(p.page, '/') group by 1, 2
  ),
  on_pages as materialized (
    select p.*, coalesce(v.bounced and v.entry = p.page, false)::integer as bounces, coalesce(v.entry = p.page, false) as entered
    from visited p join v on v.nth = p.nth
  ),
  known as materialized (
    select d.dimension, d.value from public.analytics_daily d
    where d.site_id = sum_filters.site and d.day = sum_filters.day and d.dimension in ('event', 'outbound')
  ),
  acts as materialized (
    select a.nth, a.page, a.kind, case
      when a.kind = 'not_found' then a.page when k.value is null then '(other)' else a.name
    end as name, count(*) as times
    from (select v.nth, unnest(v.act_kinds) as kind, unnest(v.act_names) as name, unnest(v.act_pages) as page from v) a
    left join known k on k.dimension = a.kind and k.value = a.name
    group by 1, 2, 3, 4
  ),
  done (nth, panel, name, visitors, views, bounces, seconds, depth, leaves) as (
    select v.nth, k.panel, k.name, 1, v.views, v.bounced::integer, v.seconds, 0, 0
    from v
    join (
      select c.nth, c.panel, c.name from came c
      union all select e.nth, 'entry', e.entry from v e where e.entry is not null
      union all select t.nth, 'total', '' from v t
    ) k on k.nth = v.nth
    where v.views > 0
    union all
    select p.nth, 'path', p.page, (p.views > 0)::integer, p.views, p.bounces, p.seconds, p.depth, p.leaves from on_pages p
    union all
    select a.nth, a.kind, a.name, 1, sum(a.times), 0, 0, 0, 0 from acts a group by 1, 2, 3
  ),
  -- Of a page: what happened there.
  done_there (page, panel, name, visitors, views, bounces, seconds, depth, leaves) as (
    select p.page, k.panel, k.name, 1, p.views, p.bounces, p.seconds, 0, 0
    from on_pages p
    join (select c.nth, c.panel, c.name from came c union all select t.nth, 'total', '' from v t) k on k.nth = p.nth
    where p.views > 0
    union all select p.page, 'entry', p.page, 1, p.views, p.bounces, p.seconds, 0, 0 from on_pages p where p.entered
    union all
    select p.page, 'path', p.page, (p.views > 0)::integer, p.views, p.bounces, p.seconds, p.depth, p.leaves from on_pages p
    union all select a.page, a.kind, a.name, 1, a.times, 0, 0, 0, 0 from acts a
  ),
  counted (filter, value, panel, name, visitors, views, bounces, seconds, depth, leaves) as (
    select m.filter, m.value, d.panel, d.name, sum(d.visitors), sum(d.views), sum(d.bounces), sum(d.seconds), sum(d.depth),
      sum(d.leaves)
    from members m join done d on d.nth = m.nth group by 1, 2, 3, 4
    union all
    select 'path', d.page, d.panel, d.name, sum(d.visitors), sum(d.views), sum(d.bounces), sum(d.seconds), sum(d.depth),
      sum(d.leaves)
    from done_there d group by d.page, d.panel, d.name
  )
  insert into private.analytics_filtered
  select sum_filters.site, c.filter, c.value, sum_filters.day,
    coalesce(sum(c.visitors) filter (where c.panel = 'total'), 0), coalesce(sum(c.views) filter (where c.panel = 'total'), 0),
    coalesce(sum(c.bounces) filter (where c.panel = 'total'), 0), coalesce(sum(c.seconds) filter (where c.panel = 'total'), 0),
    array_agg(c.panel), array_agg(c.name), array_agg(c.visitors), array_agg(c.views), array_agg(c.bounces),
    array_agg(c.seconds), array_agg(c.depth), array_agg(c.leaves)
  from counted c group by c.filter, c.value;
end;
$$;
comment on function private.sum_filters is 'Sum up the panels of a day for each filter that anybody fits, from its visitors.';

create function private.sum_filtered_vitals(site uuid, day date) returns void
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
begin
  with measured as materialized (
    select m.nth, m.page, b.bucket
    from (
      select v.nth, unnest(v.vital_pages) as page, unnest(v.lcp) as lcp, unnest(v.inp) as inp, unnest(v.cls) as cls,
        unnest(v.fcp) as fcp, unnest(v.ttfb) as ttfb
      from private.analytics_visitors v where v.site_id = sum_filtered_vitals.site and v.day = sum_filtered_vitals.day
    ) m
    cross join lateral (
      values (m.lcp), (1000 + m.inp), (2000 + m.cls), (3000 + m.fcp), (4000 + m.ttfb)) b (bucket)
    where b.bucket is not null
  ),
  counted (filter, value, page, bucket, times) as (
    select m.filter, m.value, x.page, x.bucket, count(*)
    from private.filters_of_day(site, day) m join measured x on x.nth = m.nth group by 1, 2, 3, 4
    union all select 'path', x.page, x.page, x.bucket, count(*) from measured x group by x.page, x.bucket
  )
  insert into private.analytics_filtered_vitals
  select sum_filtered_vitals.site, c.filter, c.value, sum_filtered_vitals.day, c.page, array_agg(c.bucket), array_agg(c.times)
  from counted c group by c.filter, c.value, c.page;
end;
$$;
comment on function private.sum_filtered_vitals is 'Sum up the Web Vitals of a day for each filter that anybody fits.';

-- Keeping them current -------------------------------------------------------------------------------------------------

create function private.note_visited_days() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.analytics_days (site_id, day)
  select n.site_id, n.day
  from (select distinct v.site_id, (v.at at time zone 'utc')::date as day from new_visits v) n
  -- So that nearly all batches write nothing here. As one look into the index, as in `record_visits`.
  where (
    select 1 from private.analytics_days d where (d.site_id, d.day) = (n.site_id, n.day) and d.summed_at is null
  ) is null
  on conflict (site_id, day) do update set summed_at = null;
  return null;
end;
$$;
comment on function private.note_visited_days is 'A day with one more visit is to be summed up again.';
create trigger note_visited_days after insert on public.analytics_events
  referencing new table as new_visits for each statement execute function private.note_visited_days();
insert into private.analytics_days (site_id, day)
select distinct e.site_id, (e.at at time zone 'utc')::date from public.analytics_events e;

create function private.sum_day(site uuid, day date) returns void
-- For all that it calls. Nobody has counted these rows yet: the planner takes each step for one row, and would compare each
-- visitor with each.
language plpgsql security definer
set search_path = '' set enable_nestloop = off set jit = off set work_mem = '64MB' as $$
#variable_conflict use_column
begin
  delete from private.analytics_visitors v where v.site_id = sum_day.site and v.day = sum_day.day;
  delete from private.analytics_hits h where h.site_id = sum_day.site and h.day = sum_day.day;
  delete from private.analytics_filtered f where f.site_id = sum_day.site and f.day = sum_day.day;
  delete from private.analytics_filtered_vitals f where f.site_id = sum_day.site and f.day = sum_day.day;
  insert into private.analytics_visitors select * from private.visitors_of_day(sum_day.site, sum_day.day, '{}');
  perform private.sum_hits(sum_day.site, sum_day.day);
  perform private.sum_filters(sum_day.site, sum_day.day);
  perform private.sum_filtered_vitals(sum_day.site, sum_day.day);
  update private.analytics_days d set summed_at = now(), failed_at = null where d.site_id = sum_day.site and d.day = sum_day.day;
end;
$$;

comment on function private.sum_day is 'Make all sums of a day anew, from its visits.';

create function public.sum_visits(batch integer default 20) returns integer
-- The API takes the deadline of a function over its own, which is shorter than a very busy day needs.
language plpgsql security definer set search_path = '' set jit = off set statement_timeout = '60s' as $$
declare
  each record;
  summed integer := 0;
begin
  for each in
    select d.site_id, d.day from private.analytics_days d
    where d.summed_at is null and d.day < (now() at time zone 'utc')::date
    order by d.failed_at nulls first, d.day, d.site_id limit batch
  loop
    -- The lock of `record_visits`: no batch comes between the reading of a day and the mark that says all of it is in. Never
    -- waited for, as it is not taken in that function's order; a site that is busy has its turn with the next call.
    continue when not pg_try_advisory_xact_lock(130000, hashtext(each.site_id::text));
    begin
      perform private.sum_day(each.site_id, each.day);
      summed := summed + 1;
    -- One site's day stops nobody else's; until it works its reports are answered from its visits.
    exception when query_canceled or others then
      update private.analytics_days d set failed_at = clock_timestamp() where d.site_id = each.site_id and d.day = each.day;
      raise warning 'a day of visits is not summed up: %', sqlerrm;
    end;
    -- Nobody's visits wait for long, and whoever calls has a deadline.
    exit when clock_timestamp() > statement_timestamp() + interval '3 seconds';
  end loop;
  return summed;
end;
$$;
comment on function public.sum_visits is 'Sum up the visitors of at most so many days that are over; how many there were.';

create or replace function public.trim_visits(batch integer default 20000) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  today constant date := (now() at time zone 'utc')::date;
  removed integer;
begin
  delete from private.analytics_salts s where s.day < today;
  delete from private.analytics_visits v where v.day < today - 1;
  delete from private.analytics_seen s where s.day < today - 1;
  -- With the day go its visitors.
  with kept as materialized (
    select s.id, today - private.visit_days(o.plan) as since
    from public.sites s join public.organizations o on o.id = s.org_id
  )
  delete from private.analytics_days d using kept k where d.site_id = k.id and d.day < k.since;
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
