-- Before the first release: nobody's tables are long yet, and nobody calls what is replaced.
-- squawk-ignore-file ban-drop-constraint, ban-drop-function, constraint-missing-not-valid, require-concurrent-index-creation, require-concurrent-index-deletion
-- Publishing anywhere: the hosts besides our own, what a site is known as there, schedules, promoting, unpublishing, and the
-- functions by which the service alone keeps credentials.

-- Accounts at hosts --------------------------------------------------------------------------------------------------

alter table public.integrations
  add column method text not null default 'token' check (method in ('token', 'oauth')),
  add column account_id text not null default '' check (private.is_plain_text(account_id, 200)),
  add column team_id text not null default '' check (private.is_plain_text(team_id, 200)),
  add column scopes text[] not null default '{}' check (cardinality(scopes) <= 50),
  add column problem text not null default '' check (private.is_plain_text(problem, 300));
comment on column public.integrations.problem is 'What the host said when it last refused the credential.';
comment on column public.integrations.team_id is 'The team at the host that everything is done for; empty for the account itself.';

create table private.credentials_canary (
  only_one   boolean primary key default true check (only_one),
  key_id     text not null,
  nonce      bytea not null,
  ciphertext bytea not null
);
alter table private.credentials_canary enable row level security;
revoke all on private.credentials_canary from public, anon, authenticated, service_role;
comment on table private.credentials_canary is
  'A known text under the key in use: a service with other keys notices before it writes anything.';

create table private.oauth_states (
  state_hash text primary key check (state_hash ~ '^[0-9a-f]{64}$'),
  org_id     uuid not null references public.organizations on delete cascade,
  person_id  uuid not null references public.profiles on delete cascade,
  expires_at timestamptz not null default now() + interval '10 minutes'
);
alter table private.oauth_states enable row level security;
revoke all on private.oauth_states from public, anon, authenticated, service_role;
create index oauth_states_org_id_idx on private.oauth_states (org_id);
create index oauth_states_person_id_idx on private.oauth_states (person_id);
comment on table private.oauth_states is
  'Who set out to connect an account, for which organization. Used once, by that person, within ten minutes.';

create function private.require_connector(actor uuid, org_id uuid) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  held public.member_role := (
    select m.role from public.organization_members m
    where m.user_id = actor and m.org_id = require_connector.org_id
  );
begin
  if held is null then
    raise sqlstate 'PT404' using message = 'There is no such organization, or you are not in it.';
  elsif held < 'admin' then
    raise sqlstate '42501' using message = 'Only admins and owners manage integrations.';
  end if;
end;
$$;
comment on function private.require_connector is 'Refuse whoever may not manage an organization''s integrations.';

create function public.may_connect(actor uuid, org_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_connector(actor, may_connect.org_id);
  return true;
end;
$$;
comment on function public.may_connect is 'True, or the refusal: asked before a host is told of a token.';

create function private.integration_for(actor uuid, integration_id uuid) returns public.integrations
language plpgsql security definer set search_path = '' as $$
declare
  found_one public.integrations;
begin
  select i.* into found_one from public.integrations i
  join public.organization_members m on m.org_id = i.org_id and m.user_id = actor
  where i.id = integration_for.integration_id for no key update of i;
  if found_one.id is null then
    raise sqlstate 'PT404' using message = 'There is no such integration.';
  end if;
  perform private.require_connector(actor, found_one.org_id);
  return found_one;
end;
$$;
comment on function private.integration_for is 'The integration, locked, if this person may manage it.';

create function private.put_secret(integration public.integrations, secret jsonb) returns void
language sql security definer set search_path = ''
begin atomic
  insert into private.integration_secrets as s (integration_id, org_id, key_id, nonce, ciphertext)
  values (integration.id, integration.org_id, secret ->> 'key_id',
    decode(secret ->> 'nonce', 'base64'), decode(secret ->> 'ciphertext', 'base64'))
  on conflict (integration_id) do update
  set key_id = excluded.key_id, nonce = excluded.nonce, ciphertext = excluded.ciphertext;
end;

create function public.save_integration(actor uuid, integration jsonb, secret jsonb) returns public.integrations
language plpgsql security definer set search_path = '' as $$
declare
  saved public.integrations;
begin
  if exists (select 1 from public.integrations i where i.id = (integration ->> 'id')::uuid) then
    saved := private.integration_for(actor, (integration ->> 'id')::uuid);
    if saved.provider <> integration ->> 'provider' then
      raise sqlstate 'PT409' using message = 'A credential of another host cannot take this one''s place.';
    end if;
    update public.integrations i
    set account_label = integration ->> 'account_label', account_id = integration ->> 'account_id',
      last_four = integration ->> 'last_four', method = integration ->> 'method',
      scopes = array(select jsonb_array_elements_text(integration -> 'scopes')),
      state = 'connected', problem = '', checked_at = now()
    where i.id = saved.id returning i.* into saved;
  else
    perform private.require_connector(actor, (integration ->> 'org_id')::uuid);
    insert into public.integrations (
      id, org_id, provider, label, account_label, account_id, team_id, last_four, method, scopes, checked_at, created_by)
    values ((integration ->> 'id')::uuid, (integration ->> 'org_id')::uuid, integration ->> 'provider',
      integration ->> 'label', integration ->> 'account_label', integration ->> 'account_id', integration ->> 'team_id',
      integration ->> 'last_four', integration ->> 'method',
      array(select jsonb_array_elements_text(integration -> 'scopes')), now(), actor)
    returning * into saved;
  end if;
  perform private.put_secret(saved, secret);
  return saved;
exception when unique_violation then
  raise sqlstate 'PT409' using message = 'There is an integration of this name already. Choose another name.';
end;
$$;
comment on function public.save_integration is 'Keep an account and its encrypted credential, or the credential that takes its place.';

create function public.rename_integration(actor uuid, integration_id uuid, label text) returns public.integrations
language plpgsql security definer set search_path = '' as $$
declare
  renamed public.integrations := private.integration_for(actor, rename_integration.integration_id);
begin
  update public.integrations i set label = btrim(rename_integration.label) where i.id = renamed.id returning i.* into renamed;
  return renamed;
exception when unique_violation then
  raise sqlstate 'PT409' using message = 'There is an integration of this name already. Choose another name.';
end;
$$;
comment on function public.rename_integration is 'Call an account something else.';

create function public.delete_integration(actor uuid, integration_id uuid) returns public.integrations
language plpgsql security definer set search_path = '' as $$
declare
  gone public.integrations := private.integration_for(actor, delete_integration.integration_id);
begin
  delete from public.integrations i where i.id = gone.id;
  return gone;
end;
$$;
comment on function public.delete_integration is 'Forget an account; its credential goes with it.';

create function public.note_integration(integration_id uuid, state text, problem text, scopes text[] default null)
returns public.integrations
language sql security definer set search_path = ''
begin atomic
  update public.integrations i
  set state = note_integration.state, problem = left(note_integration.problem, 300), checked_at = now(),
    scopes = coalesce(note_integration.scopes, i.scopes)
  where i.id = note_integration.integration_id returning i.*;
end;
comment on function public.note_integration is 'Write down how the host answered to a credential.';

create function public.read_integration_secret(integration_id uuid) returns jsonb
language sql stable security definer set search_path = ''
return (
  select jsonb_build_object('id', i.id, 'org_id', i.org_id, 'provider', i.provider, 'method', i.method,
    'team_id', i.team_id, 'account_id', i.account_id, 'account_label', i.account_label, 'key_id', s.key_id,
    'nonce', encode(s.nonce, 'base64'), 'ciphertext', encode(s.ciphertext, 'base64'))
  from public.integrations i join private.integration_secrets s on (s.org_id, s.integration_id) = (i.org_id, i.id)
  where i.id = read_integration_secret.integration_id
);
comment on function public.read_integration_secret is 'A credential as it is kept: encrypted.';

create function public.list_integration_secrets(except_key text, after uuid, batch integer) returns jsonb
language sql stable security definer set search_path = ''
return (
  select coalesce(jsonb_agg(public.read_integration_secret(s.integration_id)), '[]')
  from (
    select x.integration_id from private.integration_secrets x
    where x.key_id <> list_integration_secrets.except_key and x.integration_id > list_integration_secrets.after
    order by x.integration_id limit least(batch, 1000)
  ) s
);
comment on function public.list_integration_secrets is 'The next credentials that are not under the key in use.';

create function public.replace_integration_secrets(secrets jsonb) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  changed integer;
begin
  -- A credential that was rotated by a person meanwhile has another nonce, and stays as that person left it.
  update private.integration_secrets s
  set key_id = n.key_id, nonce = decode(n.nonce, 'base64'), ciphertext = decode(n.ciphertext, 'base64')
  from jsonb_to_recordset(secrets) as n (id uuid, old_nonce text, key_id text, nonce text, ciphertext text)
  where s.integration_id = n.id and s.nonce = decode(n.old_nonce, 'base64');
  get diagnostics changed = row_count;
  return changed;
end;
$$;
comment on function public.replace_integration_secrets is 'Put re-encrypted credentials in the place of those they were made from, all or none.';

create function public.credentials_canary(offered jsonb default null, instead_of text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if offered is not null and instead_of is null then
    insert into private.credentials_canary (key_id, nonce, ciphertext)
    values (offered ->> 'key_id', decode(offered ->> 'nonce', 'base64'), decode(offered ->> 'ciphertext', 'base64'))
    on conflict do nothing;
  elsif offered is not null then
    update private.credentials_canary c
    set key_id = offered ->> 'key_id', nonce = decode(offered ->> 'nonce', 'base64'),
      ciphertext = decode(offered ->> 'ciphertext', 'base64')
    where c.key_id = instead_of;
  end if;
  return (
    select jsonb_build_object(
      'key_id', c.key_id, 'nonce', encode(c.nonce, 'base64'), 'ciphertext', encode(c.ciphertext, 'base64'))
    from private.credentials_canary c
  );
end;
$$;
comment on function public.credentials_canary is 'The canary as it is kept; the first one offered stays.';

create function public.begin_oauth(actor uuid, org_id uuid, state_hash text) returns timestamptz
language plpgsql security definer set search_path = '' as $$
declare
  until timestamptz;
begin
  perform private.require_connector(actor, begin_oauth.org_id);
  delete from private.oauth_states s where s.expires_at < now();
  insert into private.oauth_states (state_hash, org_id, person_id) values (begin_oauth.state_hash, begin_oauth.org_id, actor)
  returning expires_at into until;
  return until;
end;
$$;
comment on function public.begin_oauth is 'Remember who set out to connect an account, for which organization; until when it may be ended.';

create function public.end_oauth(actor uuid, state_hash text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  org uuid;
begin
  delete from private.oauth_states s
  where s.state_hash = end_oauth.state_hash and s.person_id = actor and s.expires_at > now()
  returning s.org_id into org;
  if org is null then
    raise sqlstate 'PT410' using message = 'This connection was not begun here, has been used, or has run out. Connect again.';
  end if;
  perform private.require_connector(actor, org);
  return org;
end;
$$;
comment on function public.end_oauth is 'The organization an account is connected for: once, and only for who set out.';

-- What a site is known as at a host ----------------------------------------------------------------------------------

create table public.site_hosts (
  id                 uuid primary key default gen_random_uuid(),
  org_id             uuid not null,
  site_id            uuid not null,
  host               text not null check (host in ('netlify', 'vercel', 'github_pages')),
  integration_id     uuid,
  -- The project or repository there, once it is made: {"id": …, "name": …, "url": …}.
  project            jsonb not null default '{}' check (private.is_json_object(project, 8192)),
  domain             jsonb not null default '{}' check (private.is_json_object(domain, 16384)),
  live_deployment_id uuid,
  live               jsonb not null default '{}' check (private.is_json_object(live, 8192)),
  consented_by       uuid references public.profiles on delete set null,
  consented_at       timestamptz,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade,
  foreign key (org_id, integration_id) references public.integrations (org_id, id) on delete set null (integration_id),
  unique (site_id, host)
);
alter table public.site_hosts enable row level security;
create index site_hosts_org_id_site_id_idx on public.site_hosts (org_id, site_id);
create index site_hosts_integration_id_idx on public.site_hosts (org_id, integration_id);
create index site_hosts_consented_by_idx on public.site_hosts (consented_by);
comment on table public.site_hosts is 'Where a site lives at another host: through which account, as which project, under which domain.';
create trigger keep_identity before update of id, org_id, site_id, host, created_at on public.site_hosts
  for each row execute function private.keep_identity('id', 'org_id', 'site_id', 'host', 'created_at');
create trigger touch before update on public.site_hosts
  for each row execute function private.touch();

-- Deployments --------------------------------------------------------------------------------------------------------

alter table public.deployments drop constraint deployments_host_check;
alter table public.deployments
  add constraint deployments_host_check check (host in ('local', 'archive', 'netlify', 'vercel', 'github_pages')),
  add column kind text not null default 'publish' check (kind in ('publish', 'restore', 'promote', 'unpublish')),
  -- What the job is known as at the host: enough to find it again when an answer was lost.
  add column external jsonb not null default '{}' check (private.is_json_object(external, 8192)),
  add column report jsonb not null default '[]' check (jsonb_typeof(report) = 'array'),
  add column scheduled_for timestamptz,
  add column time_zone text check (private.is_plain_text(time_zone, 64));
comment on column public.deployments.report is 'What this host cannot do of what the site asks for, one sentence each.';
comment on column public.deployments.time_zone is 'The time zone in which the person chose the time of a scheduled publish.';
drop index public.deployments_one_waiting;
create unique index deployments_one_waiting on public.deployments (site_id, host, target)
  where status = 'queued' and scheduled_for is null;
create unique index deployments_one_scheduled on public.deployments (site_id, host, target)
  where status = 'queued' and scheduled_for is not null;

create function private.host_provider(host text) returns text
language sql immutable set search_path = ''
return case host when 'netlify' then 'netlify' when 'vercel' then 'vercel' when 'github_pages' then 'github' end;

create function private.require_host(
  site public.sites, host text, target text, integration_id uuid, consent boolean
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  wanted constant text := private.host_provider(host);
  home public.site_hosts;
  account public.integrations;
begin
  if wanted is null then
    return;
  end if;
  if host = 'github_pages' and target = 'preview' then
    raise sqlstate '23514' using message = 'GitHub Pages has one live site and no previews. Preview on this server instead.';
  end if;
  select h.* into home from public.site_hosts h where h.site_id = site.id and h.host = require_host.host for no key update;
  -- The account that was named; else the one the site is published through; else the organization's first.
  select i.* into account from public.integrations i
  where i.org_id = site.org_id and i.provider = wanted and (
    i.id = coalesce(require_host.integration_id, home.integration_id)
    or coalesce(require_host.integration_id, home.integration_id) is null)
  order by i.state <> 'connected', i.created_at limit 1;
  if account.id is null then
    raise sqlstate 'PT409' using message = 'No account of this host is connected. An admin connects one under Integrations.';
  end if;
  if account.state <> 'connected' then
    raise sqlstate 'PT409' using message = 'The host no longer accepts this account. An admin reconnects it under Integrations.';
  end if;
  if home.consented_at is null and consent is not true then
    raise sqlstate 'PT409' using message = 'The first publish makes a project at the host: agree to that, and to the host''s terms.';
  end if;
  insert into public.site_hosts as h (org_id, site_id, host, integration_id, consented_by, consented_at)
  values (site.org_id, site.id, require_host.host, account.id, private.person_id(), now())
  on conflict on constraint site_hosts_site_id_host_key do update
  set integration_id = excluded.integration_id,
    consented_by = coalesce(h.consented_by, excluded.consented_by), consented_at = coalesce(h.consented_at, now()),
    -- Another account knows nothing of the project that the last one made.
    project = case when excluded.integration_id <> h.integration_id then '{}' else h.project end,
    domain = case when excluded.integration_id <> h.integration_id then '{}' else h.domain end,
    live = case when excluded.integration_id <> h.integration_id then '{}' else h.live end;
end;
$$;
comment on function private.require_host is 'Refuse a publish to a host without an account there, or without consent to a first project.';

drop function private.queue_deployment(public.sites, text, text, text, text, uuid);
create function private.queue_deployment(
  site public.sites, host text, target text, message text, idempotency_key text, restored_from uuid,
  kind text default 'publish', scheduled_for timestamptz default null, time_zone text default null
) returns public.deployments
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  person uuid := private.person_id();
  made public.deployments;
begin
  if not private.is_plain_text(coalesce(queue_deployment.idempotency_key, ''), 200) then
    raise sqlstate '23514' using message = 'The idempotency key must be one line of at most 200 characters.';
  end if;
  -- A repeated click with the same key gets the same deployment. The site's row is locked, so this cannot race.
  select d.* into made from public.deployments d
  where d.site_id = site.id and d.requested_by = person and d.idempotency_key = queue_deployment.idempotency_key;
  if made.id is not null then
    if (made.host, made.target, made.restored_from, made.kind) is distinct from
      (queue_deployment.host, queue_deployment.target, queue_deployment.restored_from, queue_deployment.kind) then
      raise sqlstate 'PT409' using message = 'This idempotency key was used for another request.';
    end if;
    return made;
  end if;

  update public.deployments d
  set status = 'canceled', finished_at = now(),
    error = jsonb_build_object('code', 'superseded', 'detail', 'A newer publish took its place.')
  where d.site_id = site.id and d.host = queue_deployment.host and d.target = queue_deployment.target
    and d.status = 'queued' and (d.scheduled_for is null) = (queue_deployment.scheduled_for is null);
  insert into public.deployments (
    org_id, site_id, host, target, message, idempotency_key, restored_from, requested_by, kind, scheduled_for, time_zone)
  values (site.org_id, site.id, queue_deployment.host, queue_deployment.target, queue_deployment.message,
    nullif(queue_deployment.idempotency_key, ''), queue_deployment.restored_from, person, queue_deployment.kind,
    queue_deployment.scheduled_for, queue_deployment.time_zone)
  returning * into made;
  return made;
end;
$$;

drop function public.request_deployment(uuid, text, text, text, text);
create function public.request_deployment(
  site_id uuid,
  host text,
  target text default 'production',
  message text default '',
  idempotency_key text default null,
  integration_id uuid default null,
  consent boolean default false,
  scheduled_for timestamptz default null,
  time_zone text default null
) returns public.deployments
language plpgsql security definer set search_path = '' as $$
declare
  site public.sites;
  said text := btrim(coalesce(request_deployment.message, ''));
begin
  select s.* into site from public.sites s
  where s.id = request_deployment.site_id and s.org_id = any (private.org_ids('viewer')) for no key update;
  if site.id is null then
    raise sqlstate 'PT404' using message = 'There is no such site.';
  end if;
  perform private.require_publisher(site.org_id);
  if (request_deployment.host in ('local', 'archive', 'netlify', 'vercel', 'github_pages')) is not true then
    raise sqlstate '23514' using message = 'The host must be local, archive, netlify, vercel or github_pages.';
  end if;
  if (request_deployment.target in ('production', 'preview')) is not true then
    raise sqlstate '23514' using message = 'The target must be production or preview.';
  end if;
  if not private.is_plain_text(said, 200) then
    raise sqlstate '23514' using message = 'The message must be one line of at most 200 characters.';
  end if;
  if request_deployment.scheduled_for not between now() - interval '1 minute' and now() + interval '1 year' then
    raise sqlstate '23514' using message = 'A publish is scheduled for a time within the next year.';
  end if;
  if (request_deployment.scheduled_for is null) <> (request_deployment.time_zone is null) or not exists (
    select 1 from pg_catalog.pg_timezone_names n
    where n.name = request_deployment.time_zone or request_deployment.time_zone is null
  ) then
    raise sqlstate '23514' using message = 'A scheduled publish names its time zone, such as Europe/Berlin.';
  end if;
  perform private.require_host(
    site, request_deployment.host, request_deployment.target, request_deployment.integration_id, request_deployment.consent);
  return private.queue_deployment(
    site, request_deployment.host, request_deployment.target, said, request_deployment.idempotency_key, null, 'publish',
    request_deployment.scheduled_for, request_deployment.time_zone);
end;
$$;
comment on function public.request_deployment is
  'Queue a publish of a site, for now or for later. A newer request replaces one that still waits.';

create or replace function public.request_restore(deployment_id uuid, idempotency_key text default null)
returns public.deployments
language plpgsql security definer set search_path = '' as $$
declare
  source public.deployments := private.own_deployment(request_restore.deployment_id);
  site public.sites;
begin
  if source.status <> 'ready' or source.manifest is null then
    raise sqlstate 'PT409' using message = 'Only a deployment that is ready can be restored.';
  end if;
  select s.* into site from public.sites s where s.id = source.site_id for no key update;
  perform private.require_host(site, source.host, source.target, null, false);
  return private.queue_deployment(
    site, source.host, source.target, source.message, request_restore.idempotency_key, source.id, 'restore');
end;
$$;

create function public.request_promotion(deployment_id uuid, idempotency_key text default null) returns public.deployments
language plpgsql security definer set search_path = '' as $$
declare
  source public.deployments := private.own_deployment(request_promotion.deployment_id);
  site public.sites;
begin
  if source.status <> 'ready' or source.target <> 'preview' or source.manifest is null or source.host = 'archive' then
    raise sqlstate 'PT409' using message = 'Only a preview that is ready can be promoted.';
  end if;
  select s.* into site from public.sites s where s.id = source.site_id for no key update;
  perform private.require_host(site, source.host, 'production', null, false);
  return private.queue_deployment(
    site, source.host, 'production', source.message, request_promotion.idempotency_key, source.id, 'promote');
end;
$$;
comment on function public.request_promotion is 'Queue that a preview, exactly as it was looked at, becomes the live site.';

create function public.request_unpublish(site_id uuid, host text, idempotency_key text default null)
returns public.deployments
language plpgsql security definer set search_path = '' as $$
declare
  site public.sites;
begin
  select s.* into site from public.sites s
  where s.id = request_unpublish.site_id and s.org_id = any (private.org_ids('viewer')) for no key update;
  if site.id is null then
    raise sqlstate 'PT404' using message = 'There is no such site.';
  end if;
  perform private.require_publisher(site.org_id);
  if not exists (
    select 1 from public.deployments d where d.site_id = site.id and d.host = request_unpublish.host
      and d.host <> 'archive' and d.target = 'production' and d.status = 'ready'
  ) then
    raise sqlstate 'PT409' using message = 'The site is not published there.';
  end if;
  perform private.require_host(site, request_unpublish.host, 'production', null, false);
  return private.queue_deployment(
    site, request_unpublish.host, 'production', '', request_unpublish.idempotency_key, null, 'unpublish');
end;
$$;
comment on function public.request_unpublish is 'Queue that the site is taken off a host. Nothing is deleted here.';

-- What workers do: granted to service_role only ----------------------------------------------------------------------

create function private.stop_unwanted(wanted uuid) returns void
language sql security definer set search_path = ''
begin atomic
  -- Whoever asked for it and has lost the right to since: nothing of theirs goes live any more.
  update public.deployments d
  set status = 'canceled', finished_at = now(),
    error = jsonb_build_object('code', 'not_allowed_any_more', 'detail', 'Whoever asked for this publish may no longer publish.')
  where d.id = wanted and d.status in ('queued', 'building', 'uploading') and not exists (
    select 1 from public.organization_members m
    where m.org_id = d.org_id and m.user_id = d.requested_by and m.role >= 'editor');
end;
comment on function private.stop_unwanted is 'Cancel a publish whose person may no longer publish.';

create or replace function public.claim_deployment(worker text, lease_seconds integer default 60) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  most_attempts constant integer := 5;
  until timestamptz := clock_timestamp() + make_interval(secs => least(greatest(lease_seconds, 1), 3600));
  job public.deployments;
  lease private.deployment_leases;
begin
  insert into private.workers as w (name, seen_at) values (claim_deployment.worker, now())
  on conflict (name) do update set seen_at = excluded.seen_at where w.seen_at < now() - interval '2 seconds';
  delete from private.workers w where w.seen_at < now() - interval '1 day';

  -- A job that took its worker down five times is put aside, and the queue moves on.
  update public.deployments d
  set status = 'error', finished_at = now(),
    error = jsonb_build_object('code', 'worker_lost', 'detail', 'The publish was interrupted too often. Try again.')
  from private.deployment_leases l
  where l.deployment_id = d.id and l.attempts >= most_attempts and l.lease_until < clock_timestamp()
    and d.status in ('building', 'uploading', 'processing');

  select d.* into job
  from public.deployments d
  left join private.deployment_leases l on l.deployment_id = d.id
  where (
      d.status = 'queued' and coalesce(d.scheduled_for, '-infinity') <= clock_timestamp() and not exists (
        select 1 from public.deployments a
        where (a.site_id, a.host, a.target) = (d.site_id, d.host, d.target)
          and a.status in ('building', 'uploading', 'processing'))
    )
    or (d.status in ('building', 'uploading', 'processing') and l.lease_until < clock_timestamp())
  -- Interrupted work first; then the organization that has least running and was served longest ago; then the oldest.
  order by
    d.status = 'queued',
    (select count(*) from public.deployments a
      where a.org_id = d.org_id and a.status in ('building', 'uploading', 'processing')),
    (select max(s.started_at) from public.deployments s where s.org_id = d.org_id) nulls first,
    d.sequence
  for update of d skip locked
  limit 1;
  if job.id is null then
    return null;
  end if;

  perform private.stop_unwanted(job.id);
  if job.status = 'queued' and job.scheduled_for is not null then
    -- It is asked for now: what was published since it was scheduled is older than this.
    update public.deployments d set sequence = default where d.id = job.id;
  end if;
  update public.deployments d
  set status = case d.status when 'queued' then 'building' else d.status end,
    started_at = coalesce(d.started_at, clock_timestamp())
  where d.id = job.id and d.status <> 'canceled' returning d.* into job;
  if job.id is null then
    return null;
  end if;
  insert into private.deployment_leases as l (deployment_id, worker, generation, attempts, claimed_at, lease_until)
  values (job.id, claim_deployment.worker, 1, 1, clock_timestamp(), until)
  on conflict (deployment_id) do update
  set worker = excluded.worker, generation = l.generation + 1, attempts = l.attempts + 1,
    claimed_at = excluded.claimed_at, lease_until = excluded.lease_until
  returning l.* into lease;
  return to_jsonb(job)
    || jsonb_build_object('generation', lease.generation, 'attempts', lease.attempts, 'lease_until', lease.lease_until);
exception when unique_violation then
  -- Another worker began this site's publish in the same instant.
  return null;
end;
$$;
comment on function public.claim_deployment is 'Take the next publish, or null. The generation in the answer fences every later write.';
create or replace function public.renew_deployment(
  deployment_id uuid,
  generation bigint,
  lease_seconds integer default 60,
  status text default null,
  progress jsonb default null,
  log jsonb default null
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  steps constant text[] := '{building,uploading,processing}';
  job public.deployments;
begin
  select d.* into job from public.deployments d
  join private.deployment_leases l on l.deployment_id = d.id
  where d.id = renew_deployment.deployment_id and l.generation = renew_deployment.generation
  for update of d;
  if job.id is null then
    return 'lost';
  end if;
  perform private.stop_unwanted(job.id);
  select d.* into job from public.deployments d where d.id = job.id;
  if job.status <> all (steps) then
    return case job.status when 'canceled' then 'canceled' else 'lost' end;
  end if;
  if renew_deployment.status is not null and renew_deployment.status <> all (steps) then
    raise sqlstate '23514' using message = 'A running deployment is building, uploading or processing.';
  end if;

  -- No seconds at all: the worker is told to stop and gives the job back, which is no failed attempt.
  update private.deployment_leases l
  set lease_until = clock_timestamp() + make_interval(secs => least(greatest(renew_deployment.lease_seconds, 0), 3600)),
    attempts = l.attempts - (renew_deployment.lease_seconds <= 0)::integer
  where l.deployment_id = job.id;
  update public.deployments d
  set progress = coalesce(renew_deployment.progress, d.progress),
    log = private.add_to_log(d.log, renew_deployment.log),
    -- A resumed job begins again, but never steps back: from "processing" on it cannot be canceled.
    status = steps[greatest(array_position(steps, d.status), array_position(steps, renew_deployment.status))]
  where d.id = job.id;
  return 'ok';
end;
$$;
comment on function public.renew_deployment is 'Keep the lease and tell the progress: ok, canceled (stop) or lost (another worker has it).';
drop function public.finish_deployment(uuid, bigint, text, text, jsonb, jsonb, jsonb);
create function public.finish_deployment(
  deployment_id uuid,
  generation bigint,
  status text,
  url text default null,
  manifest jsonb default null,
  error jsonb default null,
  log jsonb default null,
  live jsonb default null,
  report jsonb default null
) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  job public.deployments;
begin
  if (finish_deployment.status in ('ready', 'error')) is not true then
    raise sqlstate '23514' using message = 'A deployment ends ready or with an error.';
  end if;
  select d.* into job from public.deployments d
  join private.deployment_leases l on l.deployment_id = d.id
  where d.id = finish_deployment.deployment_id and l.generation = finish_deployment.generation
  for update of d;
  if job.id is null then
    return false;
  end if;
  if job.status not in ('building', 'uploading', 'processing') then
    -- The same answer again for a worker that never heard the first one.
    return job.status = finish_deployment.status;
  end if;

  update public.deployments d
  set status = finish_deployment.status, url = finish_deployment.url, error = finish_deployment.error,
    manifest = coalesce(finish_deployment.manifest, d.manifest), log = private.add_to_log(d.log, finish_deployment.log),
    report = coalesce(finish_deployment.report, d.report), finished_at = now()
  where d.id = job.id returning d.* into job;
  if job.status = 'ready' and job.target = 'production' and job.host <> 'archive' then
    update public.site_hosts h
    set live = coalesce(finish_deployment.live, '{}'),
      live_deployment_id = case when job.kind <> 'unpublish' then job.id end
    where (h.site_id, h.host) = (job.site_id, job.host);
    if job.kind = 'unpublish' then
      -- The site may well be live elsewhere: only the address that is gone is forgotten.
      update public.sites s set published_at = null, published_url = null, published_deployment_id = null
      where s.id = job.site_id and not exists (
        select 1 from public.deployments d where d.id = s.published_deployment_id and d.host <> job.host);
    else
      update public.sites s
      set published_at = job.finished_at, published_url = job.url, published_deployment_id = job.id
      where s.id = job.site_id;
    end if;
    if job.kind = 'publish' then
      perform private.mark_published_pages(job);
    end if;
  end if;
  return true;
end;
$$;
comment on function public.finish_deployment is 'End a publish. False: the lease was lost, and nothing was written.';

create function public.note_deployment(deployment_id uuid, generation bigint, external jsonb, project jsonb default null)
returns text
language plpgsql security definer set search_path = '' as $$
declare
  job public.deployments;
begin
  update public.deployments d set external = d.external || coalesce(note_deployment.external, '{}')
  from private.deployment_leases l
  where d.id = note_deployment.deployment_id and l.deployment_id = d.id and l.generation = note_deployment.generation
    and d.status in ('building', 'uploading', 'processing')
  returning d.* into job;
  if job.id is null then
    return 'lost';
  end if;
  if note_deployment.project is not null then
    update public.site_hosts h set project = note_deployment.project where (h.site_id, h.host) = (job.site_id, job.host);
  end if;
  return 'ok';
end;
$$;
comment on function public.note_deployment is 'Write down what a job is known as at its host, before anything else happens to it there.';

create function public.note_domain(actor uuid, site_id uuid, host text, domain jsonb) returns public.site_hosts
language plpgsql security definer set search_path = '' as $$
declare
  home public.site_hosts;
begin
  update public.site_hosts h set domain = note_domain.domain
  where h.site_id = note_domain.site_id and h.host = note_domain.host and exists (
    select 1 from public.organization_members m
    where m.org_id = h.org_id and m.user_id = actor and m.role >= 'editor')
  returning h.* into home;
  if home.id is null then
    raise sqlstate 'PT404' using message = 'The site is not at this host yet, or you may not change it.';
  end if;
  return home;
end;
$$;
comment on function public.note_domain is 'Write down what a host said of a site''s own domain.';
