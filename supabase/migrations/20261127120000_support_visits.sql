-- Support looks into an organization: somebody of the operator's, for hours and not days, with a reason that its owners
-- read (docs/decisions/0044-support-access.md).
-- squawk-ignore-file constraint-missing-not-valid, require-concurrent-index-creation

create table public.support_visits (
  id        uuid primary key default gen_random_uuid(),
  org_id    uuid not null references public.organizations on delete cascade,
  user_id   uuid references public.profiles on delete set null,
  -- Kept beside the account: who looked in is known also when the account is gone.
  email     text not null check (private.is_email(email)),
  reason    text not null check (private.is_name(reason, 300)),
  opened_at timestamptz not null default now(),
  ends_at   timestamptz not null,
  closed_at timestamptz,
  closed_by uuid references public.profiles on delete set null,
  constraint support_visits_length_check check (ends_at > opened_at and ends_at <= opened_at + interval '8 hours'),
  constraint support_visits_closed_by_check check (closed_by is null or closed_at is not null)
);
alter table public.support_visits enable row level security;
create index support_visits_user_id_idx on public.support_visits (user_id);
create index support_visits_org_id_idx on public.support_visits (org_id, opened_at);
create index support_visits_closed_by_idx on public.support_visits (closed_by) where closed_by is not null;
comment on table public.support_visits is
  'When somebody of the operator''s may look into an organization without belonging to it: read only, until ends_at, and why.';

-- "Which organizations may I look into right now" is asked whenever somebody reads. The visits that are open fit on one page of
-- a table of their own, so asking costs one page at most; an index costs two or three, a third of what reading a page costs.
create table private.open_visits (
  visit_id uuid primary key references public.support_visits on delete cascade,
  user_id  uuid not null,
  org_id   uuid not null,
  ends_at  timestamptz not null
);
alter table private.open_visits enable row level security;
revoke all on private.open_visits from public, anon, authenticated, service_role;
comment on table private.open_visits is 'The visits of support that may still be open, for the viewers'' predicate; ends_at decides.';

create function private.keep_open_visits() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Those that have ended let nobody in; they go so that there are never more than a handful.
  delete from private.open_visits o where o.visit_id = new.id or o.ends_at <= now();
  if new.closed_at is null and new.user_id is not null and new.ends_at > now() then
    insert into private.open_visits (visit_id, user_id, org_id, ends_at)
    values (new.id, new.user_id, new.org_id, new.ends_at);
  end if;
  return null;
end;
$$;
create trigger keep_open_visits after insert or update on public.support_visits
  for each row execute function private.keep_open_visits();

-- Nobody makes a visit longer, or another one than its owners were told of.
create trigger keep_identity before update of id, org_id, user_id, email, reason, opened_at, ends_at on public.support_visits
  for each row execute function private.keep_identity('id', 'org_id', 'user_id', 'email', 'reason', 'opened_at', 'ends_at');

create or replace function private.activity_of(kind text, verb text, old_row jsonb, new_row jsonb) returns text
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
  when kind = 'support' then case verb
    when 'INSERT' then 'opened' when 'DELETE' then 'deleted' else 'closed' end
  when verb = 'INSERT' then 'created'
  when verb = 'DELETE' then 'deleted'
  else 'updated'
end;

-- When it ends is told as it begins: nothing has to run at that moment.
create constraint trigger log_activity after insert or update or delete on public.support_visits
  deferrable initially deferred for each row
  execute function private.log_activity('support', 'email', 'reason ends_at closed_at');

-- What the operator and the owners do -----------------------------------------------------------------------------------

create function public.open_support_visit(org_slug text, email text, reason text, hours integer default 1) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  address constant text := lower(btrim(open_support_visit.email));
  org record;
  visitor uuid;
  visit public.support_visits;
begin
  if (open_support_visit.hours between 1 and 8) is not true then
    raise sqlstate 'PT422' using message = 'Support looks in for 1 to 8 hours.';
  end if;
  if private.is_name(open_support_visit.reason, 300) is not true then
    raise sqlstate 'PT422' using message = 'Give the reason in one line of at most 300 characters: its owners read it.';
  end if;
  -- Locked, so that of two who open one at once the second is told of the first.
  select o.id, o.name into org from public.organizations o where o.slug = open_support_visit.org_slug for no key update;
  if org.id is null then
    raise sqlstate 'PT404' using message = 'No organization has this slug.';
  end if;
  select u.id into visitor from auth.users u where u.email = address and u.email_confirmed_at is not null;
  if visitor is null then
    raise sqlstate 'PT404' using message = 'Nobody has an account with this e-mail address and has confirmed it.';
  end if;
  if exists (select from public.organization_members m where m.org_id = org.id and m.user_id = visitor) then
    raise sqlstate 'PT409' using message = format('%s is a member of %s and sees it anyway.', address, org.name);
  end if;
  select v.* into visit from public.support_visits v
  where v.org_id = org.id and v.user_id = visitor and v.closed_at is null and v.ends_at > clock_timestamp();
  if visit.id is not null then
    raise sqlstate 'PT409' using message = format(
      '%s looks into %s already. To open it anew, first: flask support close %s', address, org.name, visit.id);
  end if;
  insert into public.support_visits (org_id, user_id, email, reason, opened_at, ends_at)
  values (
    org.id, visitor, address, btrim(open_support_visit.reason), now(), now() + make_interval(hours => open_support_visit.hours))
  returning * into visit;
  return to_jsonb(visit) || jsonb_build_object(
    'organization', org.name,
    'owners', (
      select coalesce(jsonb_agg(u.email order by u.email), '[]')
      from public.organization_members m join auth.users u on u.id = m.user_id
      where m.org_id = org.id and m.role = 'owner' and u.email is not null));
end;
$$;
comment on function public.open_support_visit is
  'Let somebody of the operator''s look into an organization; answers with the visit and whom to tell of it.';

create function public.list_support_visits(most integer default 50) returns jsonb
language sql stable security definer set search_path = ''
return (
  select coalesce(jsonb_agg(to_jsonb(l) order by l.opened_at desc, l.id), '[]')
  from (
    select v.*, o.slug, v.closed_at is null and v.ends_at > statement_timestamp() as is_open
    from public.support_visits v join public.organizations o on o.id = v.org_id
    order by v.opened_at desc, v.id limit least(greatest(list_support_visits.most, 1), 500)
  ) l
);
comment on function public.list_support_visits is 'The newest visits of support, for the operator.';

create function public.close_support_visit(visit_id uuid) returns public.support_visits
language plpgsql security definer set search_path = '' as $$
declare
  -- At the command line.
  is_operator constant boolean := coalesce(current_setting('role', true) = 'service_role', false);
  person constant uuid := case when not is_operator then private.person_id() end;
  visit public.support_visits;
begin
  update public.support_visits v set closed_at = clock_timestamp(), closed_by = person
  where v.id = visit_id and v.closed_at is null and v.ends_at > clock_timestamp()
    and (is_operator or v.user_id = person or v.org_id = any (private.org_ids('admin')))
  returning v.* into visit;
  if visit.id is null then
    raise sqlstate 'PT404' using message = 'There is no open support access with this id.';
  end if;
  return visit;
end;
$$;
comment on function public.close_support_visit is
  'End a visit of support at once: the owners and admins of the organization, the visitor, and the operator.';

-- What whoever looks in must not do -------------------------------------------------------------------------------------
-- private.org_ids('viewer') tells also what a person may look into. These ask where they belong.

create or replace function private.locked_role(org uuid) returns public.member_role
language plpgsql security definer set search_path = '' as $$
declare
  role public.member_role;
begin
  -- Only members may wait for the lock: a stranger must not hold up an organization, nor learn that it exists.
  perform from public.organizations o
  where o.id = org and o.id = any (private.joined_org_ids()) for no key update;
  -- Asked again: while this waited, the caller may have been removed.
  select m.role into role from public.organization_members m
  where m.org_id = org and m.user_id = private.person_id();
  if role is null then
    raise sqlstate 'PT404' using message = 'There is no such organization.';
  end if;
  return role;
end;
$$;

create or replace function public.delete_account() returns void
language plpgsql security definer set search_path = '' as $$
declare
  person uuid := private.person_id();
  own record;
  folder text;
begin
  if person is null then
    raise sqlstate '42501' using message = 'Sign in to delete your account.';
  end if;
  if private.has_files('avatars', person::text) then
    folder := 'avatars/' || person;
  end if;
  for own in
    -- In one order for everybody, so that no two who leave wait for each other.
    select o.id, o.name from public.organizations o
    where o.id = any (private.joined_org_ids()) order by o.id for no key update
  loop
    if not exists (
      select from public.organization_members m where m.org_id = own.id and m.user_id <> person
    ) then
      if private.has_files('assets', own.id::text) then
        folder := 'assets/' || own.id;
      end if;
      delete from public.organizations o where o.id = own.id;
    elsif not exists (
      select from public.organization_members m where m.org_id = own.id and m.user_id <> person and m.role = 'owner'
    ) then
      raise sqlstate 'PT409' using message = format(
        'You are the only owner of "%s". Make somebody else an owner, or delete the organization, before you go.', own.name);
    end if;
    delete from public.organization_members m where m.org_id = own.id and m.user_id = person;
  end loop;
  if folder is not null then
    -- Only now: nobody removes files of an account that then has to stay. The hint names the folder.
    raise sqlstate 'PT409' using
      message = 'Files of the account are still stored. Remove them, then delete the account.', hint = folder;
  end if;
  -- Profile, preferences and settings hang on the account; what the person made for others stays, without a name.
  delete from auth.users u where u.id = person;
end;
$$;

create or replace function public.report_presence(page_id uuid, is_editing boolean default false) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  person uuid := private.person_id();
  page record;
begin
  select p.id, p.org_id, p.version, p.updated_at, p.updated_by into page from public.pages p
  where p.id = report_presence.page_id and p.deleted_at is null and p.org_id = any (private.joined_org_ids());
  if page.id is null then
    raise sqlstate 'PT404' using message = 'There is no such page.';
  end if;
  -- Whoever may not edit is not editing, whatever their browser says.
  insert into private.page_presence as seen (page_id, org_id, user_id, is_editing, seen_at)
  values (page.id, page.org_id, person,
    coalesce(report_presence.is_editing, false) and page.org_id = any (private.org_ids('editor')), clock_timestamp())
  on conflict on constraint page_presence_pkey
  do update set is_editing = excluded.is_editing, seen_at = excluded.seen_at;
  delete from private.page_presence seen
  where seen.page_id = page.id and seen.seen_at < clock_timestamp() - interval '1 minute';
  return jsonb_build_object(
    'version', page.version,
    'updated_at', page.updated_at,
    'updated_by', page.updated_by,
    'role', (select m.role from public.organization_members m where m.org_id = page.org_id and m.user_id = person),
    'people', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'user_id', seen.user_id,
        'name', coalesce(nullif(who.display_name, ''), 'Somebody'),
        'is_editing', seen.is_editing
      ) order by seen.is_editing desc, seen.user_id), '[]')
      from private.page_presence seen
      join public.profiles who on who.user_id = seen.user_id
      -- Somebody who was removed a moment ago is nobody here.
      join public.organization_members m on m.org_id = page.org_id and m.user_id = seen.user_id
      where seen.page_id = page.id and seen.user_id <> person
        and seen.seen_at > clock_timestamp() - interval '40 seconds'
    )
  );
end;
$$;
