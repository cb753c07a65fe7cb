-- Before the first release: nobody's tables are long yet, and nobody calls what is replaced.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- What asking the AI costs, and who pays: credits are reserved before a question goes out and settled when it is answered.
--
-- A credit is a tenth of a US cent of what the vendor charges. `usage_quotas.used` is at every moment the sum of
-- `ai_generations.credits` of the period: what runs counts with what is reserved for it, what has ended with what it cost.
-- Whoever reserves or settles locks the organization's row of the period first, so no two can take the same last credit.

alter table public.sites
  add column brand text not null default '' check (char_length(brand) <= 4000);
comment on column public.sites.brand is 'What the AI should know of whoever the site is for: the business, its voice, its words.';

alter table public.ai_generations
  add column is_favorite boolean not null default false,
  add column settings jsonb not null default '{}' check (private.is_json_object(settings, 16384)),
  add column quota_period date;
comment on column public.ai_generations.credits is 'Reserved while it runs, charged when it has ended; nothing if it failed.';
comment on column public.ai_generations.quota_period is 'Of which period it was paid: a question may end in the next.';
comment on column public.ai_generations.settings is 'What was chosen beside the prompt (tone, language, variants…), to ask the same again.';
drop index public.ai_generations_site_idx;
create index ai_generations_site_idx on public.ai_generations (org_id, site_id, created_at desc);
create index ai_generations_running_idx on public.ai_generations (org_id, created_at) where status = 'running';

-- What is allowed ----------------------------------------------------------------------------------------------------

create function private.ai_allowance(plan text) returns bigint
language sql immutable set search_path = ''
return case plan when 'business' then 60000 when 'pro' then 15000 else 3000 end;
comment on function private.ai_allowance is 'How many credits a plan has in a month.';

create function private.follow_plan() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.usage_quotas q set allowed = private.ai_allowance(new.plan)
  where q.org_id = new.id and q.metric = 'ai_credits' and q.period = (private.quota_period(new.id)).starts;
  return null;
end;
$$;
comment on function private.follow_plan is 'A new plan counts at once, not from the next period on.';
create trigger follow_plan after update of plan on public.organizations
  for each row when (old.plan is distinct from new.plan) execute function private.follow_plan();

create function private.lock_ai_quota(org uuid) returns public.usage_quotas
language plpgsql security definer set search_path = '' as $$
declare
  today constant date := (private.quota_period(lock_ai_quota.org)).starts;
  quota public.usage_quotas;
begin
  insert into public.usage_quotas (org_id, metric, period, allowed)
  select o.id, m.metric, today, m.allowed
  from public.organizations o
  cross join lateral (values ('ai_credits', private.ai_allowance(o.plan)), ('ai_tokens', null)) as m (metric, allowed)
  where o.id = lock_ai_quota.org
  on conflict (org_id, metric, period) do nothing;
  select q.* into quota from public.usage_quotas q
  where q.org_id = lock_ai_quota.org and q.metric = 'ai_credits' and q.period = today
  for update;
  return quota;
end;
$$;
comment on function private.lock_ai_quota is 'The period''s credits of an organization, made when there are none yet; others wait.';

create function private.ai_spent_today(org_id uuid, site_id uuid, person uuid) returns bigint
language sql stable security definer set search_path = ''
-- One of the two is null: of a site whoever asked, or of a person whatever the site.
return (
  select coalesce(sum(g.credits), 0) from public.ai_generations g
  where g.org_id = ai_spent_today.org_id
    and (ai_spent_today.site_id is null or g.site_id = ai_spent_today.site_id)
    and (ai_spent_today.person is null or g.created_by = ai_spent_today.person)
    and g.created_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc'
);

-- One day may use half of the month, for a person and for a site: a script that runs wild leaves something.
create function private.ai_left(quota public.usage_quotas, site_id uuid, person uuid) returns jsonb
language sql stable security definer set search_path = ''
return jsonb_build_object(
  'organization', quota.allowed - quota.used,
  'site', (quota.allowed + 1) / 2 - private.ai_spent_today(quota.org_id, site_id, null),
  'person', (quota.allowed + 1) / 2 - private.ai_spent_today(quota.org_id, null, person)
);

create function private.sweep_ai_generations(org_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  -- The service ends every question itself within fourteen minutes, so whoever asked this one was killed.
  longest constant interval := interval '15 minutes';
begin
  with lost as (
    update public.ai_generations g
    set status = 'error', credits = 0, finished_at = now(),
      error = jsonb_build_object('code', 'interrupted', 'detail', 'The server was restarted meanwhile. Nothing was charged.')
    from public.ai_generations was
    where was.id = g.id and g.org_id = sweep_ai_generations.org_id and g.status = 'running'
      and g.created_at < now() - longest
    returning was.credits, g.quota_period as period
  )
  update public.usage_quotas q set used = greatest(0, q.used - l.credits)
  from (select period, sum(credits) as credits from lost group by period) l
  where q.org_id = sweep_ai_generations.org_id and q.metric = 'ai_credits' and q.period = l.period;
end;
$$;
comment on function private.sweep_ai_generations is 'Gives back what is reserved for questions that nobody waits for any more.';

-- What the service calls -------------------------------------------------------------------------------------------

create function public.reserve_generation(
  site_id uuid,
  page_id uuid,
  person uuid,
  kind text,
  prompt text,
  settings jsonb,
  model text,
  credits integer,
  idempotency_key text default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  site public.sites;
  earlier public.ai_generations;
  asked public.ai_generations;
  quota public.usage_quotas;
  left_over jsonb;
  short text;
begin
  select s.* into site from public.sites s
  join public.organization_members m on m.org_id = s.org_id and m.user_id = reserve_generation.person
  where s.id = reserve_generation.site_id;
  if site.id is null then
    raise sqlstate 'PT404' using message = 'There is no such site, or you may not see it.';
  end if;
  if not exists (
    select from public.organization_members m
    where m.org_id = site.org_id and m.user_id = reserve_generation.person and m.role >= 'editor'
  ) then
    raise sqlstate '42501' using message = 'Editors, admins and owners ask the AI. Ask an admin for a higher role.';
  end if;
  if reserve_generation.page_id is not null and not exists (
    select from public.pages p where p.id = reserve_generation.page_id and p.site_id = site.id
  ) then
    raise sqlstate 'PT404' using message = 'There is no such page on this site.';
  end if;
  if (reserve_generation.credits >= 1) is not true then
    raise sqlstate '23514' using message = 'At least one credit is reserved.';
  end if;

  quota := private.lock_ai_quota(site.org_id);
  if reserve_generation.idempotency_key is not null then
    select g.* into earlier from public.ai_generations g
    where g.org_id = site.org_id and g.created_by = reserve_generation.person
      and g.idempotency_key = reserve_generation.idempotency_key;
    if earlier.id is not null then
      if (earlier.kind, earlier.prompt, earlier.site_id, earlier.settings)
        is distinct from (reserve_generation.kind, reserve_generation.prompt, site.id, reserve_generation.settings) then
        raise sqlstate 'PT409' using message = 'This Idempotency-Key was used for another question. Take a new one.';
      end if;
      return jsonb_build_object('replayed', true, 'generation', to_jsonb(earlier));
    end if;
  end if;
  perform private.sweep_ai_generations(site.org_id);
  select q.* into quota from public.usage_quotas q
  where (q.org_id, q.metric, q.period) = (quota.org_id, quota.metric, quota.period);

  if quota.allowed is not null then
    left_over := private.ai_left(quota, site.id, reserve_generation.person);
    short := (
      select l.key from jsonb_each_text(left_over) l
      where l.value::bigint < reserve_generation.credits order by l.value::bigint limit 1);
    if short is not null then
      raise sqlstate 'PT429' using message = case short
        when 'organization' then format(
          'This needs up to %s AI credits; %s are left until %s. An owner can choose a larger plan.',
          reserve_generation.credits, greatest(0, (left_over ->> 'organization')::bigint),
          to_char((private.quota_period(site.org_id)).ends, 'FMDD FMMonth'))
        when 'site' then format(
          'This needs up to %s AI credits; %s are left for this site today. Go on tomorrow.',
          reserve_generation.credits, greatest(0, (left_over ->> 'site')::bigint))
        else format(
          'This needs up to %s AI credits; %s are left for you today. Go on tomorrow.',
          reserve_generation.credits, greatest(0, (left_over ->> 'person')::bigint))
      end;
    end if;
  end if;

  insert into public.ai_generations (
    org_id, site_id, page_id, kind, prompt, settings, model, credits, quota_period, idempotency_key, created_by)
  values (
    site.org_id, site.id, reserve_generation.page_id, reserve_generation.kind, reserve_generation.prompt,
    reserve_generation.settings, reserve_generation.model, reserve_generation.credits, quota.period,
    reserve_generation.idempotency_key, reserve_generation.person)
  returning * into asked;
  update public.usage_quotas q set used = q.used + reserve_generation.credits
  where (q.org_id, q.metric, q.period) = (quota.org_id, quota.metric, quota.period) returning q.* into quota;
  return jsonb_build_object(
    'replayed', false,
    'generation', to_jsonb(asked),
    'remaining', quota.allowed - quota.used,
    'site', jsonb_build_object(
      'id', site.id, 'name', site.name, 'brand', site.brand, 'seo', site.seo, 'theme', site.theme,
      'pages', (
        select coalesce(jsonb_agg(jsonb_build_object('path', p.path, 'title', p.title) order by p.path), '[]')
        from (select * from public.pages p where p.site_id = site.id order by p.path limit 50) p)));
end;
$$;
comment on function public.reserve_generation is
  'Begin a question to the AI: who may, whether the credits suffice, and what the prompt may say of the site. Atomic.';

create function public.settle_generation(
  generation_id uuid,
  status text,
  output jsonb,
  error jsonb,
  model text,
  input_tokens integer,
  output_tokens integer,
  cost_usd_ticks bigint,
  credits integer,
  duration_ms integer,
  endpoint text,
  http_status integer,
  request_id text default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  asked public.ai_generations;
  quota public.usage_quotas;
  charged integer;
begin
  select g.* into asked from public.ai_generations g where g.id = settle_generation.generation_id;
  if asked.id is null then
    raise sqlstate 'PT404' using message = 'There is no such generation.';
  end if;
  -- The same order as when reserving: the period's row first.
  perform from public.usage_quotas q
  where (q.org_id, q.metric, q.period) = (asked.org_id, 'ai_credits', asked.quota_period) for update;
  select g.* into asked from public.ai_generations g where g.id = asked.id for update;
  if asked.status = 'running' then
    if (settle_generation.status in ('done', 'refused', 'canceled', 'error')) is not true then
      raise sqlstate '23514' using message = 'A generation ends done, refused, canceled or with an error.';
    end if;
    -- Never more than was promised; nothing for what came to nothing.
    charged := case when settle_generation.status in ('done', 'canceled')
      then least(asked.credits, greatest(settle_generation.credits, 0)) else 0 end;
    update public.usage_quotas q set used = q.used - asked.credits + charged
    where q.org_id = asked.org_id and q.metric = 'ai_credits' and q.period = asked.quota_period;
    update public.usage_quotas q
    set used = q.used + settle_generation.input_tokens + settle_generation.output_tokens
    where q.org_id = asked.org_id and q.metric = 'ai_tokens' and q.period = asked.quota_period;
    update public.ai_generations g
    set status = settle_generation.status, output = settle_generation.output, error = settle_generation.error,
      model = settle_generation.model, input_tokens = settle_generation.input_tokens,
      output_tokens = settle_generation.output_tokens, cost_usd_ticks = settle_generation.cost_usd_ticks,
      credits = charged, duration_ms = settle_generation.duration_ms, finished_at = now()
    where g.id = asked.id returning g.* into asked;
    insert into public.api_usage (org_id, user_id, endpoint, status, units, duration_ms, request_id)
    values (
      asked.org_id, asked.created_by, settle_generation.endpoint, settle_generation.http_status,
      asked.input_tokens + asked.output_tokens, settle_generation.duration_ms, settle_generation.request_id);
  end if;
  select q.* into quota from public.usage_quotas q
  where q.org_id = asked.org_id and q.metric = 'ai_credits' and q.period = asked.quota_period;
  return jsonb_build_object(
    'status', asked.status, 'credits', asked.credits, 'remaining', quota.allowed - quota.used);
end;
$$;
comment on function public.settle_generation is
  'End a question: keep the answer, charge what it cost or give the reservation back. A second time it changes nothing.';

-- What people call -------------------------------------------------------------------------------------------------

create function public.ai_quota(site_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  org public.organizations;
  quota public.usage_quotas;
begin
  select o.* into org from public.organizations o join public.sites s on s.org_id = o.id
  where s.id = ai_quota.site_id and o.id = any (private.org_ids('viewer'));
  if org.id is null then
    raise sqlstate 'PT404' using message = 'There is no such site, or you may not see it.';
  end if;
  select q.* into quota from public.usage_quotas q
  where q.org_id = org.id and q.metric = 'ai_credits' and q.period = (private.quota_period(org.id)).starts;
  if quota.org_id is null then
    quota.org_id := org.id;
    quota.used := 0;
    quota.allowed := private.ai_allowance(org.plan);
  end if;
  return jsonb_build_object(
      'allowed', quota.allowed, 'used', quota.used, 'ends', (private.quota_period(org.id)).ends)
    || jsonb_build_object('left', private.ai_left(quota, ai_quota.site_id, private.person_id()));
end;
$$;
comment on function public.ai_quota is 'What an organization, a site and the caller have left to ask the AI with.';

-- In the log -------------------------------------------------------------------------------------------------------

create function private.log_generation() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.activity_logs (
    org_id, actor_kind, actor_id, actor_name, action, object_type, object_id, object_label, after)
  values (
    new.org_id, case when new.created_by is null then 'service' else 'person' end, new.created_by,
    coalesce((select p.display_name from public.profiles p where p.user_id = new.created_by), ''),
    -- Not the prompt: members read this log, and prompts are for their author and for admins.
    'generation.' || new.status, 'generation', new.id, new.kind,
    jsonb_build_object(
      'kind', new.kind, 'model', new.model, 'input_tokens', new.input_tokens, 'output_tokens', new.output_tokens,
      'credits', new.credits));
  return null;
end;
$$;
comment on function private.log_generation is 'The service settles it, but it was a person who asked: the log says who.';
create constraint trigger log_outcome after update on public.ai_generations
  deferrable initially deferred for each row
  when (old.status is distinct from new.status and new.status <> 'running')
  execute function private.log_generation();
