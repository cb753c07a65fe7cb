-- Before the first release: nobody's tables are long yet, and nobody calls what is replaced.
-- squawk-ignore-file constraint-missing-not-valid
-- Pictures as things of their own: folders, how often each is used, one replaced by another everywhere.

alter table public.assets
  add column folder text not null default '' check (folder = '' or private.is_name(folder, 60)),
  -- The build refuses larger ones (services/deployments/images.py), so nobody shall choose one that will not appear.
  add constraint assets_pixels_check check (width::bigint * height <= 50000000);
comment on column public.assets.folder is 'Where people sort it; the file itself does not move.';
comment on column public.assets.uses is 'In how many pages, sites'' settings, components and sections it stands.';

create function private.asset_paths(org_id uuid, texts text) returns text[]
-- Cut at the folder''s name, which is quick also in a page of two megabytes; a pattern over all of it is not.
language sql immutable set search_path = ''
return (
  select coalesce(array_agg(distinct found.path order by found.path), '{}') from (
    select org_id || '/' || substring(piece from '^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(?:png|jpg|jpeg|webp|gif|avif)') as path
    from unnest(string_to_array(texts, org_id || '/')) with ordinality as pieces (piece, place)
    where place > 1
  ) found where found.path is not null
);

create function private.count_asset_uses() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  before text[];
  after text[];
begin
  -- A record's columns are looked up when a branch runs, so each table has its own.
  if tg_table_name = 'sites' then
    before := case when tg_op <> 'INSERT' then private.asset_paths(old.org_id, old.seo::text) else '{}' end;
    after := case when tg_op <> 'DELETE' then private.asset_paths(new.org_id, new.seo::text) else '{}' end;
  elsif tg_table_name = 'pages' then
    before := case when tg_op <> 'INSERT'
      then private.asset_paths(old.org_id, concat_ws(' ', old.html, old.css, old.seo)) else '{}' end;
    after := case when tg_op <> 'DELETE'
      then private.asset_paths(new.org_id, concat_ws(' ', new.html, new.css, new.seo)) else '{}' end;
  else
    before := case when tg_op <> 'INSERT'
      then private.asset_paths(old.org_id, concat_ws(' ', old.html, old.css)) else '{}' end;
    after := case when tg_op <> 'DELETE'
      then private.asset_paths(new.org_id, concat_ws(' ', new.html, new.css)) else '{}' end;
  end if;
  if before = after then
    return null;
  end if;
  -- In the order of their names, so that two saves at once cannot wait for each other.
  perform from public.assets a where a.path = any (before || after) order by a.path for no key update;
  update public.assets a set uses = greatest(0, a.uses + (a.path = any (after))::integer - (a.path = any (before))::integer)
  where a.path = any (before || after) and (a.path = any (before)) <> (a.path = any (after));
  return null;
end;
$$;
create trigger count_asset_uses after insert or delete or update of html, css, seo on public.pages
  for each row execute function private.count_asset_uses();
create trigger count_asset_uses after insert or delete or update of seo on public.sites
  for each row execute function private.count_asset_uses();
create trigger count_asset_uses after insert or delete or update of html, css on public.components
  for each row execute function private.count_asset_uses();
create trigger count_asset_uses after insert or delete or update of html, css on public.sections
  for each row execute function private.count_asset_uses();

create function private.count_uses_of(asset public.assets) returns integer
language sql stable security definer set search_path = ''
return (
  select count(*)::integer from (
    select concat_ws(' ', p.html, p.css, p.seo) as texts from public.pages p where p.org_id = asset.org_id
    union all select s.seo::text from public.sites s where s.org_id = asset.org_id
    union all select concat_ws(' ', c.html, c.css) from public.components c where c.org_id = asset.org_id
    union all select concat_ws(' ', s.html, s.css) from public.sections s where s.org_id = asset.org_id
  ) places where strpos(places.texts, asset.path) > 0
);

create function private.before_asset() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- An imported page may be there before its picture.
  new.uses := private.count_uses_of(new);
  return new;
end;
$$;
create trigger before_asset before insert on public.assets
  for each row execute function private.before_asset();

create function public.replace_asset(asset_id uuid, replacement_id uuid) returns jsonb
-- As the caller: the policies of each table decide. Every page it changes gets a new version, which an open builder
-- notices as it notices any other save.
language plpgsql security invoker set search_path = '' as $$
declare
  old_one public.assets;
  new_one public.assets;
  changed integer;
  other integer;
begin
  -- Not `select *`: only the granted columns may be read.
  select a.id, a.org_id, a.path into old_one.id, old_one.org_id, old_one.path
  from public.assets a where a.id = replace_asset.asset_id;
  select a.id, a.org_id, a.path into new_one.id, new_one.org_id, new_one.path
  from public.assets a where a.id = replace_asset.replacement_id and a.org_id = old_one.org_id;
  if new_one.id is null or old_one.id = new_one.id then
    raise sqlstate 'PT404' using message = 'There is no such picture to put in its place.';
  end if;
  if (old_one.org_id = any (private.org_ids('editor'))) is not true then
    raise sqlstate '42501' using message = 'Only editors, admins and owners replace pictures.';
  end if;
  update public.pages p set
    html = replace(p.html, old_one.path, new_one.path),
    css = replace(p.css, old_one.path, new_one.path),
    seo = replace(p.seo::text, old_one.path, new_one.path)::jsonb,
    content = replace(p.content::text, old_one.path, new_one.path)::jsonb,
    version = p.version + 1
  where p.org_id = old_one.org_id and strpos(concat_ws(' ', p.html, p.css, p.seo, p.content), old_one.path) > 0;
  get diagnostics changed = row_count;
  update public.sites s set seo = replace(s.seo::text, old_one.path, new_one.path)::jsonb
  where s.org_id = old_one.org_id and strpos(s.seo::text, old_one.path) > 0;
  get diagnostics other = row_count;
  changed := changed + other;
  update public.components c set
    html = replace(c.html, old_one.path, new_one.path),
    css = replace(c.css, old_one.path, new_one.path),
    content = replace(c.content::text, old_one.path, new_one.path)::jsonb
  where c.org_id = old_one.org_id and strpos(concat_ws(' ', c.html, c.css, c.content), old_one.path) > 0;
  get diagnostics other = row_count;
  changed := changed + other;
  update public.sections c set
    html = replace(c.html, old_one.path, new_one.path),
    css = replace(c.css, old_one.path, new_one.path),
    content = replace(c.content::text, old_one.path, new_one.path)::jsonb
  where c.org_id = old_one.org_id and strpos(concat_ws(' ', c.html, c.css, c.content), old_one.path) > 0;
  get diagnostics other = row_count;
  return jsonb_build_object('changed', changed + other);
end;
$$;
comment on function public.replace_asset is 'Puts another picture in the place of one, on every page and wherever else it stands.';

-- Pictures that were uploaded before they had rows.
do $$
begin
  if to_regclass('storage.objects') is null then
    return;
  end if;
  insert into public.assets (org_id, path, name, type, size)
  select o.id, f.name, split_part(f.name, '/', 2), f.metadata ->> 'mimetype', (f.metadata ->> 'size')::bigint
  from storage.objects f
  join public.organizations o on o.id::text = split_part(f.name, '/', 1)
  where f.bucket_id = 'assets'
    and f.name ~ '^[0-9a-f-]{36}/[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(png|jpg|jpeg|webp|gif|avif)$'
    and f.metadata ->> 'mimetype' in ('image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif')
    and f.metadata ->> 'size' ~ '^[1-9][0-9]{0,7}$' and (f.metadata ->> 'size')::bigint <= 10485760
  on conflict (path) do nothing;
end;
$$;
