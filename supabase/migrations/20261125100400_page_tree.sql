-- Before the first release: nobody's tables are long yet, and nobody calls what is replaced.
-- squawk-ignore-file ban-drop-constraint, require-concurrent-index-creation
-- Pages as a tree: moved with what hangs under them, found under their old addresses, deleted with a way back.

create function private.are_page_paths(value text[]) returns boolean
language sql immutable set search_path = ''
return cardinality(value) <= 50 and array_position(value, null) is null
  and (select coalesce(bool_and(private.is_page_path(path) and path <> '/'), true) from unnest(value) path);
comment on function private.are_page_paths is 'A list of at most fifty addresses that pages may have, none of them the home page''s.';

alter table public.pages
  add column old_paths text[] not null default '{}' check (private.are_page_paths(old_paths)),
  add column deleted_at timestamptz;
comment on column public.pages.old_paths is 'Where the page was before: a publish lets these addresses lead on to it.';
comment on column public.pages.deleted_at is 'When the page was deleted. Nobody sees it from then on; it can be brought back for 30 days.';

-- A deleted page no longer holds its address.
alter table public.pages drop constraint pages_site_id_path_key;
create unique index pages_site_id_path_key on public.pages (site_id, path) where deleted_at is null;
create index pages_deleted_at_idx on public.pages (site_id, deleted_at) where deleted_at is not null;

-- The log tells of a deletion and of the way back as of any other.
create function private.log_page_presence() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  person uuid := private.person_id();
  is_gone boolean := new.deleted_at is not null;
  about jsonb := jsonb_build_object('title', new.title, 'path', new.path, 'status', new.status);
begin
  insert into public.activity_logs (
    org_id, actor_kind, actor_id, actor_name, action, object_type, object_id, object_label, before, after)
  values (
    new.org_id, case when person is null then 'operator' else 'person' end, person,
    coalesce((select p.display_name from public.profiles p where p.user_id = person), ''),
    case when is_gone then 'page.deleted' else 'page.restored' end, 'page', new.id, new.title,
    case when is_gone then about end, case when is_gone then null else about end);
  return null;
end;
$$;
comment on function private.log_page_presence is 'One line in the log when a page is deleted or brought back.';
create constraint trigger log_page_presence after update on public.pages
  deferrable initially deferred for each row
  when ((old.deleted_at is null) is distinct from (new.deleted_at is null))
  execute function private.log_page_presence();

-- The tree ---------------------------------------------------------------------------------------------------------

create function private.present_page(wanted uuid, verb text) returns public.pages
language plpgsql security definer set search_path = '' as $$
declare
  page public.pages := private.editable_page(wanted, verb);
begin
  if page.deleted_at is not null then
    raise sqlstate 'PT404' using message = 'There is no such page.';
  end if;
  -- One change of a site's tree at a time: two at once could each take what the other frees.
  perform pg_advisory_xact_lock(hashtextextended('page tree ' || page.site_id, 0));
  return page;
end;
$$;
comment on function private.present_page is 'The page, locked with its site''s tree, if the caller may edit it and it has not been deleted.';

create function private.free_page_path(site uuid, wanted text) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  base text := case when wanted = '/' then '/home' else left(wanted, 190) end;
  found text := base;
  ending integer := 1;
begin
  while exists (select from public.pages p where p.site_id = site and p.path = found and p.deleted_at is null) loop
    ending := ending + 1;
    found := base || '-' || ending;
  end loop;
  return found;
end;
$$;
comment on function private.free_page_path is 'The address, or the next one like it that no page of the site has.';

-- Called after pages have moved: an address that a page has leads nowhere else, and an old one leads to one page.
create function private.settle_old_paths(site uuid) returns void
language sql security definer set search_path = ''
begin atomic
  update public.pages p
  set old_paths = array(
    select old from unnest(p.old_paths) with ordinality as o (old, place)
    where not exists (
      select from public.pages q where q.site_id = site and q.path = o.old and q.deleted_at is null)
    order by place)
  where p.site_id = site and p.old_paths && array(
    select q.path from public.pages q where q.site_id = site and q.deleted_at is null);
end;
comment on function private.settle_old_paths is 'Take addresses that pages have out of the lists of old ones.';

create function public.move_page(page_id uuid, path text, redirect boolean default true) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  page public.pages := private.present_page(move_page.page_id, 'move pages');
  goal text := move_page.path;
  moved integer;
begin
  if private.is_page_path(goal) is not true then
    raise sqlstate '23514' using message = 'That is not an address a page can have.';
  end if;
  if goal = page.path then
    return 0;
  end if;
  if page.path <> '/' and starts_with(goal, page.path || '/') then
    raise sqlstate '23514' using message = 'A page cannot be moved below itself.';
  end if;
  -- Whoever else had one of these addresses before gives it up: the last one to leave it is found under it.
  update public.pages p
  set old_paths = array(select old from unnest(p.old_paths) old where old <> page.path)
  where p.site_id = page.site_id and page.path = any (p.old_paths);
  update public.pages p
  set path = case when p.id = page.id then goal else goal || substr(p.path, char_length(page.path) + 1) end,
    old_paths = case when coalesce(redirect, true) and p.path <> '/'
      then (array_append(array_remove(p.old_paths, p.path), p.path))[greatest(1, cardinality(p.old_paths) - 48):]
      else p.old_paths end,
    version = p.version + 1
  where p.site_id = page.site_id and p.deleted_at is null
    and (p.id = page.id or (page.path <> '/' and goal <> '/' and starts_with(p.path, page.path || '/')));
  get diagnostics moved = row_count;
  perform private.settle_old_paths(page.site_id);
  return moved;
end;
$$;
comment on function public.move_page is
  'Give a page another address, and those below it with it; the old ones lead on to it unless told otherwise.';

create function public.set_home_page(page_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  page public.pages := private.present_page(set_home_page.page_id, 'choose the home page');
  given text := '/';
begin
  if page.path = '/' then
    return '/';
  end if;
  -- A page that was elsewhere before it became the home page goes back there.
  given := private.free_page_path(page.site_id, coalesce((
    select p.old_paths[cardinality(p.old_paths)] from public.pages p
    where p.site_id = page.site_id and p.path = '/' and p.deleted_at is null), '/home'));
  update public.pages p set path = given, version = p.version + 1
  where p.site_id = page.site_id and p.path = '/' and p.deleted_at is null;
  update public.pages p
  set path = '/', old_paths = (array_append(array_remove(p.old_paths, p.path), p.path))[greatest(1, cardinality(p.old_paths) - 48):],
    version = p.version + 1
  where p.id = page.id;
  perform private.settle_old_paths(page.site_id);
  return given;
end;
$$;
comment on function public.set_home_page is 'Make a page the home page; answers with the address that the earlier one has now.';

create function public.order_pages(site_id uuid, page_ids uuid[]) returns integer
-- As the caller: the policies and grants of the table decide.
language plpgsql security invoker set search_path = '' as $$
declare
  ordered integer;
begin
  if cardinality(page_ids) > 2000 then
    raise sqlstate '23514' using message = 'At most 2,000 pages can be put in order at once.';
  end if;
  update public.pages p set position = (wanted.place - 1)::integer
  from unnest(page_ids) with ordinality as wanted (id, place)
  where p.id = wanted.id and p.site_id = order_pages.site_id;
  get diagnostics ordered = row_count;
  if ordered = 0 then
    raise sqlstate 'PT404' using message = 'There is no such page.';
  end if;
  return ordered;
end;
$$;
comment on function public.order_pages is 'Put a site''s pages in this order.';

-- Deleting, with a way back ----------------------------------------------------------------------------------------

create function public.delete_page(page_id uuid) returns timestamptz
language plpgsql security definer set search_path = '' as $$
declare
  page public.pages := private.present_page(delete_page.page_id, 'delete pages');
begin
  delete from public.pages p where p.site_id = page.site_id and p.deleted_at < now() - interval '30 days';
  update public.pages p set deleted_at = clock_timestamp() where p.id = page.id returning p.deleted_at into page.deleted_at;
  return page.deleted_at;
end;
$$;
comment on function public.delete_page is 'Delete a page; undelete_page brings it back within 30 days.';

create function public.undelete_page(page_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  page public.pages := private.editable_page(undelete_page.page_id, 'bring pages back');
begin
  perform pg_advisory_xact_lock(hashtextextended('page tree ' || page.site_id, 0));
  if page.deleted_at is null then
    raise sqlstate 'PT404' using message = 'There is no such page.';
  end if;
  if exists (select from public.pages p where p.site_id = page.site_id and p.path = page.path and p.deleted_at is null) then
    page.path := private.free_page_path(page.site_id, page.path);
  end if;
  update public.pages p set deleted_at = null, path = page.path where p.id = page.id;
  perform private.settle_old_paths(page.site_id);
  return page.path;
end;
$$;
comment on function public.undelete_page is 'Bring a deleted page back, at its address or the next free one like it.';

create function public.deleted_pages(site_id uuid) returns table (id uuid, title text, path text, deleted_at timestamptz)
language sql stable security definer set search_path = ''
begin atomic
  select p.id, p.title, p.path, p.deleted_at from public.pages p
  where p.site_id = deleted_pages.site_id and p.deleted_at > now() - interval '30 days'
    and p.org_id = any (private.org_ids('editor'))
  order by p.deleted_at desc limit 100;
end;
comment on function public.deleted_pages is 'A site''s pages that were deleted in the last 30 days, for those who may bring them back.';
