-- Before the first release: nobody's tables are long yet, and nobody calls what is replaced.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, disallowed-unique-constraint, require-concurrent-index-creation, adding-foreign-key-constraint
-- Forms of published sites: which there are, what visitors send, for how long it is kept, and who is told of it.

-- What a form is ------------------------------------------------------------------------------------------------------

create table public.published_forms (
  org_id     uuid not null,
  site_id    uuid not null,
  host       text not null check (host in ('local', 'archive', 'netlify', 'vercel', 'github_pages')),
  form       text not null check (form ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(form) <= 63),
  base_url   text not null check (private.is_web_url(base_url)),
  definition jsonb not null check (private.is_json_object(definition, 65536)),
  -- Visitors may still have the page open on which it stood.
  retired_at timestamptz,
  primary key (site_id, host, form),
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade
);
alter table public.published_forms enable row level security;
create index published_forms_org_site_idx on public.published_forms (org_id, site_id);
comment on table public.published_forms is 'A form on a site as it is live at a host: its fields, and where the site answers.';

create function public.note_published_forms(deployment_id uuid, generation bigint, base_url text, forms jsonb) returns text
language plpgsql security definer set search_path = '' as $$
declare
  job public.deployments;
begin
  select d.* into job from public.deployments d
  join private.deployment_leases l on l.deployment_id = d.id and l.generation = note_published_forms.generation
  where d.id = note_published_forms.deployment_id and d.status in ('building', 'uploading', 'processing')
    and d.target = 'production'
  for update of d;
  if job.id is null then
    return 'lost';
  end if;
  update public.published_forms p set retired_at = now()
  where (p.site_id, p.host) = (job.site_id, job.host) and p.retired_at is null
    and not note_published_forms.forms ? p.form;
  delete from public.published_forms p
  where (p.site_id, p.host) = (job.site_id, job.host) and p.retired_at < now() - interval '1 hour';
  insert into public.published_forms as p (org_id, site_id, host, form, base_url, definition)
  select job.org_id, job.site_id, job.host, f.key, note_published_forms.base_url, f.value
  from jsonb_each(note_published_forms.forms) f
  on conflict (site_id, host, form) do update
  set base_url = excluded.base_url, definition = excluded.definition, retired_at = null;
  return 'ok';
end;
$$;
comment on function public.note_published_forms is
  'Write down which forms a publish brings, by name; what it brings no more takes answers for another hour.';

create function private.live_form(site_id uuid, form text) returns public.published_forms
-- A site may be live at several hosts, in several versions: the newest knowledge counts.
language sql stable security definer set search_path = ''
return (
  select p from public.published_forms p
  where p.site_id = live_form.site_id and p.form = live_form.form
    and (p.retired_at is null or p.retired_at > now() - interval '1 hour')
  order by p.retired_at desc nulls first, p.host limit 1
);

create function public.published_form(site_id uuid, form text) returns jsonb
language sql stable security definer set search_path = ''
return (
  select jsonb_build_object(
    'org_id', min(p.org_id::text),
    'definitions', jsonb_agg(p.definition order by p.retired_at desc nulls first, p.host),
    'base_urls', (
      select jsonb_agg(distinct a.base_url) from public.published_forms a
      where a.site_id = published_form.site_id and a.retired_at is null)
  )
  from public.published_forms p
  where p.site_id = published_form.site_id and p.form = published_form.form
    and (p.retired_at is null or p.retired_at > now() - interval '1 hour')
  having count(*) > 0
);
comment on function public.published_form is 'What the service needs to judge an answer to a form; null where no such form takes answers.';

-- What visitors send --------------------------------------------------------------------------------------------------

alter table public.form_submissions
  add column files jsonb not null default '[]' check (jsonb_typeof(files) = 'array' and octet_length(files::text) <= 8192),
  add column note text not null default '' check (char_length(note) <= 2000),
  add column changed_at timestamptz not null default now(),
  add constraint form_submissions_org_id_id_key unique (org_id, id),
  drop constraint form_submissions_state_check,
  add constraint form_submissions_state_check check (state in ('new', 'read', 'spam', 'deleted'));
create index form_submissions_state_idx on public.form_submissions (site_id, state, created_at);
comment on column public.form_submissions.files is 'What was attached: field, name, type, size, and the path in the bucket "submissions".';
comment on column public.form_submissions.note is 'What the team says of it.';
comment on column public.form_submissions.changed_at is 'When its state last changed: what is deleted goes for good a week later.';
drop trigger keep_identity on public.form_submissions;
create trigger keep_identity before update of id, org_id, site_id, form, path, fields, files, created_at
  on public.form_submissions for each row
  execute function private.keep_identity('id', 'org_id', 'site_id', 'form', 'path', 'fields', 'files', 'created_at');

create function private.before_submission() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.state <> old.state then
    new.changed_at := now();
  end if;
  return new;
end;
$$;
create trigger before_submission before update of state on public.form_submissions
  for each row execute function private.before_submission();

create function public.find_submissions(org_id uuid, words text) returns setof public.form_submissions
-- As the caller: the policy decides. What stands in the fields is looked through, and the note, and the files' names.
language sql stable security invoker set search_path = '' as $$
  select s.* from public.form_submissions s
  where s.org_id = find_submissions.org_id and (
    exists (
      select 1 from jsonb_each_text(s.fields) f where strpos(lower(f.value), lower(find_submissions.words)) > 0)
    or strpos(lower(s.note), lower(find_submissions.words)) > 0
    or exists (
      select 1 from jsonb_array_elements(s.files) f where strpos(lower(f.value ->> 'name'), lower(find_submissions.words)) > 0)
  );
$$;
comment on function public.find_submissions is 'What visitors sent to the sites of an organization that has these words in it.';

create function private.holds_address(fields jsonb, email text) returns boolean
language sql immutable set search_path = ''
-- A field with several answers is an array.
return exists (
  select 1 from jsonb_path_query(fields, 'strict $.**') v
  where jsonb_typeof(v) = 'string' and lower(btrim(v #>> '{}')) = lower(btrim(email)));

create function public.submissions_of(org_id uuid, email text) returns setof public.form_submissions
language sql stable security invoker set search_path = '' as $$
  select s.* from public.form_submissions s
  where s.org_id = submissions_of.org_id and private.holds_address(s.fields, submissions_of.email);
$$;
comment on function public.submissions_of is 'Everything in which a field is exactly this mail address: what a person may ask to see.';

create function public.erase_submissions(org_id uuid, email text) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  gone integer;
begin
  if (erase_submissions.org_id = any (private.org_ids('editor'))) is not true then
    raise sqlstate 'PT404' using message = 'There is no such organization, or your role does not show what visitors sent.';
  end if;
  if position('@' in erase_submissions.email) < 2 then
    raise sqlstate 'PT422' using message = 'Give the mail address of the person.';
  end if;
  delete from public.form_submissions s
  where s.org_id = erase_submissions.org_id and private.holds_address(s.fields, erase_submissions.email);
  get diagnostics gone = row_count;
  return gone;
end;
$$;
comment on function public.erase_submissions is
  'Delete for good whatever holds a mail address, and say how much it was; the files follow within minutes.';

-- For how long --------------------------------------------------------------------------------------------------------

alter table public.sites
  add column form_retention_days integer check (form_retention_days between 1 and 3650);
comment on column public.sites.form_retention_days is 'After how many days what visitors sent is deleted; null keeps it.';
drop trigger log_activity on public.sites;
create constraint trigger log_activity after insert or update or delete on public.sites
  deferrable initially deferred for each row
  execute function private.log_activity('site', 'name', 'name slug domain theme seo analytics head_code* form_retention_days');

-- Who is told ---------------------------------------------------------------------------------------------------------

create table public.form_hooks (
  id         uuid primary key default gen_random_uuid(),
  org_id     uuid not null,
  site_id    uuid not null,
  -- Empty: every form of the site.
  form       text not null default '' check (form ~ '^([a-z0-9]+(-[a-z0-9]+)*)?$' and char_length(form) <= 63),
  url        text not null check (private.is_web_url(url)),
  created_by uuid references public.profiles on delete set null,
  created_at timestamptz not null default now(),
  unique (org_id, id),
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade
);
alter table public.form_hooks enable row level security;
create index form_hooks_site_idx on public.form_hooks (org_id, site_id);
create index form_hooks_created_by_idx on public.form_hooks (created_by);
comment on table public.form_hooks is 'An address that is called, signed, with what visitors send.';
-- As it was, but for webhooks, which leave with their site as pages do.
create or replace function private.log_activity() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  kind constant text := tg_argv[0];
  label_column constant text := tg_argv[1];
  -- A column with an asterisk is told of, but not what is in it.
  columns constant text[] := string_to_array(tg_argv[2], ' ');
  old_row constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  new_row constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  current_row constant jsonb := coalesce(new_row, old_row);
  person uuid := private.person_id();
  label text := current_row ->> label_column;
  shown text;
  name text;
  before jsonb := '{}';
  after jsonb := '{}';
begin
  foreach shown in array columns loop
    name := rtrim(shown, '*');
    continue when old_row -> name is not distinct from new_row -> name;
    if coalesce(old_row ->> name, '') <> '' then
      before := before || jsonb_build_object(
        name, case when shown = name then private.loggable(old_row -> name) else to_jsonb('(hidden)'::text) end);
    end if;
    if coalesce(new_row ->> name, '') <> '' then
      after := after || jsonb_build_object(
        name, case when shown = name then private.loggable(new_row -> name) else to_jsonb('(hidden)'::text) end);
    end if;
  end loop;
  if tg_op = 'UPDATE' and before = '{}' and after = '{}' then
    return null;
  end if;
  -- What left with its site is told by the site's own line.
  if tg_op = 'DELETE' and kind in ('page', 'webhook')
    and not exists (select from public.sites s where s.id = (current_row ->> 'site_id')::uuid) then
    return null;
  end if;
  if label_column = 'user_id' then
    label := (select p.display_name from public.profiles p where p.user_id = (current_row ->> 'user_id')::uuid);
  elsif label_column = 'site_id' then
    label := (select s.name from public.sites s where s.id = (current_row ->> 'site_id')::uuid);
  end if;
  insert into public.activity_logs (
    org_id, actor_kind, actor_id, actor_name, action, object_type, object_id, object_label, before, after)
  values (
    case when kind = 'organization' then current_row ->> 'id' else current_row ->> 'org_id' end::uuid,
    case
      when person is not null then 'person'
      when current_setting('role', true) = 'service_role' then 'service'
      else 'operator'
    end,
    person,
    coalesce((select p.display_name from public.profiles p where p.user_id = person), ''),
    private.activity_of(kind, tg_op, old_row, new_row),
    kind,
    coalesce(current_row ->> 'id', current_row ->> 'user_id')::uuid,
    left(coalesce(label, ''), 200),
    nullif(before, '{}'),
    nullif(after, '{}')
  );
  return null;
end;
$$;

-- Its address may hold a password of the receiver's: members read the log, and only admins the webhooks.
create constraint trigger log_activity after insert or delete on public.form_hooks
  deferrable initially deferred for each row execute function private.log_activity('webhook', 'site_id', 'url* form');

create table private.form_hook_secrets (
  hook_id    uuid primary key,
  org_id     uuid not null,
  key_id     text not null,
  nonce      bytea not null check (octet_length(nonce) = 12),
  ciphertext bytea not null check (octet_length(ciphertext) between 17 and 4096),
  foreign key (org_id, hook_id) references public.form_hooks (org_id, id) on delete cascade
);
alter table private.form_hook_secrets enable row level security;
revoke all on private.form_hook_secrets from public, anon, authenticated, service_role;
create index form_hook_secrets_hook_idx on private.form_hook_secrets (org_id, hook_id);
comment on table private.form_hook_secrets is 'What a webhook is signed with, encrypted.';

create table public.form_deliveries (
  id            uuid primary key default gen_random_uuid(),
  org_id        uuid not null,
  site_id       uuid not null,
  -- Without one it is the mail to the team, which tells of everything that came since the one before.
  hook_id       uuid,
  -- Without one it is a try, or the mail.
  submission_id uuid,
  state         text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  attempts      integer not null default 0 check (attempts between 0 and 20),
  status        integer check (status between 100 and 599),
  problem       text not null default '' check (private.is_plain_text(problem, 300)),
  next_at       timestamptz not null default now(),
  claimed_at    timestamptz,
  created_at    timestamptz not null default now(),
  ended_at      timestamptz,
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade,
  foreign key (org_id, hook_id) references public.form_hooks (org_id, id) on delete cascade,
  foreign key (org_id, submission_id) references public.form_submissions (org_id, id) on delete cascade
);
alter table public.form_deliveries enable row level security;
create index form_deliveries_site_idx on public.form_deliveries (org_id, site_id, created_at desc);
create index form_deliveries_hook_idx on public.form_deliveries (org_id, hook_id, created_at desc);
create index form_deliveries_submission_idx on public.form_deliveries (org_id, submission_id);
create index form_deliveries_waiting_idx on public.form_deliveries (org_id, next_at) where state = 'waiting';
create index form_deliveries_claimed_idx on public.form_deliveries (org_id, claimed_at desc nulls last);
create unique index form_deliveries_one_mail_idx on public.form_deliveries (site_id)
  where hook_id is null and state = 'waiting';
comment on table public.form_deliveries is 'What is to be told to whom, how often it was tried, and what came back: its own queue.';

create table private.used_proofs (
  proof   text primary key check (char_length(proof) between 1 and 200),
  used_at timestamptz not null default now()
);
alter table private.used_proofs enable row level security;
revoke all on private.used_proofs from public, anon, authenticated, service_role;
comment on table private.used_proofs is 'Proofs of work that have been spent; each counts once.';

create function private.queue_mail(org_id uuid, site_id uuid) returns void
-- At most one mail in five minutes for a site, however much comes.
language sql security definer set search_path = ''
begin atomic
  insert into public.form_deliveries (org_id, site_id, next_at)
  values (queue_mail.org_id, queue_mail.site_id, greatest(now(), (
    select max(d.ended_at) + interval '5 minutes' from public.form_deliveries d
    where d.org_id = queue_mail.org_id and d.site_id = queue_mail.site_id and d.hook_id is null)))
  on conflict do nothing;
end;

create function public.store_submission(submission jsonb) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  most constant integer := 20000;
  published public.published_forms := private.live_form((submission ->> 'site_id')::uuid, submission ->> 'form');
  proof constant text := coalesce(submission ->> 'proof', '');
  kept public.form_submissions;
begin
  if published.site_id is null then
    raise sqlstate 'PT404' using message = 'This form does not take answers.';
  end if;
  if proof <> '' then
    insert into private.used_proofs (proof) values (proof) on conflict do nothing;
    if not found then
      raise sqlstate 'PT409' using message = 'This was sent already.';
    end if;
  end if;
  -- What is kept is bounded: what nobody wants goes first, and what people have not seen never goes by itself.
  if (select count(*) from public.form_submissions s
      where s.org_id = published.org_id and s.site_id = published.site_id) >= most then
    delete from public.form_submissions s where s.id in (
      select o.id from public.form_submissions o
      where o.site_id = published.site_id and o.state in ('spam', 'deleted') order by o.created_at limit 100);
    if not found then
      raise sqlstate 'PT429' using message = 'The inbox of this site is full.';
    end if;
  end if;
  insert into public.form_submissions (id, org_id, site_id, form, path, fields, files, state)
  values ((submission ->> 'id')::uuid, published.org_id, published.site_id, published.form, submission ->> 'path',
    submission -> 'fields', submission -> 'files', case when (submission ->> 'is_spam')::boolean then 'spam' else 'new' end)
  returning * into kept;
  if kept.state = 'new' then
    insert into public.form_deliveries (org_id, site_id, hook_id, submission_id)
    select h.org_id, h.site_id, h.id, kept.id from public.form_hooks h
    where h.org_id = kept.org_id and h.site_id = kept.site_id and h.form in ('', kept.form);
    perform private.queue_mail(kept.org_id, kept.site_id);
  end if;
  return kept.id;
end;
$$;
comment on function public.store_submission is 'Keep what a visitor sent to a form that is live, and queue whoever is told of it.';

-- The queue -----------------------------------------------------------------------------------------------------------

create function public.claim_form_delivery(lease_seconds integer) returns jsonb
-- A claim is a time until which nobody else takes it, and the number of the attempt fences off whoever was too slow.
language plpgsql security definer set search_path = '' as $$
declare
  most_attempts constant integer := 12;
  job public.form_deliveries;
  site public.sites;
  since timestamptz;
begin
  -- What took its worker down every time is put aside.
  update public.form_deliveries d
  set state = 'failed', ended_at = clock_timestamp(), problem = 'It was interrupted too often.'
  where d.state = 'waiting' and d.attempts >= most_attempts and d.next_at <= clock_timestamp();

  -- The organization that was served longest ago comes first: a slow receiver holds up its own alone.
  select d.* into job from public.form_deliveries d
  join (select distinct w.org_id from public.form_deliveries w
    where w.state = 'waiting' and w.next_at <= clock_timestamp()) o on o.org_id = d.org_id
  where d.state = 'waiting' and d.next_at <= clock_timestamp()
  order by (
    select c.claimed_at from public.form_deliveries c
    where c.org_id = o.org_id order by c.claimed_at desc nulls last limit 1) nulls first, d.next_at
  for update of d skip locked limit 1;
  if job.id is null then
    return null;
  end if;
  update public.form_deliveries d
  set attempts = d.attempts + 1, claimed_at = clock_timestamp(),
    next_at = clock_timestamp() + make_interval(secs => least(greatest(lease_seconds, 1), 3600))
  where d.id = job.id returning d.* into job;
  select s.* into site from public.sites s where s.id = job.site_id;
  if job.hook_id is not null then
    return jsonb_build_object(
      'id', job.id, 'kind', 'webhook', 'attempt', job.attempts, 'org_id', job.org_id, 'site_id', job.site_id,
      'site_name', site.name,
      'hook', (
        select jsonb_build_object('id', h.id, 'url', h.url, 'key_id', x.key_id,
          'nonce', encode(x.nonce, 'base64'), 'ciphertext', encode(x.ciphertext, 'base64'))
        from public.form_hooks h join private.form_hook_secrets x on (x.org_id, x.hook_id) = (h.org_id, h.id)
        where h.id = job.hook_id),
      'submission', (
        select jsonb_build_object('id', s.id, 'form', s.form, 'path', s.path, 'fields', s.fields, 'files', s.files,
          'created_at', s.created_at)
        from public.form_submissions s where s.id = job.submission_id));
  end if;
  since := coalesce((
    select max(d.claimed_at) from public.form_deliveries d
    where d.org_id = job.org_id and d.site_id = job.site_id and d.hook_id is null and d.state = 'sent'), '-infinity');
  return jsonb_build_object(
    'id', job.id, 'kind', 'mail', 'attempt', job.attempts, 'org_id', job.org_id, 'site_id', job.site_id,
    'site_name', site.name,
    'counts', (
      select coalesce(jsonb_object_agg(c.form, c.times), '{}') from (
        select s.form, count(*) as times from public.form_submissions s
        where s.org_id = job.org_id and s.site_id = job.site_id and s.state = 'new' and s.created_at > since
        group by s.form) c),
    'recipients', (
      select coalesce(jsonb_agg(u.email order by u.email), '[]')
      from public.organization_members m
      join auth.users u on u.id = m.user_id
      left join public.user_settings n on n.user_id = m.user_id
      where m.org_id = job.org_id and m.role >= 'editor' and coalesce(n.notifications ->> 'forms', 'true') <> 'false'));
end;
$$;
comment on function public.claim_form_delivery is
  'Take the next thing that is to be told, with all that it takes; null when there is none.';

create function public.finish_form_delivery(delivery_id uuid, attempt integer, outcome text, status integer, problem text)
returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  -- After each failed attempt it waits this long; after the last it is given up.
  pauses constant interval[] := array['10 seconds', '1 minute', '5 minutes', '30 minutes', '2 hours', '8 hours'];
  done public.form_deliveries;
begin
  update public.form_deliveries d
  set state = case
      when finish_form_delivery.outcome = 'sent' then 'sent'
      when finish_form_delivery.outcome = 'refused' or d.attempts > cardinality(pauses) then 'failed'
      else 'waiting' end,
    status = finish_form_delivery.status,
    problem = left(finish_form_delivery.problem, 300),
    next_at = clock_timestamp() + coalesce(pauses[d.attempts], '0'),
    ended_at = case
      when finish_form_delivery.outcome in ('sent', 'refused') or d.attempts > cardinality(pauses)
      then clock_timestamp() end
  where d.id = finish_form_delivery.delivery_id and d.attempts = finish_form_delivery.attempt and d.state = 'waiting'
  returning d.* into done;
  if done.id is null then
    return false;
  end if;
  if done.hook_id is not null and done.state = 'waiting' then
    -- A receiver that is away is not asked for each answer anew.
    update public.form_deliveries d set next_at = done.next_at
    where d.org_id = done.org_id and d.hook_id = done.hook_id and d.state = 'waiting' and d.next_at < done.next_at;
  end if;
  if done.hook_id is null and done.state <> 'waiting' and exists (
    select 1 from public.form_submissions s
    where s.org_id = done.org_id and s.site_id = done.site_id and s.state = 'new' and s.created_at > done.claimed_at) then
    perform private.queue_mail(done.org_id, done.site_id);
  end if;
  return true;
end;
$$;
comment on function public.finish_form_delivery is
  'Write down how an attempt ended; false when somebody else has taken it over.';

create function private.hook_for(actor uuid, hook_id uuid) returns public.form_hooks
language plpgsql stable security definer set search_path = '' as $$
declare
  found_one public.form_hooks;
begin
  select h.* into found_one from public.form_hooks h
  join public.organization_members m on m.org_id = h.org_id and m.user_id = actor and m.role >= 'admin'
  where h.id = hook_for.hook_id;
  if found_one.id is null then
    raise sqlstate 'PT404' using message = 'There is no such webhook, or your role does not show it.';
  end if;
  return found_one;
end;
$$;
comment on function private.hook_for is 'The webhook, if this person may manage it.';

create function public.save_form_hook(actor uuid, hook jsonb, secret jsonb) returns public.form_hooks
language plpgsql security definer set search_path = '' as $$
declare
  site public.sites;
  saved public.form_hooks;
begin
  select s.* into site from public.sites s
  join public.organization_members m on m.org_id = s.org_id and m.user_id = actor
  where s.id = (hook ->> 'site_id')::uuid for no key update of s;
  if site.id is null then
    raise sqlstate 'PT404' using message = 'There is no such site, or you may not see it.';
  elsif not exists (
    select 1 from public.organization_members m where m.org_id = site.org_id and m.user_id = actor and m.role >= 'admin') then
    raise sqlstate '42501' using message = 'Only admins and owners manage webhooks.';
  elsif (select count(*) from public.form_hooks h where h.org_id = site.org_id and h.site_id = site.id) >= 10 then
    raise sqlstate 'PT409' using message = 'A site has at most ten webhooks. Delete one first.';
  end if;
  insert into public.form_hooks (id, org_id, site_id, form, url, created_by)
  values ((hook ->> 'id')::uuid, site.org_id, site.id, hook ->> 'form', hook ->> 'url', actor)
  returning * into saved;
  insert into private.form_hook_secrets (hook_id, org_id, key_id, nonce, ciphertext)
  values (saved.id, saved.org_id, secret ->> 'key_id',
    decode(secret ->> 'nonce', 'base64'), decode(secret ->> 'ciphertext', 'base64'));
  return saved;
end;
$$;
comment on function public.save_form_hook is 'Keep a webhook of a site and its encrypted secret; admins and owners.';

create function public.test_form_hook(hook_id uuid) returns public.form_deliveries
language plpgsql security definer set search_path = '' as $$
declare
  hook constant public.form_hooks := private.hook_for(private.person_id(), test_form_hook.hook_id);
  tried public.form_deliveries;
begin
  if exists (
    select 1 from public.form_deliveries d
    where d.org_id = hook.org_id and d.hook_id = hook.id and d.submission_id is null and d.state = 'waiting') then
    raise sqlstate 'PT409' using message = 'A try is still on its way.';
  end if;
  insert into public.form_deliveries (org_id, site_id, hook_id) values (hook.org_id, hook.site_id, hook.id)
  returning * into tried;
  return tried;
end;
$$;
comment on function public.test_form_hook is 'Call a webhook once with nothing in it; admins and owners.';

create function public.retry_form_delivery(delivery_id uuid) returns public.form_deliveries
language plpgsql security definer set search_path = '' as $$
declare
  again public.form_deliveries;
begin
  update public.form_deliveries d set state = 'waiting', attempts = 0, next_at = now(), ended_at = null, problem = ''
  where d.id = retry_form_delivery.delivery_id and d.state = 'failed' and d.hook_id is not null
    and d.org_id = any (private.org_ids('admin'))
  returning d.* into again;
  if again.id is null then
    raise sqlstate 'PT404' using message = 'There is nothing that failed under this id, or your role does not show it.';
  end if;
  return again;
end;
$$;
comment on function public.retry_form_delivery is 'Try once more what was given up; admins and owners.';

-- Tidying up ----------------------------------------------------------------------------------------------------------

create function public.purge_submissions() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  gone integer;
begin
  delete from public.form_submissions s using public.sites t
  where (t.org_id, t.id) = (s.org_id, s.site_id) and (
    s.created_at < now() - make_interval(days => t.form_retention_days)
    or (s.state = 'deleted' and s.changed_at < now() - interval '7 days'));
  get diagnostics gone = row_count;
  delete from public.form_deliveries d where d.ended_at < now() - interval '30 days';
  delete from private.used_proofs u where u.used_at < now() - interval '3 days';
  return gone;
end;
$$;
comment on function public.purge_submissions is
  'Delete what a site keeps no longer, what was deleted a week ago, and old lines of the delivery log.';

create or replace function public.orphaned_files() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  pictures text[] := '{}';
  portraits text[] := '{}';
  sent text[] := '{}';
begin
  -- Storage keeps its rows in the vendor's schema, where no foreign key of ours reaches; some databases have none.
  if to_regclass('storage.objects') is not null then
    execute
      'select coalesce(array_agg(o.name), ''{}'') from (
         select o.name from storage.objects o
         where o.bucket_id = ''assets'' and not exists (
           select from public.organizations g where g.id::text = split_part(o.name, ''/'', 1))
         limit 500) o'
    into pictures;
    execute
      'select coalesce(array_agg(o.name), ''{}'') from (
         select o.name from storage.objects o
         where o.bucket_id = ''avatars'' and not exists (
           select from public.profiles p where p.user_id::text = split_part(o.name, ''/'', 1))
         limit 500) o'
    into portraits;
    -- A file is there a moment before what it belongs to.
    execute
      'select coalesce(array_agg(o.name), ''{}'') from (
         select o.name from storage.objects o
         where o.bucket_id = ''submissions'' and o.created_at < now() - interval ''5 minutes'' and not exists (
           select from public.form_submissions s where s.id::text = split_part(o.name, ''/'', 2))
         limit 500) o'
    into sent;
  end if;
  return jsonb_build_object('assets', pictures, 'avatars', portraits, 'submissions', sent);
end;
$$;
comment on function public.orphaned_files is
  'Pictures whose organization, portraits whose person, and files whose form submission was deleted; the worker removes them.';

-- Rotation puts every secret under the key in use, the webhooks' too ---------------------------------------------------

create or replace function public.list_integration_secrets(except_key text, after uuid, batch integer) returns jsonb
language sql stable security definer set search_path = ''
return (
  select coalesce(jsonb_agg(coalesce(public.read_integration_secret(s.id), (
    select jsonb_build_object('id', w.hook_id, 'org_id', w.org_id, 'provider', 'webhook', 'key_id', w.key_id,
      'nonce', encode(w.nonce, 'base64'), 'ciphertext', encode(w.ciphertext, 'base64'))
    from private.form_hook_secrets w where w.hook_id = s.id)) order by s.id), '[]')
  from (
    select x.integration_id as id from private.integration_secrets x
    where x.key_id <> list_integration_secrets.except_key and x.integration_id > list_integration_secrets.after
    union all
    select w.hook_id from private.form_hook_secrets w
    where w.key_id <> list_integration_secrets.except_key and w.hook_id > list_integration_secrets.after
    order by id limit least(batch, 1000)
  ) s
);
comment on function public.list_integration_secrets is 'The next secrets that are not under the key in use.';

create or replace function public.replace_integration_secrets(secrets jsonb) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  changed integer;
  hooks integer;
begin
  -- A credential that was rotated by a person meanwhile has another nonce, and stays as that person left it.
  update private.integration_secrets s
  set key_id = n.key_id, nonce = decode(n.nonce, 'base64'), ciphertext = decode(n.ciphertext, 'base64')
  from jsonb_to_recordset(secrets) as n (id uuid, old_nonce text, key_id text, nonce text, ciphertext text)
  where s.integration_id = n.id and s.nonce = decode(n.old_nonce, 'base64');
  get diagnostics changed = row_count;
  update private.form_hook_secrets s
  set key_id = n.key_id, nonce = decode(n.nonce, 'base64'), ciphertext = decode(n.ciphertext, 'base64')
  from jsonb_to_recordset(secrets) as n (id uuid, old_nonce text, key_id text, nonce text, ciphertext text)
  where s.hook_id = n.id and s.nonce = decode(n.old_nonce, 'base64');
  get diagnostics hooks = row_count;
  return changed + hooks;
end;
$$;
