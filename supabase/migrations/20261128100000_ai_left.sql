-- squawk-ignore-file ban-drop-function
-- What a question to the AI asks before it may be asked, in one look and with plans that are kept: a function in SQL is
-- planned anew by every statement that calls it, and two of them looked at the same rows.

create or replace function private.ai_left(quota public.usage_quotas, site_id uuid, person uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  -- One day may use half of the month, for a person and for a site: a script that runs wild leaves something.
  of_a_day constant bigint := (quota.allowed + 1) / 2;
  by_site bigint;
  by_person bigint;
begin
  select
    sum(g.credits) filter (where g.site_id = ai_left.site_id),
    sum(g.credits) filter (where g.created_by = ai_left.person)
  into by_site, by_person
  from public.ai_generations g
  where g.org_id = quota.org_id
    and g.created_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc'
    and (g.site_id = ai_left.site_id or g.created_by = ai_left.person);
  return jsonb_build_object(
    'organization', quota.allowed - quota.used,
    'site', of_a_day - coalesce(by_site, 0),
    'person', of_a_day - coalesce(by_person, 0));
end;
$$;
comment on function private.ai_left is 'The credits that are left to an organization, and today to a site and to a person.';
drop function private.ai_spent_today;

create or replace function private.lock_ai_quota(org uuid) returns public.usage_quotas
language plpgsql security definer set search_path = '' as $$
declare
  today constant date := (private.quota_period(lock_ai_quota.org)).starts;
  quota public.usage_quotas;
begin
  for attempt in 1..2 loop
    select q.* into quota from public.usage_quotas q
    where q.org_id = lock_ai_quota.org and q.metric = 'ai_credits' and q.period = today
    for update;
    exit when found or attempt = 2;
    -- The first question of the period; of two at once, the second waits here and finds the row of the first.
    insert into public.usage_quotas (org_id, metric, period, allowed)
    select o.id, m.metric, today, m.allowed
    from public.organizations o
    cross join lateral (values ('ai_credits', private.ai_allowance(o.plan)), ('ai_tokens', null)) as m (metric, allowed)
    where o.id = lock_ai_quota.org
    on conflict (org_id, metric, period) do nothing;
  end loop;
  return quota;
end;
$$;
