-- The history of a page stays long without growing for ever: every autosave of the last hour, then one for each hour of
-- a day, each day of a week, each week of a year. What somebody named, published or restored stays.

create function private.thin_page_versions(page uuid, as_of timestamptz default now()) returns integer
language sql security definer set search_path = ''
as $$
  with placed as (
    select v.id, v.created_at, as_of - v.created_at as age,
      -- The newest of each slot stays: it holds what the older ones led to.
      row_number() over (
        partition by
          case
            when as_of - v.created_at <= interval '1 hour' then v.id::text
            when as_of - v.created_at <= interval '1 day' then date_trunc('hour', v.created_at, 'UTC')::text
            when as_of - v.created_at <= interval '7 days' then date_trunc('day', v.created_at, 'UTC')::text
            else date_trunc('week', v.created_at, 'UTC')::text
          end
        order by v.version desc, v.created_at desc, v.id
      ) as place
    from public.page_versions v
    where v.page_id = page and v.kind = 'autosave'
  ), latest as (
    select v.id from public.page_versions v where v.page_id = page order by v.version desc, v.created_at desc limit 1
  ), gone as (
    delete from public.page_versions v using placed
    where v.id = placed.id
      and (placed.place > 1 or placed.age > interval '365 days')
      and v.id <> (select latest.id from latest)
    returning 1
  )
  select count(*)::integer from gone;
$$;
comment on function private.thin_page_versions is 'Take away the autosaves of a page that its history no longer needs; how many went.';

-- With every new version of a page: there, and only there, its history grows. No clock has to run anywhere for it.
create function private.thin_history() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.thin_page_versions(new.page_id);
  return null;
end;
$$;
create trigger thin_history after insert on public.page_versions
  for each row execute function private.thin_history();

-- A restore first keeps the present, by name: an autosave could be thinned away later.
create or replace function public.restore_page_version(version_id uuid) returns public.pages
language plpgsql security definer set search_path = '' as $$
declare
  page public.pages;
  wanted public.page_versions;
begin
  select v.* into wanted from public.page_versions v
  where v.id = version_id and v.org_id = any (private.org_ids('viewer'));
  if wanted.id is null then
    raise sqlstate 'PT404' using message = 'There is no such version.';
  end if;
  page := private.editable_page(wanted.page_id, 'restore a version');

  update public.page_versions v set kind = 'checkpoint', label = 'Before a restore'
  where v.page_id = page.id and v.version = page.version and v.kind = 'autosave';
  if not exists (select 1 from public.page_versions v where v.page_id = page.id and v.version = page.version) then
    perform public.create_checkpoint(page.id, 'Before a restore');
  end if;
  perform set_config('roseram.restoring', 'yes', true);
  update public.pages p
  set title = wanted.title, seo = wanted.seo, content = wanted.content,
    html = wanted.html, css = wanted.css, js = wanted.js, version = p.version + 1
  where p.id = page.id returning p.* into page;
  perform set_config('roseram.restoring', '', true);
  return page;
end;
$$;
