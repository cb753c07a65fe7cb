-- Before the first release: nobody's tables are long yet, and nobody calls what is replaced.
-- squawk-ignore-file constraint-missing-not-valid
-- Components: an instance on a page names its component and the values it fills in; the build puts the component there.

alter table public.components add column version integer not null default 1 check (version > 0);
comment on column public.components.version is 'Grows by one with every change; a save names the version it was made from.';
-- A component holds no other, so no two can hold each other.
alter table public.components add constraint components_are_flat check (strpos(html, 'data-rb-component') = 0);

create function private.before_component() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.version not in (old.version, old.version + 1) then
    raise sqlstate 'PT409' using
      message = 'Somebody changed this component in the meantime.',
      hint = 'Read it again, compare, and save with the version you read.';
  end if;
  if new.version = old.version + 1
    or (new.name, new.description, new.html, new.css) is distinct from (old.name, old.description, old.html, old.css)
    or new.content is distinct from old.content
  then
    new.version := old.version + 1;
    new.updated_at := now();
  end if;
  return new;
end;
$$;
-- In place of "touch": being counted is no change of the component.
drop trigger touch on public.components;
create trigger before_component before update on public.components
  for each row execute function private.before_component();

create table private.component_uses (
  component_id uuid not null,
  org_id       uuid not null,
  page_id      uuid not null,
  uses         integer not null check (uses > 0),
  primary key (component_id, page_id),
  foreign key (org_id, page_id) references public.pages (org_id, id) on delete cascade,
  foreign key (component_id) references public.components on delete cascade
);
alter table private.component_uses enable row level security;
revoke all on private.component_uses from public, anon, authenticated, service_role;
create index component_uses_page_idx on private.component_uses (org_id, page_id);
comment on table private.component_uses is 'How often a page uses a component: counted from its markup whenever it is saved.';

create function private.component_ids(html text) returns setof uuid
language sql immutable set search_path = '' as $$
  select found[1]::uuid from regexp_matches(
    html, 'data-rb-component="([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"', 'g') found;
$$;
comment on function private.component_ids is 'The components that a page''s markup names, each as often as it is used.';

create function private.add_up_uses(wanted uuid[]) returns void
language sql security definer set search_path = '' as $$
  update public.components c set uses = counted.uses
  from (
    select c2.id, coalesce(sum(u.uses), 0)::integer as uses
    from public.components c2 left join private.component_uses u on u.component_id = c2.id
    where c2.id = any (wanted) group by c2.id
  ) counted
  where c.id = counted.id and c.uses <> counted.uses;
$$;
comment on function private.add_up_uses is 'The number of uses that people see, from what is counted for each page.';

create function private.count_component_uses() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  touched uuid[];
begin
  if tg_op = 'UPDATE' and new.html = old.html then
    return null;
  end if;
  -- In order of their ids, so that two pages saved at once cannot wait for each other.
  select array_agg(c.id order by c.id) into touched
  from (
    select locked.id from public.components locked
    where locked.org_id = new.org_id and (
      locked.id in (
        select u.component_id from private.component_uses u where u.org_id = new.org_id and u.page_id = new.id)
      or locked.id in (select private.component_ids(new.html)))
    order by locked.id for no key update
  ) c;
  if touched is null then
    return null;
  end if;
  delete from private.component_uses u where u.org_id = new.org_id and u.page_id = new.id;
  insert into private.component_uses (component_id, org_id, page_id, uses)
  select used.id, new.org_id, new.id, count(*)
  from private.component_ids(new.html) used (id) where used.id = any (touched) group by used.id;
  perform private.add_up_uses(touched);
  return null;
end;
$$;

create trigger count_component_uses after insert or update of html on public.pages
  for each row execute function private.count_component_uses();

create function private.forget_component_uses() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.add_up_uses(array[old.component_id]);
  return null;
end;
$$;
-- A page that is deleted takes its uses along.
create trigger forget_component_uses after delete on private.component_uses
  for each row execute function private.forget_component_uses();

create function public.component_pages(component_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if not exists (
    select 1 from public.components c
    where c.id = component_pages.component_id and c.org_id = any (private.org_ids('viewer'))
  ) then
    raise sqlstate 'PT404' using message = 'There is no such component.';
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'page_id', p.id, 'site_id', p.site_id, 'title', p.title, 'path', p.path, 'site', s.name, 'uses', u.uses
    ) order by s.name, p.path), '[]')
    from private.component_uses u
    join public.pages p on p.id = u.page_id
    join public.sites s on s.id = p.site_id
    where u.component_id = component_pages.component_id
  );
end;
$$;
comment on function public.component_pages is 'Where a component is used: pages with their site, and how often.';

create function public.unpublished_changes(site_id uuid) returns jsonb
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
    where p.site_id = site.id and p.status = 'published'
      and (site.published_at is null or p.updated_at > site.published_at or changed.names <> '[]')
  );
end;
$$;
comment on function public.unpublished_changes is 'The pages that the next publish changes: edited themselves, or by a component they use.';
