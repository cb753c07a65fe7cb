-- Publishing. A deployment's row is the job itself: people ask for it, workers claim it, and what a worker may still write
-- is decided by the generation of its lease.

create table public.deployments (
  id              uuid primary key default gen_random_uuid(),
  org_id          uuid not null,
  site_id         uuid not null,
  host            text not null check (host in ('local', 'archive')),
  target          text not null default 'production' check (target in ('production', 'preview')),
  status          text not null default 'queued'
    check (status in ('queued', 'building', 'uploading', 'processing', 'ready', 'error', 'canceled')),
  message         text not null default '' check (private.is_plain_text(message, 200)),
  progress        jsonb not null default '{}' check (private.is_json_object(progress, 4096)),
  url             text check (private.is_web_url(url)),
  manifest        jsonb check (jsonb_typeof(manifest) = 'object'),
  log             jsonb not null default '[]' check (jsonb_typeof(log) = 'array'),
  error           jsonb check (private.is_json_object(error, 8192)),
  restored_from   uuid,
  requested_by    uuid references public.profiles on delete set null,
  -- The order of requests: the later one wins, whatever the clocks say.
  sequence        bigint not null generated always as identity unique,
  idempotency_key text check (private.is_plain_text(idempotency_key, 200)),
  created_at      timestamptz not null default now(),
  started_at      timestamptz,
  finished_at     timestamptz,
  updated_at      timestamptz not null default now(),
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade,
  unique (org_id, id),
  foreign key (org_id, restored_from) references public.deployments (org_id, id) on delete set null (restored_from)
);
alter table public.deployments enable row level security;
-- One publish of a site runs at a time, and at most one waits behind it.
create unique index deployments_one_active on public.deployments (site_id, host, target)
  where status in ('building', 'uploading', 'processing');
create unique index deployments_one_waiting on public.deployments (site_id, host, target) where status = 'queued';
create unique index deployments_one_for_a_key on public.deployments (site_id, requested_by, idempotency_key);
create index deployments_unfinished_idx on public.deployments (org_id, sequence)
  where status in ('queued', 'building', 'uploading', 'processing');
create index deployments_org_id_started_at_idx on public.deployments (org_id, started_at desc);
create index deployments_org_id_site_id_idx on public.deployments (org_id, site_id, sequence desc);
create index deployments_site_id_idx on public.deployments (site_id, sequence desc);
create index deployments_restored_from_idx on public.deployments (org_id, restored_from) where restored_from is not null;
create index deployments_requested_by_idx on public.deployments (requested_by);
comment on table public.deployments is 'One publish of a site: asked for by a person, done by a worker, never changed once it is ready.';
comment on column public.deployments.manifest is 'Every published file and its SHA-256: {"index.html": "9f86…"}.';

create trigger keep_identity before update of id, org_id, site_id, host, target, restored_from, requested_by, created_at
  on public.deployments for each row
  execute function private.keep_identity(
    'id', 'org_id', 'site_id', 'host', 'target', 'restored_from', 'requested_by', 'created_at');
create trigger touch before update on public.deployments
  for each row execute function private.touch();

-- Kept apart from the row that people read: who works on it is nobody's business, and select=* stays allowed.
create table private.deployment_leases (
  deployment_id uuid primary key references public.deployments on delete cascade,
  worker        text not null,
  generation    bigint not null,
  attempts      integer not null,
  claimed_at    timestamptz not null,
  lease_until   timestamptz not null
);
alter table private.deployment_leases enable row level security;
comment on table private.deployment_leases is 'Which worker holds a deployment, until when, and for the how-manieth time.';

create table private.workers (
  name    text primary key,
  seen_at timestamptz not null
);
alter table private.workers enable row level security;
comment on table private.workers is 'When each deploy worker last asked for work.';

create function private.publish_began_since(site uuid, since timestamptz) returns boolean
language sql stable security definer set search_path = ''
return exists (
  select 1 from public.deployments d join private.deployment_leases l on l.deployment_id = d.id
  where d.site_id = site and l.claimed_at >= since
);

-- What people ask for ----------------------------------------------------------------------------------------------

create function private.require_publisher(org_id uuid) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if (org_id = any (private.org_ids('editor'))) is not true then
    raise sqlstate '42501' using message = 'Only editors, admins and owners publish.';
  end if;
end;
$$;

create function private.queue_deployment(
  site public.sites, host text, target text, message text, idempotency_key text, restored_from uuid
) returns public.deployments
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  person uuid := private.person_id();
  made public.deployments;
begin
  -- A repeated click with the same key gets the same deployment. The site's row is locked, so this cannot race.
  select d.* into made from public.deployments d
  where d.site_id = site.id and d.requested_by = person and d.idempotency_key = queue_deployment.idempotency_key;
  if made.id is not null then
    if (made.host, made.target, made.restored_from)
      is distinct from (queue_deployment.host, queue_deployment.target, queue_deployment.restored_from) then
      raise sqlstate 'PT409' using message = 'This idempotency key was used for another request.';
    end if;
    return made;
  end if;

  update public.deployments d
  set status = 'canceled', finished_at = now(),
    error = jsonb_build_object('code', 'superseded', 'detail', 'A newer publish took its place.')
  where d.site_id = site.id and d.host = queue_deployment.host and d.target = queue_deployment.target
    and d.status = 'queued';
  insert into public.deployments (org_id, site_id, host, target, message, idempotency_key, restored_from, requested_by)
  values (site.org_id, site.id, queue_deployment.host, queue_deployment.target, queue_deployment.message,
    queue_deployment.idempotency_key, queue_deployment.restored_from, person)
  returning * into made;
  return made;
end;
$$;

create function public.request_deployment(
  site_id uuid,
  host text,
  target text default 'production',
  message text default '',
  idempotency_key text default null
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
  if (request_deployment.host in ('local', 'archive')) is not true then
    raise sqlstate '23514' using message = 'The host must be local or archive.';
  end if;
  if (request_deployment.target in ('production', 'preview')) is not true then
    raise sqlstate '23514' using message = 'The target must be production or preview.';
  end if;
  if not private.is_plain_text(said, 200) then
    raise sqlstate '23514' using message = 'The message must be one line of at most 200 characters.';
  end if;
  if not private.is_plain_text(coalesce(request_deployment.idempotency_key, ''), 200) then
    raise sqlstate '23514' using message = 'The idempotency key must be one line of at most 200 characters.';
  end if;
  return private.queue_deployment(
    site, request_deployment.host, request_deployment.target, said, nullif(request_deployment.idempotency_key, ''), null);
end;
$$;
comment on function public.request_deployment is 'Queue a publish of a site. A newer request replaces one that still waits.';

create function private.own_deployment(wanted uuid) returns public.deployments
language plpgsql security definer set search_path = '' as $$
declare
  deployment public.deployments;
begin
  select d.* into deployment from public.deployments d
  where d.id = wanted and d.org_id = any (private.org_ids('viewer')) for no key update;
  if deployment.id is null then
    raise sqlstate 'PT404' using message = 'There is no such deployment.';
  end if;
  perform private.require_publisher(deployment.org_id);
  return deployment;
end;
$$;
comment on function private.own_deployment is 'The deployment, locked, if the caller may publish its site.';

create function public.cancel_deployment(deployment_id uuid) returns public.deployments
language plpgsql security definer set search_path = '' as $$
declare
  deployment public.deployments := private.own_deployment(cancel_deployment.deployment_id);
begin
  if deployment.status = 'canceled' then
    return deployment;
  end if;
  if deployment.status in ('ready', 'error') then
    raise sqlstate 'PT409' using message = 'This deployment has ended already.';
  end if;
  if deployment.status = 'processing' then
    -- The host is switching over. Saying "canceled" now could be untrue a moment later.
    raise sqlstate 'PT409' using message = 'This publish is going live right now; it can no longer be canceled.';
  end if;
  update public.deployments d
  set status = 'canceled', finished_at = now(),
    error = jsonb_build_object('code', 'canceled', 'detail', 'Canceled before it went live.')
  where d.id = deployment.id returning d.* into deployment;
  return deployment;
end;
$$;
comment on function public.cancel_deployment is 'Stop a publish that is not live yet.';

create function public.request_restore(deployment_id uuid, idempotency_key text default null) returns public.deployments
language plpgsql security definer set search_path = '' as $$
declare
  source public.deployments := private.own_deployment(request_restore.deployment_id);
  site public.sites;
begin
  if source.status <> 'ready' or source.manifest is null then
    raise sqlstate 'PT409' using message = 'Only a deployment that is ready can be restored.';
  end if;
  if not private.is_plain_text(coalesce(request_restore.idempotency_key, ''), 200) then
    raise sqlstate '23514' using message = 'The idempotency key must be one line of at most 200 characters.';
  end if;
  select s.* into site from public.sites s where s.id = source.site_id for no key update;
  return private.queue_deployment(
    site, source.host, source.target, source.message, nullif(request_restore.idempotency_key, ''), source.id);
end;
$$;
comment on function public.request_restore is 'Queue a return of the live site to an earlier deployment; no page is edited.';

-- What workers do: granted to service_role only ---------------------------------------------------------------------

create function public.claim_deployment(worker text, lease_seconds integer default 60) returns jsonb
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
      d.status = 'queued' and not exists (
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

  update public.deployments d
  set status = case d.status when 'queued' then 'building' else d.status end,
    started_at = coalesce(d.started_at, clock_timestamp())
  where d.id = job.id returning d.* into job;
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

create function private.add_to_log(log jsonb, lines jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  kept constant integer := 200;
begin
  if lines is null then
    return log;
  end if;
  log := log || case jsonb_typeof(lines) when 'array' then lines else jsonb_build_array(lines) end;
  if jsonb_array_length(log) <= kept then
    return log;
  end if;
  return (
    select jsonb_agg(line order by at) from jsonb_array_elements(log) with ordinality as e (line, at)
    where at > jsonb_array_length(log) - kept
  );
end;
$$;
comment on function private.add_to_log is 'The log with these lines at its end; of a long one the last 200 lines.';

create function public.renew_deployment(
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

create function private.mark_published_pages(job public.deployments) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.page_versions (org_id, page_id, version, kind, title, seo, content, html, css, js, created_by)
  select v.org_id, v.page_id, v.version, 'publish', v.title, v.seo, v.content, v.html, v.css, v.js, job.requested_by
  from private.deployment_leases l
  join public.pages p on p.site_id = job.site_id and p.status = 'published'
  cross join lateral (
    -- The page as it was when the worker began to read, whoever went on typing since.
    select s.* from public.page_versions s
    where s.page_id = p.id and s.updated_at <= l.claimed_at
    order by s.version desc, s.created_at desc limit 1
  ) v
  where l.deployment_id = job.id and v.kind <> 'publish';
end;
$$;
comment on function private.mark_published_pages is 'Enter into each changed page''s history that this state went live.';

create function public.finish_deployment(
  deployment_id uuid,
  generation bigint,
  status text,
  url text default null,
  manifest jsonb default null,
  error jsonb default null,
  log jsonb default null
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
    finished_at = now()
  where d.id = job.id returning d.* into job;
  if job.status = 'ready' and job.target = 'production' and job.host <> 'archive' then
    update public.sites s
    set published_at = job.finished_at, published_url = job.url, published_deployment_id = job.id
    where s.id = job.site_id;
    if job.restored_from is null then
      perform private.mark_published_pages(job);
    end if;
  end if;
  return true;
end;
$$;
comment on function public.finish_deployment is 'End a publish. False: the lease was lost, and nothing was written.';

create function public.deployment_queue() returns jsonb
language sql stable security definer set search_path = ''
return jsonb_build_object(
  'queued', (select count(*) from public.deployments d where d.status = 'queued'),
  'active', (select count(*) from public.deployments d where d.status in ('building', 'uploading', 'processing')),
  'oldest_queued_seconds', (
    select extract(epoch from now() - min(d.created_at))::integer from public.deployments d where d.status = 'queued'),
  'worker_seen_seconds_ago', (select extract(epoch from now() - max(w.seen_at))::integer from private.workers w)
);
comment on function public.deployment_queue is 'How much work waits, and when a worker last asked for some.';
