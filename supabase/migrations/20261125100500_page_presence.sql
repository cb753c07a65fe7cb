-- Who is on a page right now, so that two people know of each other before their changes meet.

create table private.page_presence (
  page_id    uuid not null,
  org_id     uuid not null,
  user_id    uuid not null references public.profiles on delete cascade,
  is_editing boolean not null,
  seen_at    timestamptz not null,
  primary key (page_id, user_id),
  foreign key (org_id, page_id) references public.pages (org_id, id) on delete cascade
);
alter table private.page_presence enable row level security;
revoke all on private.page_presence from public, anon, authenticated, service_role;
create index page_presence_org_id_idx on private.page_presence (org_id, page_id);
create index page_presence_user_id_idx on private.page_presence (user_id);
comment on table private.page_presence is 'Who has a page open, and whether they changed it lately; forgotten after a minute.';

create function public.report_presence(page_id uuid, is_editing boolean default false) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  person uuid := private.person_id();
  page record;
begin
  select p.id, p.org_id, p.version, p.updated_at, p.updated_by into page from public.pages p
  where p.id = report_presence.page_id and p.org_id = any (private.org_ids('viewer'));
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
comment on function public.report_presence is 'Say that one has a page open, and hear how new it is and who else has.';

create function private.page_of_topic(topic text) returns uuid
language sql immutable set search_path = ''
return case when topic ~ '^page:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then substr(topic, 6)::uuid end;
comment on function private.page_of_topic is 'The page that a Realtime channel is about, or null.';
