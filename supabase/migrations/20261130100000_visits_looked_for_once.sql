-- What is due to be deleted is looked for once. The plan that a session keeps of this function is made while there are no
-- visits, and then looks through all sites anew for each visit there is; a database that lives in one session, as the
-- embedded one does, was held up by it for most of a minute, once a minute.

create or replace function public.trim_visits(batch integer default 20000) returns integer
language plpgsql security definer
-- Planned with each call for what there is: it is called once a minute.
set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  today constant date := (now() at time zone 'utc')::date;
  removed integer;
begin
  delete from private.analytics_salts s where s.day < today;
  delete from private.analytics_visits v where v.day < today - 1;
  delete from private.analytics_seen s where s.day < today - 1;
  with plan as materialized (select p.id, private.visit_days(p.id) as days from public.plans p),
  kept as materialized (
    select s.id, p.days
    from public.sites s join public.organizations o on o.id = s.org_id join plan p on p.id = o.plan
  ), past as (
    -- With the day go its visitors.
    delete from private.analytics_days d using kept k where d.site_id = k.id and d.day < today - k.days
  ), old as materialized (
    select x.id from kept k
    cross join lateral (
      select e.id from public.analytics_events e
      where e.site_id = k.id and e.at < now() - make_interval(days => k.days)
      order by e.at limit batch
    ) x
    limit batch
  )
  delete from public.analytics_events e using old where e.id = old.id;
  get diagnostics removed = row_count;
  return removed;
end;
$$;
