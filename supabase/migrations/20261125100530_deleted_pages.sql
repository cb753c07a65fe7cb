-- A deleted page waits to be brought back; meanwhile it uses no component, changes with no publish, and nobody is on it.

create or replace function private.count_component_uses() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  touched uuid[];
  -- A deleted page uses nothing, until it is brought back.
  markup text := case when new.deleted_at is null then new.html else '' end;
begin
  if tg_op = 'UPDATE' and (new.html, new.deleted_at) is not distinct from (old.html, old.deleted_at) then
    return null;
  end if;
  -- In order of their ids, so that two pages saved at once cannot wait for each other.
  select array_agg(c.id order by c.id) into touched
  from (
    select locked.id from public.components locked
    where locked.org_id = new.org_id and (
      locked.id in (select u.component_id from private.component_uses u where u.page_id = new.id)
      or locked.id in (select private.component_ids(markup)))
    order by locked.id for no key update
  ) c;
  if touched is null then
    return null;
  end if;
  delete from private.component_uses u where u.page_id = new.id;
  insert into private.component_uses (component_id, org_id, page_id, uses)
  select used.id, new.org_id, new.id, count(*)
  from private.component_ids(markup) used (id) where used.id = any (touched) group by used.id;
  perform private.add_up_uses(touched);
  return null;
end;
$$;
drop trigger count_component_uses on public.pages;
create trigger count_component_uses after insert or update of html, deleted_at on public.pages
  for each row execute function private.count_component_uses();

create or replace function public.unpublished_changes(site_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  site record;
begin
  select s.id, s.published_at into site from public.sites s
  where s.id = unpublished_changes.site_id and s.org_id = any (private.org_ids('viewer'));
  if site.id is null then
    raise sqlstate 'PT404' using message = 'There is no such site.';
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'page_id', p.id, 'title', p.title, 'path', p.path,
      'is_edited', site.published_at is null or p.updated_at > site.published_at,
      'components', changed.names
    ) order by p.position, p.path), '[]')
    from public.pages p
    cross join lateral (
      select coalesce(jsonb_agg(c.name order by c.name), '[]') as names
      from private.component_uses u join public.components c on c.id = u.component_id
      where u.page_id = p.id and c.updated_at > site.published_at
    ) changed
    where p.site_id = site.id and p.status = 'published' and p.deleted_at is null
      and (site.published_at is null or p.updated_at > site.published_at or changed.names <> '[]')
  );
end;
$$;

create or replace function public.report_presence(page_id uuid, is_editing boolean default false) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  person uuid := private.person_id();
  page record;
begin
  select p.id, p.org_id, p.version, p.updated_at, p.updated_by into page from public.pages p
  where p.id = report_presence.page_id and p.deleted_at is null and p.org_id = any (private.org_ids('viewer'));
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
