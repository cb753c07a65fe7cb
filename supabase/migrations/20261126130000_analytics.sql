-- Before the first release: nobody's tables are long yet.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, adding-field-with-default, require-concurrent-index-creation
-- Visits of published sites: what is kept of one, the salt that makes its visitor unknowable, and the sums that are kept
-- current with every batch. Nothing here knows an address, a cookie or a query string: Flask has left them out.

alter table public.sites add column analytics boolean not null default false;
comment on column public.sites.analytics is 'Whether visits of the published site are counted.';
drop trigger log_activity on public.sites;
create constraint trigger log_activity after insert or update or delete on public.sites
  deferrable initially deferred for each row
  execute function private.log_activity('site', 'name', 'name slug domain theme seo analytics head_code*');

-- The same rules without the functions that other tables ask: those took most of the time of a row, and these come by the
-- thousand a second.
alter table public.analytics_events
  drop constraint analytics_events_referrer_check,
  drop constraint analytics_events_browser_check,
  drop constraint analytics_events_os_check,
  drop constraint analytics_events_utm_check,
  drop constraint analytics_events_properties_check;
alter table public.analytics_events
  add constraint analytics_events_referrer_check check (char_length(referrer) <= 253 and referrer !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
  add constraint analytics_events_browser_check check (char_length(browser) <= 40 and browser !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
  add constraint analytics_events_os_check check (char_length(os) <= 40 and os !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
  add constraint analytics_events_utm_check check (jsonb_typeof(utm) = 'object' and octet_length(utm::text) <= 1024),
  add constraint analytics_events_properties_check check (
    jsonb_typeof(properties) = 'object' and octet_length(properties::text) <= 4096);
alter table public.analytics_events
  add column screen  text not null default '' check (screen in ('', 'small', 'medium', 'large', 'wide')),
  add column name    text not null default '' check (char_length(name) <= 300 and name !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]'),
  add column seconds integer not null default 0 check (seconds between 0 and 86400),
  add column depth   smallint not null default 0 check (depth between 0 and 100),
  add column bounced boolean;
comment on column public.analytics_events.name is 'Of an event its name, of an outbound click where it led.';
comment on column public.analytics_events.bounced is
  'Only of a visitor''s first view of a day: whether it has stayed the only one.';
comment on column public.analytics_events.referrer is 'Where the visitor came from today; the same on all their events of the day.';
-- Finds the one view that a second one makes no bounce any more.
create index analytics_events_bounced_idx on public.analytics_events (site_id, visitor) where bounced;

-- A second view takes a bounce back, so one batch may bring less than nothing.
alter table public.analytics_daily drop constraint analytics_daily_bounces_check;
alter table public.analytics_daily drop constraint analytics_daily_dimension_check;
alter table public.analytics_daily
  add constraint analytics_daily_dimension_check check (dimension in (
    'total', 'hour', 'path', 'entry', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content',
    'device', 'browser', 'os', 'country', 'screen', 'event', 'outbound', 'not_found', 'unverified_host')),
  add column depth  bigint not null default 0 check (depth >= 0),
  add column leaves bigint not null default 0 check (leaves >= 0);
comment on column public.analytics_daily.visitors is 'Each counts once a day; another day they are somebody else.';
comment on column public.analytics_daily.depth is 'Percent of the page scrolled through, summed over the leaves.';

create table private.analytics_salts (
  day  date primary key,
  salt bytea not null check (octet_length(salt) = 32)
);
alter table private.analytics_salts enable row level security;
revoke all on private.analytics_salts from public, anon, authenticated, service_role;
comment on table private.analytics_salts is
  'What visitors are hashed with today. Yesterday''s is deleted: from then on nobody can tell who a hash was.';

create table private.analytics_visits (
  site_id  uuid not null references public.sites on delete cascade,
  visitor  bytea not null,
  day      date not null,
  path     text not null,
  referrer text not null,
  utm      jsonb not null,
  views    bigint not null,
  primary key (site_id, visitor)
);
alter table private.analytics_visits enable row level security;
revoke all on private.analytics_visits from public, anon, authenticated, service_role;
create index analytics_visits_day_idx on private.analytics_visits (day);
comment on table private.analytics_visits is 'Who is on which site today, and how they came; kept for a day.';

create table private.analytics_seen (
  site_id   uuid not null references public.sites on delete cascade,
  visitor   bytea not null,
  dimension text not null,
  value     text not null,
  day       date not null,
  primary key (site_id, visitor, dimension, value)
);
alter table private.analytics_seen enable row level security;
revoke all on private.analytics_seen from public, anon, authenticated, service_role;
create index analytics_seen_day_idx on private.analytics_seen (day);
comment on table private.analytics_seen is 'What each visitor of today has already been counted for; kept for a day.';

create table private.analytics_vitals (
  site_id uuid not null references public.sites on delete cascade,
  day     date not null,
  path    text not null,
  metric  text not null check (metric in ('lcp', 'inp', 'cls', 'fcp', 'ttfb')),
  bucket  smallint not null,
  times   bigint not null check (times > 0),
  primary key (site_id, day, path, metric, bucket)
);
alter table private.analytics_vitals enable row level security;
revoke all on private.analytics_vitals from public, anon, authenticated, service_role;
comment on table private.analytics_vitals is
  'How often a page was how fast: bucket n holds what is below 1.1 to the power of n milliseconds (CLS: thousandths).';

create function private.vital_bucket(value double precision) returns smallint
language sql immutable set search_path = ''
return ceil(ln(greatest(value, 1.0)) / ln(1.1))::smallint;

create function public.visitor_salt() returns text
language plpgsql security definer set search_path = '' as $$
declare
  today constant date := (now() at time zone 'utc')::date;
begin
  delete from private.analytics_salts s where s.day < today;
  -- Two random UUIDs hold 244 random bits, and need no extension.
  insert into private.analytics_salts (day, salt)
  values (today, sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')))
  on conflict (day) do nothing;
  return (select encode(s.salt, 'hex') from private.analytics_salts s where s.day = today);
end;
$$;
comment on function public.visitor_salt is 'Today''s salt, the same for all processes; asking destroys the earlier ones.';

-- Where a site is ----------------------------------------------------------------------------------------------------

create function private.site_addresses(site uuid) returns table (host text, base text)
language sql stable security definer set search_path = ''
begin atomic
  select substring(a.url from '^https?://([^/]+)'), coalesce(substring(a.url from '^https?://[^/]+(/.*)$'), '/')
  from (
    select s.published_url as url from public.sites s where s.id = site_addresses.site
    union select 'https://' || s.domain || '/' from public.sites s where s.id = site_addresses.site
    union select 'https://www.' || s.domain || '/' from public.sites s where s.id = site_addresses.site
    union select h.project ->> 'url' from public.site_hosts h where h.site_id = site_addresses.site
    union select 'https://' || (h.domain ->> 'name') || '/' from public.site_hosts h where h.site_id = site_addresses.site
    union (
      select d.url from public.deployments d
      where d.site_id = site_addresses.site and d.host = 'local' and d.target = 'production' and d.status = 'ready'
      order by d.sequence desc limit 1
    )
  ) a
  where a.url ~ '^https?://[^/]+';
end;
comment on function private.site_addresses is 'The hosts and folders where visits of a site are believed.';

create function private.page_address(path text) returns text
language sql immutable set search_path = ''
-- As pages are called in the builder: "/about", whatever the host makes of it.
return coalesce(nullif(regexp_replace(path, '(/index\.html|/)+$', ''), ''), '/');

-- Taking visits in ---------------------------------------------------------------------------------------------------

create function public.record_visits(batch jsonb) returns integer
-- The planner takes every step of a batch for one row, and would compare each visit with each; and it would compile the
-- statement, for a hundred times as long as it runs.
language plpgsql security definer set search_path = '' set enable_nestloop = off set jit = off as $$
#variable_conflict use_column
declare
  -- Beyond so many of a kind a day, the rest of a day is counted together: nobody fills the tables with invented addresses.
  most_paths constant integer := 500;
  most_values constant integer := 200;
  key integer;
  recorded integer;
begin
  -- One batch at a time for each site, so that two never both find a visitor new; always in one order.
  for key in
    select distinct hashtext(each ->> 'site') from jsonb_array_elements(batch) each order by 1
  loop
    perform pg_advisory_xact_lock(130000, key);
  end loop;

  with incoming as (
    select b.*, (b.at at time zone 'utc')::date as day
    from rows from (jsonb_to_recordset(batch) as (
      site uuid, at timestamptz, host text, kind text, visitor text, path text, referrer text, utm jsonb, device text,
      browser text, os text, country text, screen text, name text, properties jsonb, seconds integer, depth smallint,
      vitals jsonb
    )) with ordinality as b (
      site, at, host, kind, visitor, path, referrer, utm, device, browser, os, country, screen, name, properties, seconds,
      depth, vitals, n
    )
    where b.at > now() - interval '7 days'
  ),
  counted_sites as materialized (
    select s.id as site, s.org_id, a.host, a.base
    from public.sites s left join lateral private.site_addresses(s.id) a on true
    where s.analytics and s.id = any (array(select i.site from incoming i))
  ),
  placed as (
    select distinct on (i.n) i.*, s.org_id, s.base, i.host = any (h.hosts) as is_at_home
    from incoming i
    join (select c.site, array_agg(c.host) as hosts from counted_sites c group by 1) h on h.site = i.site
    join counted_sites s on s.site = i.site
    order by i.n, (s.host = i.host and starts_with(i.path || '/', s.base)) desc nulls last, length(s.base) desc
  ),
  -- Another folder of the site's own host is a preview, or another site: not counted at all.
  strangers as (select p.* from placed p where not coalesce(p.is_at_home, false)),
  believed as (
    select p.n, p.site, p.org_id, p.day, p.at, p.kind, decode(p.visitor, 'hex') as visitor, p.referrer, p.utm, p.device,
      p.browser, p.os, p.country, p.screen, p.name, p.properties, p.seconds, p.depth, p.vitals,
      case when p.kind = 'not_found' then 'not_found' else 'path' end as path_dimension,
      private.page_address('/' || substr(p.path, length(p.base) + 1)) as path
    from placed p
    where p.is_at_home and starts_with(p.path || '/', p.base)
  ),
  new_paths as (
    select distinct b.site, b.day, b.path_dimension, b.path from believed b
  ),
  ranked_paths as (
    select p.*, row_number() over (partition by p.site, p.day, p.path_dimension order by p.path) + (
      select count(*) from public.analytics_daily d
      where d.site_id = p.site and d.day = p.day and d.dimension = p.path_dimension) as nth
    from new_paths p
    -- Here and below as one look into the index for each: a join would read the sums of all sites.
    where (
      select 1 from public.analytics_daily d
      where (d.site_id, d.day, d.dimension, d.value) = (p.site, p.day, p.path_dimension, p.path)
    ) is null
  ),
  events as materialized (
    select b.n, b.site, b.org_id, b.day, b.at, b.kind, b.visitor, b.referrer, b.utm, b.device, b.browser, b.os, b.country,
      b.screen, b.name, b.properties, b.seconds, b.depth, b.vitals,
      case when r.nth > most_paths then '/(other)' else b.path end as path,
      row_number() over (partition by b.site, b.visitor, b.kind order by b.n) as nth_of_kind
    from believed b
    left join ranked_paths r
      on (r.site, r.day, r.path_dimension, r.path) = (b.site, b.day, b.path_dimension, b.path)
  ),
  firsts as (
    select distinct on (e.site, e.visitor) e.* from events e order by e.site, e.visitor, (e.kind = 'view') desc, e.n
  ),
  added as (
    select e.site, e.visitor, count(*) filter (where e.kind = 'view') as views, sum(e.seconds) as seconds
    from events e group by 1, 2
  ),
  visits as (
    insert into private.analytics_visits as v (site_id, visitor, day, path, referrer, utm, views)
    select f.site, f.visitor, f.day, f.path, f.referrer, f.utm, a.views
    from firsts f join added a on (a.site, a.visitor) = (f.site, f.visitor)
    on conflict (site_id, visitor) do update set
      views = v.views + excluded.views,
      path = case when v.views = 0 then excluded.path else v.path end,
      referrer = case when v.views = 0 then excluded.referrer else v.referrer end,
      utm = case when v.views = 0 then excluded.utm else v.utm end
    returning v.site_id, v.visitor, v.day, v.path, v.referrer, v.utm, v.views
  ),
  changed as materialized (
    select v.site_id as site, v.visitor, v.day, v.path, v.referrer, v.utm, v.views, f.org_id, f.device, f.browser, f.os,
      f.country, f.screen, a.views as added, a.seconds,
      (v.views = a.views and a.views > 0)::integer as is_new,
      case
        when v.views = a.views and a.views = 1 then 1
        when v.views - a.views = 1 and a.views > 0 then -1
        else 0
      end as bounces
    from visits v
    join firsts f on (f.site, f.visitor) = (v.site_id, v.visitor)
    join added a on (a.site, a.visitor) = (v.site_id, v.visitor)
  ),
  written as (
    insert into public.analytics_events (
      org_id, site_id, at, kind, visitor, path, referrer, utm, device, browser, os, country, screen, name, properties,
      seconds, depth, bounced
    )
    select e.org_id, e.site, e.at, e.kind, e.visitor, e.path, c.referrer, c.utm, e.device, e.browser, e.os, e.country,
      e.screen, e.name, case when e.kind = 'vitals' then e.vitals else e.properties end, e.seconds, e.depth,
      case when e.kind = 'view' and e.nth_of_kind = 1 and c.is_new = 1 then c.views = 1 end
    from events e join changed c on (c.site, c.visitor) = (e.site, e.visitor)
    returning 1
  ),
  stayed as (
    update public.analytics_events e set bounced = false
    where e.id = any (array(
      select (select x.id from public.analytics_events x where x.site_id = c.site and x.visitor = c.visitor and x.bounced)
      from changed c where c.bounces = -1))
    returning 1
  ),
  seen as (
    insert into private.analytics_seen (site_id, visitor, dimension, value, day)
    select distinct e.site, e.visitor, d.dimension, d.value, e.day
    from events e
    cross join lateral (values
      ('view', 'path', e.path), ('event', 'event', e.name), ('outbound', 'outbound', e.name),
      ('not_found', 'not_found', e.path)
    ) d (kind, dimension, value)
    where d.kind = e.kind
    on conflict (site_id, visitor, dimension, value) do nothing
    returning site_id as site, dimension, value, day
  ),
  counts (site, org_id, day, dimension, value, visitors, views, bounces, seconds, depth, leaves) as (
    select c.site, c.org_id, c.day, d.dimension, d.value, c.is_new, c.added, c.bounces, c.seconds, 0, 0
    from changed c
    cross join lateral (values
      ('total', ''), ('entry', c.path), ('referrer', c.referrer), ('device', c.device), ('browser', c.browser),
      ('os', c.os), ('country', c.country), ('screen', c.screen), ('utm_source', c.utm ->> 'source'),
      ('utm_medium', c.utm ->> 'medium'), ('utm_campaign', c.utm ->> 'campaign'), ('utm_term', c.utm ->> 'term'),
      ('utm_content', c.utm ->> 'content')
    ) d (dimension, value)
    where d.value is not null and (c.views > 0)
    union all
    select c.site, c.org_id, c.day, 'path', c.path, 0, 0, c.bounces, 0, 0, 0 from changed c where c.bounces <> 0
    union all
    select e.site, e.org_id, e.day, 'path', e.path, 0, (e.kind = 'view')::integer, 0, e.seconds, e.depth,
      (e.kind = 'leave')::integer
    from events e where e.kind in ('view', 'leave')
    union all
    select e.site, e.org_id, e.day, 'hour', to_char(e.at at time zone 'utc', 'HH24'),
      (e.nth_of_kind = 1 and c.is_new = 1)::integer, 1, 0, 0, 0, 0
    from events e join changed c on (c.site, c.visitor) = (e.site, e.visitor) where e.kind = 'view'
    union all
    select e.site, e.org_id, e.day, e.kind, case when e.kind = 'not_found' then e.path else e.name end, 0, 1, 0, 0, 0, 0
    from events e where e.kind in ('event', 'outbound', 'not_found')
    union all
    select s.site, h.org_id, s.day, s.dimension, s.value, 1, 0, 0, 0, 0, 0
    from seen s join (select distinct c.site, c.org_id from counted_sites c) h on h.site = s.site
    union all
    select s.site, s.org_id, s.day, 'unverified_host', s.host, 0, 1, 0, 0, 0, 0 from strangers s where s.kind = 'view'
  ),
  grouped as (
    select c.site, c.org_id, c.day, c.dimension, c.value, sum(c.visitors) as visitors, sum(c.views) as views,
      sum(c.bounces) as bounces, sum(c.seconds) as seconds, sum(c.depth) as depth, sum(c.leaves) as leaves
    from counts c group by c.site, c.org_id, c.day, c.dimension, c.value
  ),
  looked_up as materialized (
    select g.*, (
      select 1 from public.analytics_daily d
      where (d.site_id, d.day, d.dimension, d.value) = (g.site, g.day, g.dimension, g.value)
    ) is null as is_new
    from grouped g
  ),
  ranked as (
    select l.*, row_number() over (
      partition by l.site, l.day, l.dimension, l.is_new order by l.views desc, l.value) as nth_new
    from looked_up l
  ),
  bounded as (
    select g.*, case
      when g.is_new and g.dimension not in ('total', 'hour', 'path', 'not_found') and g.nth_new + (
        select count(*) from public.analytics_daily d
        where d.site_id = g.site and d.day = g.day and d.dimension = g.dimension) > most_values
      then '(other)' else g.value end as kept
    from ranked g
  ),
  summed as (
    insert into public.analytics_daily as d (
      org_id, site_id, day, dimension, value, visitors, views, bounces, seconds, depth, leaves
    )
    select b.org_id, b.site, b.day, b.dimension, b.kept, sum(b.visitors), sum(b.views), sum(b.bounces), sum(b.seconds),
      sum(b.depth), sum(b.leaves)
    from bounded b group by 1, 2, 3, 4, 5
    on conflict (site_id, day, dimension, value) do update set
      visitors = d.visitors + excluded.visitors,
      views = d.views + excluded.views,
      bounces = d.bounces + excluded.bounces,
      seconds = d.seconds + excluded.seconds,
      depth = d.depth + excluded.depth,
      leaves = d.leaves + excluded.leaves
    returning 1
  ),
  timed as (
    insert into private.analytics_vitals as v (site_id, day, path, metric, bucket, times)
    select e.site, e.day, e.path, m.metric, private.vital_bucket(m.value::double precision), count(*)
    from events e cross join lateral jsonb_each_text(e.vitals) m (metric, value)
    where e.kind = 'vitals'
    group by 1, 2, 3, 4, 5
    on conflict (site_id, day, path, metric, bucket) do update set times = v.times + excluded.times
    returning 1
  )
  select (select count(*) from written) + (select count(*) from strangers) into recorded;
  return recorded;
end;
$$;
comment on function public.record_visits is
  'Take in a batch of visits, by a service that has checked each; what belongs to no site that counts is dropped without a word.';
