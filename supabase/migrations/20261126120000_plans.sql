-- Before the first release: nobody's tables are long yet, and nobody calls what is replaced.
-- squawk-ignore-file constraint-missing-not-valid, adding-foreign-key-constraint
-- squawk-ignore-file require-concurrent-index-creation, ban-drop-constraint
-- Plans are rows: what each includes, and under which lookup keys Stripe sells it. `plans.toml` is what people edit; the
-- deploy worker brings it here when it starts. Limits are counted by triggers, one row of `usage_quotas` for each thing,
-- so that whoever writes, by whatever way, takes the last place once.

create function private.is_plan_limits(value jsonb) returns boolean
language sql immutable set search_path = ''
return case when private.is_json_object(value, 2000) then
  (select array_agg(k.key order by k.key) from jsonb_object_keys(value) k (key)) =
    '{ai_credits,custom_domains,deployments,members,pages,retention_days,sites,storage_mb}'::text[]
  and not jsonb_path_exists(
    value, '$.* ? (@.type() != "null" && (@.type() != "number" || @ < 0 || @ != @.floor()))')
else false end;
comment on function private.is_plan_limits is 'Every limit by its name: a whole number, or null for none.';

create table public.plans (
  id         text primary key check (id ~ '^[a-z][a-z0-9_]{0,39}$'),
  name       text not null check (private.is_name(name, 40)),
  summary    text not null default '' check (private.is_plain_text(summary, 200)),
  position   integer not null default 0,
  limits     jsonb not null check (private.is_plan_limits(limits)),
  features   text[] not null default '{}',
  -- {"month": "pro_month", "year": "pro_year"}: lookup keys, because ids of prices differ between test and live.
  prices     jsonb not null default '{}' check (private.is_json_object(prices, 2000)),
  trial_days integer not null default 0 check (trial_days between 0 and 90),
  is_offered boolean not null default true
);
alter table public.plans enable row level security;
comment on table public.plans is 'What organizations can subscribe to: limits, features and the prices'' lookup keys.';
comment on column public.plans.features is 'Paid features. Editing with them is open to all; publishing is not.';

-- What plans.toml says too (a test compares), for databases that no worker has visited yet.
insert into public.plans (id, name, summary, position, limits, features, prices, trial_days) values
  ('free', 'Free', 'For a first site and small teams.', 0,
    '{"sites": 3, "pages": 200, "members": 5, "ai_credits": 3000, "deployments": 200, "storage_mb": 500,
      "custom_domains": 1, "retention_days": 30}', '{}', '{}', 0),
  ('pro', 'Pro', 'For studios with several sites.', 1,
    '{"sites": 25, "pages": 2500, "members": 20, "ai_credits": 15000, "deployments": 3000, "storage_mb": 20000,
      "custom_domains": 25, "retention_days": 365}', '{head_code}', '{"month": "pro_month", "year": "pro_year"}', 14),
  ('business', 'Business', 'For agencies: as many sites, pages and people as you like.', 2,
    '{"sites": null, "pages": null, "members": null, "ai_credits": 60000, "deployments": null, "storage_mb": 200000,
      "custom_domains": null, "retention_days": 1095}', '{head_code}',
    '{"month": "business_month", "year": "business_year"}', 14);

alter table public.organizations drop constraint organizations_plan_check;
alter table public.organizations add foreign key (plan) references public.plans;
alter table public.subscriptions drop constraint subscriptions_plan_check;
alter table public.subscriptions add foreign key (plan) references public.plans;
create index organizations_plan_idx on public.organizations (plan);
create index subscriptions_plan_idx on public.subscriptions (plan);

-- Limits -----------------------------------------------------------------------------------------------------------

create function private.plan_limit(org uuid, metric text) returns bigint
language sql stable security definer set search_path = ''
return (
  select case when plan_limit.metric = 'storage' then (p.limits ->> 'storage_mb')::bigint * 1048576
    else (p.limits ->> plan_limit.metric)::bigint end
  from public.organizations o join public.plans p on p.id = o.plan where o.id = plan_limit.org
);
comment on function private.plan_limit is 'How much of something an organization''s plan allows; null is without limit.';

create or replace function private.ai_allowance(plan text) returns bigint
language sql stable security definer set search_path = ''
return (select (p.limits ->> 'ai_credits')::bigint from public.plans p where p.id = ai_allowance.plan);

create or replace function private.follow_plan() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.usage_quotas q set allowed = private.plan_limit(q.org_id, q.metric)
  where q.org_id = new.id and q.metric <> 'ai_tokens' and q.period in ('1970-01-01', (private.quota_period(new.id)).starts);
  return null;
end;
$$;
comment on function private.follow_plan is 'A new plan counts at once, not from the next period on.';

create function private.count_usage(org uuid, metric text, change bigint, period date default '1970-01-01') returns void
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  allowed bigint;
  plan text;
begin
  if org is null or change = 0 then
    return;
  end if;
  if count_usage.metric = 'pages' then
    -- A site's pages leave before it and come after it: the same order for both, so that neither waits for the other.
    perform from public.usage_quotas q
    where (q.org_id, q.metric, q.period) = (count_usage.org, 'sites', date '1970-01-01') for update;
  end if;
  if change < 0 then
    update public.usage_quotas q set used = greatest(0, q.used + count_usage.change)
    where (q.org_id, q.metric, q.period) = (count_usage.org, count_usage.metric, count_usage.period);
    return;
  end if;
  allowed := private.plan_limit(count_usage.org, count_usage.metric);
  -- One statement looks and takes, so two that come at once cannot both find the last place free.
  insert into public.usage_quotas as q (org_id, metric, period, used, allowed)
  values (count_usage.org, count_usage.metric, count_usage.period, count_usage.change, allowed)
  on conflict on constraint usage_quotas_pkey
  do update set used = q.used + excluded.used, allowed = excluded.allowed
  where excluded.allowed is null or q.used + excluded.used <= excluded.allowed;
  if not found or count_usage.change > allowed then
    select p.name into plan from public.plans p join public.organizations o on o.plan = p.id where o.id = count_usage.org;
    raise sqlstate 'PT402' using message = format(
      'The %s plan includes %s, and this would be more. %s, or ask an owner for a larger plan.', plan,
      case count_usage.metric
        when 'storage' then format('%s MB of pictures', allowed / 1048576)
        when 'deployments' then format('%s publishes a month', allowed)
        else format('%s %s', allowed, case when allowed = 1
          then rtrim(replace(count_usage.metric, '_', ' '), 's') else replace(count_usage.metric, '_', ' ') end) end,
      case count_usage.metric
        when 'deployments' then format('Go on from %s on', to_char((private.quota_period(count_usage.org)).ends, 'FMDD FMMonth'))
        else 'Remove something first' end);
  end if;
end;
$$;
comment on function private.count_usage is 'Takes places of a quota or gives them back. Refuses what the plan does not hold.';

create function private.count_rows() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  sign constant integer := case tg_op when 'INSERT' then 1 else -1 end;
  tally record;
begin
  -- A statement at a time: two hundred pages are counted once.
  if tg_table_name = 'assets' then
    for tally in select c.org_id, sum(c.size)::bigint as amount from changed c group by c.org_id order by c.org_id loop
      perform private.count_usage(tally.org_id, 'storage', sign * tally.amount);
    end loop;
  elsif tg_table_name = 'pages' then
    for tally in
      select c.org_id, count(*) as amount from changed c where c.deleted_at is null group by c.org_id order by c.org_id
    loop
      perform private.count_usage(tally.org_id, 'pages', sign * tally.amount);
    end loop;
  elsif tg_table_name = 'sites' then
    for tally in
      select c.org_id, count(*) as amount, count(c.domain) as domains from changed c group by c.org_id order by c.org_id
    loop
      perform private.count_usage(tally.org_id, 'sites', sign * tally.amount);
      perform private.count_usage(tally.org_id, 'custom_domains', sign * tally.domains);
    end loop;
  else
    for tally in select c.org_id, count(*) as amount from changed c group by c.org_id order by c.org_id loop
      perform private.count_usage(tally.org_id, 'members', sign * tally.amount);
    end loop;
  end if;
  return null;
end;
$$;
create trigger count_made after insert on public.sites
  referencing new table as changed for each statement execute function private.count_rows();
create trigger count_gone after delete on public.sites
  referencing old table as changed for each statement execute function private.count_rows();
create trigger count_made after insert on public.pages
  referencing new table as changed for each statement execute function private.count_rows();
create trigger count_gone after delete on public.pages
  referencing old table as changed for each statement execute function private.count_rows();
create trigger count_made after insert on public.assets
  referencing new table as changed for each statement execute function private.count_rows();
create trigger count_gone after delete on public.assets
  referencing old table as changed for each statement execute function private.count_rows();
create trigger count_made after insert on public.organization_members
  referencing new table as changed for each statement execute function private.count_rows();
create trigger count_gone after delete on public.organization_members
  referencing old table as changed for each statement execute function private.count_rows();

create function private.count_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_table_name = 'sites' then
    perform private.count_usage(
      new.org_id, 'custom_domains', (new.domain is not null)::integer - (old.domain is not null)::integer);
  else
    perform private.count_usage(
      new.org_id, 'pages', (new.deleted_at is null)::integer - (old.deleted_at is null)::integer);
  end if;
  return null;
end;
$$;
create trigger count_change after update of domain on public.sites
  for each row execute function private.count_change();
create trigger count_change after update of deleted_at on public.pages
  for each row execute function private.count_change();

create function private.keep_seats() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  seats constant bigint := private.plan_limit(new.org_id, 'members');
begin
  -- Whoever invites has locked the organization. The seat itself is taken when the invitation is accepted.
  if (select count(*) from public.organization_members m where m.org_id = new.org_id)
    + (select count(*) from public.organization_invitations i
       where i.org_id = new.org_id and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > now())
    >= seats then
    raise sqlstate 'PT402' using message = format(
      'The plan includes %s members, and with the open invitations there would be more. '
      'Withdraw one, or ask an owner for a larger plan.', seats);
  end if;
  return new;
end;
$$;
comment on function private.keep_seats is 'Nobody is invited to a seat that the plan does not have.';
create trigger keep_seats before insert on public.organization_invitations
  for each row execute function private.keep_seats();

-- What is there already.
insert into public.usage_quotas (org_id, metric, period, used, allowed)
select o.id, m.metric, '1970-01-01', m.used, private.plan_limit(o.id, m.metric)
from public.organizations o
cross join lateral (
  select 'sites', count(*) from public.sites s where s.org_id = o.id
  union all select 'custom_domains', count(s.domain) from public.sites s where s.org_id = o.id
  union all select 'pages', count(*) from public.pages p where p.org_id = o.id and p.deleted_at is null
  union all select 'members', count(*) from public.organization_members h where h.org_id = o.id
  union all select 'storage', coalesce(sum(a.size), 0)::bigint from public.assets a where a.org_id = o.id
) m (metric, used)
where m.used > 0
on conflict (org_id, metric, period) do update set used = excluded.used, allowed = excluded.allowed;

-- Over the limit ---------------------------------------------------------------------------------------------------

create function private.over_limit(org uuid, metric text) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
declare
  most bigint;
begin
  select q.allowed into most from public.usage_quotas q
  where q.org_id = over_limit.org and q.metric = over_limit.metric and q.period = '1970-01-01' and q.used > q.allowed;
  -- The ordinary case: one row by its key, and nothing else is read.
  if most is null then
    return '{}';
  end if;
  if over_limit.metric = 'sites' then
    return array(
      select s.id from public.sites s where s.org_id = over_limit.org order by s.created_at, s.id offset most);
  end if;
  return array(
    select p.id from public.pages p where p.org_id = over_limit.org and p.deleted_at is null
    order by p.created_at, p.id offset most);
end;
$$;
comment on function private.over_limit is 'The sites or pages that a smaller plan no longer holds: the newest ones.';

create function private.keep_over_limit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  is_over boolean;
begin
  if tg_table_name = 'sites' then
    is_over := new.id = any (private.over_limit(new.org_id, 'sites'));
  else
    is_over := new.site_id = any (private.over_limit(new.org_id, 'sites'))
      or (tg_op = 'UPDATE' and new.id = any (private.over_limit(new.org_id, 'pages')));
  end if;
  if is_over then
    raise sqlstate 'PT402' using message =
      'This is more than the organization''s plan holds, so it can be read and deleted but not changed. '
      'Ask an owner for a larger plan.';
  end if;
  return new;
end;
$$;
comment on function private.keep_over_limit is 'What is over the limit of a plan is kept as it is; nothing is deleted.';
create trigger keep_over_limit before update of name, slug, theme, seo, head_code, domain, brand on public.sites
  for each row execute function private.keep_over_limit();
-- After before_page by its name, which fills in the organization.
create trigger keep_over_limit before insert or update of path, title, seo, content, html, css, js, status on public.pages
  for each row execute function private.keep_over_limit();

create function public.over_limit_content(org_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if (over_limit_content.org_id = any (private.org_ids('viewer'))) is not true then
    raise sqlstate 'PT404' using message = 'There is no such organization.';
  end if;
  return jsonb_build_object(
    'sites', (
      select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name) order by s.created_at), '[]')
      from public.sites s where s.id = any (private.over_limit(over_limit_content.org_id, 'sites'))),
    'pages', (
      select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'title', p.title, 'site_id', p.site_id)), '[]')
      from (
        select * from public.pages o where o.id = any (private.over_limit(over_limit_content.org_id, 'pages'))
        order by o.created_at limit 200
      ) p));
end;
$$;
comment on function public.over_limit_content is 'What of an organization is read-only because its plan became smaller.';

-- Paid features: free to edit with, stopped at publish ---------------------------------------------------------------

create function private.paid_uses(site public.sites) returns jsonb
language sql stable security definer set search_path = ''
return (
  select coalesce(jsonb_agg(jsonb_build_object('feature', u.feature, 'label', u.label, 'where', u.place)), '[]')
  from (
    select 'head_code' as feature, 'Custom head code' as label, '/sites/' || site.id || '?tab=settings' as place
    where site.head_code ~ '\S'
    union all
    select 'head_code', 'Head code of the page ' || p.title, '/sites/' || site.id || '/edit?page=' || p.id
    from public.pages p
    where p.site_id = site.id and p.org_id = site.org_id and p.status = 'published' and p.deleted_at is null
      and p.seo ->> 'head_code' ~ '\S'
  ) u
  join public.organizations o on o.id = site.org_id
  join public.plans p on p.id = o.plan
  where not (u.feature = any (p.features))
);

create function public.publish_blockers(site_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  site public.sites;
begin
  select s.* into site from public.sites s
  where s.id = publish_blockers.site_id and s.org_id = any (private.org_ids('viewer'));
  if site.id is null then
    raise sqlstate 'PT404' using message = 'There is no such site.';
  end if;
  return jsonb_build_object(
    'plan', (select p.name from public.organizations o join public.plans p on p.id = o.plan where o.id = site.org_id),
    'uses', private.paid_uses(site));
end;
$$;
comment on function public.publish_blockers is 'Where a site uses what its plan does not include; without `uses` it can be published.';

create function private.before_deployment() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  site public.sites;
  uses jsonb;
begin
  select s.* into site from public.sites s where s.id = new.site_id;
  -- Going back to what was live is always possible, and so is taking one's work away.
  if new.kind <> 'publish' or new.restored_from is not null or new.host = 'archive' or new.status <> 'queued' then
    return new;
  end if;
  if site.id = any (private.over_limit(site.org_id, 'sites')) then
    raise sqlstate 'PT402' using message =
      'This site is more than the organization''s plan holds: what is live stays live, and nothing new is published. '
      'Ask an owner for a larger plan.';
  end if;
  uses := private.paid_uses(site);
  if new.target = 'production' and uses <> '[]' then
    raise sqlstate 'PT402' using message = format(
      'The plan of this organization does not include: %s. Take it out, or ask an owner for a larger plan.',
      (select string_agg(u ->> 'label', ', ') from jsonb_array_elements(uses) u));
  end if;
  return new;
end;
$$;
create trigger before_deployment before insert on public.deployments
  for each row execute function private.before_deployment();

create function private.count_deployment() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.count_usage(new.org_id, 'deployments', 1, (private.quota_period(new.org_id)).starts);
  insert into public.api_usage (org_id, user_id, endpoint, status, units)
  values (new.org_id, new.requested_by, 'POST /api/deployments', 202, 1);
  return null;
end;
$$;
-- Returning to an earlier publish costs nothing.
create trigger count_deployment after insert on public.deployments
  for each row when (new.kind = 'publish' and new.restored_from is null) execute function private.count_deployment();

-- Seeing it ----------------------------------------------------------------------------------------------------------

create function public.current_quotas(org_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  current record;
begin
  if (current_quotas.org_id = any (private.org_ids('viewer'))) is not true then
    raise sqlstate 'PT404' using message = 'There is no such organization.';
  end if;
  current := private.quota_period(current_quotas.org_id);
  return jsonb_build_object(
    'starts', current.starts, 'ends', current.ends,
    'quotas', (
      select coalesce(jsonb_agg(jsonb_build_object('metric', q.metric, 'used', q.used, 'allowed', q.allowed)), '[]')
      from public.usage_quotas q
      where q.org_id = current_quotas.org_id and q.period in ('1970-01-01', current.starts)));
end;
$$;
comment on function public.current_quotas is
  'What an organization has used and may use at this moment, and from when on the monthly ones begin anew.';

create function public.usage_by_day(org_id uuid, since date) returns jsonb
-- As the caller: admins see the calls, and so their sums.
language sql stable security invoker set search_path = ''
return (
  select coalesce(jsonb_agg(to_jsonb(d) order by d.day, d.kind, d.user_id), '[]') from (
    select (u.created_at at time zone 'utc')::date as day, u.user_id,
      case when u.endpoint like 'POST /api/ai/%' then 'ai' else 'publish' end as kind,
      count(*) as calls, sum(u.units) as units
    from public.api_usage u
    where u.org_id = usage_by_day.org_id
      and u.created_at >= greatest(usage_by_day.since, (now() at time zone 'utc')::date - 366) at time zone 'utc'
    group by 1, 2, 3
  ) d
);
comment on function public.usage_by_day is 'What an organization''s people used, by day, person and kind.';

-- What the service calls ----------------------------------------------------------------------------------------------

create function public.apply_plans(plans jsonb) returns integer
language plpgsql security definer set search_path = '' as $$
begin
  if (jsonb_path_exists(apply_plans.plans, '$[*] ? (@.id == "free")')) is not true then
    raise sqlstate '23514' using message = 'One of the plans must be "free": it is what organizations begin with.';
  end if;
  insert into public.plans as p (id, name, summary, position, limits, features, prices, trial_days, is_offered)
  select n.id, n.name, coalesce(n.summary, ''), n.place, n.limits, coalesce(n.features, '{}'), coalesce(n.prices, '{}'),
    coalesce(n.trial_days, 0), true
  from rows from (
    jsonb_to_recordset(apply_plans.plans) as (
      id text, name text, summary text, limits jsonb, features text[], prices jsonb, trial_days integer)
  ) with ordinality as n (id, name, summary, limits, features, prices, trial_days, place)
  on conflict (id) do update
  set name = excluded.name, summary = excluded.summary, position = excluded.position, limits = excluded.limits,
    features = excluded.features, prices = excluded.prices, trial_days = excluded.trial_days, is_offered = true;
  -- Whoever has a plan that is no longer listed keeps it.
  update public.plans p set is_offered = false
  where not jsonb_path_exists(apply_plans.plans, '$[*] ? (@.id == $id)', jsonb_build_object('id', p.id));
  update public.usage_quotas q set allowed = private.plan_limit(q.org_id, q.metric)
  where q.metric <> 'ai_tokens'
    and (q.period = '1970-01-01' or (q.period > current_date - 32 and q.period = (private.quota_period(q.org_id)).starts))
    and q.allowed is distinct from private.plan_limit(q.org_id, q.metric);
  return jsonb_array_length(apply_plans.plans);
end;
$$;
comment on function public.apply_plans is 'Make the plans what plans.toml says.';
