-- The activity log: triggers write it, so it is complete whichever way a change came, and nobody can leave it out.
--
-- The rows of an organization form a chain: each holds the hash of the one before. The end of the chain is a row of its
-- own, and whoever adds to the log locks it. Writers run at the very end of a transaction (deferred constraint triggers),
-- when every other lock is held already: nobody who holds the chain's end ever waits for something else, so no two
-- transactions of one organization can wait for each other because of the log.

create table private.activity_heads (
  org_id   uuid primary key references public.organizations on delete cascade,
  sequence bigint not null default 0,
  hash     text not null default ''
);
alter table private.activity_heads enable row level security;
revoke all on private.activity_heads from public, anon, authenticated, service_role;
comment on table private.activity_heads is 'Where each organization''s activity log ends: its last number and hash.';

create table public.activity_logs (
  id            uuid primary key default gen_random_uuid(),
  -- Through the chain's end, not the organization: adding to the log must not ask for a lock on the organization's row.
  org_id        uuid not null references private.activity_heads on delete cascade,
  sequence      bigint not null,
  actor_kind    text not null check (actor_kind in ('person', 'service', 'operator')),
  -- No foreign key, and the name as it was: the log outlives the accounts that it tells of.
  actor_id      uuid,
  actor_name    text not null default '' check (char_length(actor_name) <= 80),
  action        text not null check (action ~ '^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$'),
  object_type   text not null check (object_type ~ '^[a-z]+(_[a-z]+)*$'),
  object_id     uuid not null,
  object_label  text not null default '' check (char_length(object_label) <= 200),
  before        jsonb check (private.is_json_object(before, 32768)),
  after         jsonb check (private.is_json_object(after, 32768)),
  created_at    timestamptz not null,
  previous_hash text not null,
  hash          text not null check (hash ~ '^[0-9a-f]{64}$'),
  unique (org_id, sequence)
);
alter table public.activity_logs enable row level security;
create index activity_logs_actor_idx on public.activity_logs (org_id, actor_id, sequence desc);
create index activity_logs_action_idx on public.activity_logs (org_id, action, sequence desc);
create index activity_logs_object_idx on public.activity_logs (org_id, object_type, object_id, sequence desc);
create index activity_logs_created_at_idx on public.activity_logs (org_id, created_at desc);
comment on table public.activity_logs is 'Who did what to what in an organization, before and after. Nobody changes it, and a change would show.';
comment on column public.activity_logs.actor_kind is
  '"person": somebody signed in. "service": the app or a worker. "operator": somebody in the database itself.';
comment on column public.activity_logs.hash is 'SHA-256 of the row before and of everything in this one.';

-- The chain -----------------------------------------------------------------------------------------------------------

create function private.activity_hash(entry public.activity_logs) returns text
language sql stable set search_path = ''
return encode(sha256(convert_to(entry.previous_hash || jsonb_build_array(
  entry.id, entry.org_id, entry.sequence, entry.actor_kind, entry.actor_id, entry.actor_name, entry.action,
  entry.object_type, entry.object_id, entry.object_label, entry.before, entry.after,
  -- Seconds since 1970: what a timestamp looks like as text depends on the session.
  extract(epoch from entry.created_at)
)::text, 'UTF8')), 'hex');

create function private.chain_activity() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  head private.activity_heads;
begin
  select h.* into head from private.activity_heads h where h.org_id = new.org_id for update;
  if head.org_id is null then
    -- The organization is gone, and its log with it.
    return null;
  end if;
  new.sequence := head.sequence + 1;
  new.created_at := clock_timestamp();
  new.previous_hash := head.hash;
  new.hash := private.activity_hash(new);
  update private.activity_heads h set sequence = new.sequence, hash = new.hash where h.org_id = new.org_id;
  return new;
end;
$$;
comment on function private.chain_activity is 'Whoever adds a row: its place in the chain is given, never chosen.';
create trigger chain_activity before insert on public.activity_logs
  for each row execute function private.chain_activity();

create function private.keep_activity() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' and not exists (select from private.activity_heads h where h.org_id = old.org_id) then
    return old;
  end if;
  raise sqlstate '42501' using message = 'The activity log is only ever added to.';
end;
$$;
create trigger keep_activity before update or delete on public.activity_logs
  for each row execute function private.keep_activity();
create trigger keep_all_activity before truncate on public.activity_logs
  for each statement execute function private.keep_activity();

create function private.begin_chain() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.activity_heads (org_id) values (new.id) on conflict (org_id) do nothing;
  return null;
end;
$$;
create trigger begin_chain after insert on public.organizations
  for each row execute function private.begin_chain();
insert into private.activity_heads (org_id) select o.id from public.organizations o on conflict (org_id) do nothing;

create function public.verify_activity_chain(org_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  head private.activity_heads;
  last public.activity_logs;
  broken record;
begin
  select h.* into head from private.activity_heads h
  where h.org_id = verify_activity_chain.org_id and h.org_id = any (private.org_ids('viewer'));
  if head.org_id is null then
    raise sqlstate 'PT404' using message = 'There is no such organization.';
  end if;
  if (head.org_id = any (private.org_ids('member'))) is not true then
    raise sqlstate '42501' using message = 'Viewers do not see the activity log.';
  end if;

  select c.id, c.sequence into broken from (
    select a.id, a.sequence,
      a.sequence = coalesce(lag(a.sequence) over in_order, 0) + 1
        and a.previous_hash = coalesce(lag(a.hash) over in_order, '')
        and a.hash = private.activity_hash(a) as holds
    from public.activity_logs a where a.org_id = head.org_id
    window in_order as (order by a.sequence)
  ) c where c.holds is not true order by c.sequence limit 1;
  if broken.id is not null then
    return jsonb_build_object('ok', false, 'sequence', broken.sequence, 'id', broken.id);
  end if;

  select a.* into last from public.activity_logs a where a.org_id = head.org_id order by a.sequence desc limit 1;
  if (coalesce(last.sequence, 0), coalesce(last.hash, '')) is distinct from (head.sequence, head.hash) then
    -- Rows are missing at the end.
    return jsonb_build_object('ok', false, 'sequence', coalesce(last.sequence, 0) + 1, 'id', null);
  end if;
  return jsonb_build_object('ok', true, 'entries', head.sequence, 'hash', head.hash);
end;
$$;
comment on function public.verify_activity_chain is
  'Whether an organization''s activity log is as it was written; if not, the first row that is not.';

-- What is written -------------------------------------------------------------------------------------------------------

create function private.loggable(value jsonb) returns jsonb
language sql immutable set search_path = ''
-- A log is read by people: of a long value it says how it began.
return case
  when octet_length(value::text) <= 1000 then value
  when jsonb_typeof(value) = 'string' then to_jsonb(left(value #>> '{}', 200) || '…')
  else to_jsonb('…'::text)
end;

create function private.activity_of(kind text, verb text, old_row jsonb, new_row jsonb) returns text
language sql immutable set search_path = ''
return kind || '.' || case
  when kind = 'member' then case verb
    when 'INSERT' then 'added' when 'DELETE' then 'removed' else 'role_changed' end
  when kind = 'invitation' then case
    when verb = 'INSERT' then 'created'
    when new_row ->> 'accepted_at' is not null then 'accepted'
    when new_row ->> 'withdrawn_at' is not null then 'withdrawn'
    else 'resent' end
  when kind = 'deployment' then case
    when verb = 'INSERT' then 'requested'
    when new_row ->> 'status' = 'error' then 'failed'
    else new_row ->> 'status' end
  when kind = 'integration' then case verb
    when 'INSERT' then 'connected' when 'DELETE' then 'disconnected' else 'updated' end
  when verb = 'INSERT' then 'created'
  when verb = 'DELETE' then 'deleted'
  else 'updated'
end;
comment on function private.activity_of is 'The name of what happened, as "site.created".';

create function private.log_activity() returns trigger
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
  if tg_op = 'DELETE' and kind = 'page'
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
comment on function private.log_activity is
  'log_activity(kind, label column, columns): one line in the log, with those of the columns that changed.';

create constraint trigger log_activity after insert or update on public.organizations
  deferrable initially deferred for each row execute function private.log_activity('organization', 'name', 'name plan');
create constraint trigger log_activity after insert or update or delete on public.organization_members
  deferrable initially deferred for each row execute function private.log_activity('member', 'user_id', 'role');
create constraint trigger log_activity after insert or update on public.organization_invitations
  deferrable initially deferred for each row
  execute function private.log_activity('invitation', 'email', 'role accepted_at withdrawn_at sent_at');
create constraint trigger log_activity after insert or update or delete on public.sites
  deferrable initially deferred for each row
  execute function private.log_activity('site', 'name', 'name slug domain theme seo head_code*');
-- Of pages what is decided about them, not each save of what stands on them: that is the history's.
create constraint trigger log_activity after insert or delete on public.pages
  deferrable initially deferred for each row execute function private.log_activity('page', 'title', 'title path status');
create constraint trigger log_page_settings after update on public.pages
  deferrable initially deferred for each row
  when ((old.title, old.path, old.status, old.seo) is distinct from (new.title, new.path, new.status, new.seo))
  execute function private.log_activity('page', 'title', 'title path status seo');
create constraint trigger log_activity after insert on public.deployments
  deferrable initially deferred for each row
  execute function private.log_activity('deployment', 'site_id', 'host target message restored_from');
create constraint trigger log_outcome after update on public.deployments
  deferrable initially deferred for each row
  when (old.status is distinct from new.status and new.status in ('ready', 'error', 'canceled'))
  execute function private.log_activity('deployment', 'site_id', 'status url error');
create constraint trigger log_activity after insert or update or delete on public.integrations
  deferrable initially deferred for each row
  execute function private.log_activity('integration', 'provider', 'provider label account_label last_four state');
create constraint trigger log_activity after insert or update or delete on public.subscriptions
  deferrable initially deferred for each row
  execute function private.log_activity('subscription', 'plan', 'plan status billing_interval current_period_end cancel_at');
create constraint trigger log_activity after insert or update on public.invoices
  deferrable initially deferred for each row
  execute function private.log_activity('invoice', 'number', 'number status currency total_cents paid_cents');
