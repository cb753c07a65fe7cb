-- Before the first release: nobody's tables are long yet, and nobody calls what is replaced.
-- squawk-ignore-file require-concurrent-index-creation
-- A file comes to Storage only after its row: the row takes the file's room from the quota, and the policy of Storage asks
-- for it. What the row said of the size is then corrected by what Storage says, and an upload that never ends is given up.

alter table public.assets add column uploaded_at timestamptz;
update public.assets set uploaded_at = created_at;
comment on column public.assets.uploaded_at is 'When its file had arrived; null while that is on its way.';
create index assets_unfinished_idx on public.assets (created_by) where uploaded_at is null;

-- The size was fixed when the row was made. No person may write it still: it is not granted.
drop trigger keep_identity on public.assets;
create trigger keep_identity before update of id, org_id, path, type, created_by, created_at on public.assets
  for each row execute function private.keep_identity('id', 'org_id', 'path', 'type', 'created_by', 'created_at');

create function private.stored_size(path text) returns bigint
language plpgsql stable security definer set search_path = '' as $$
declare
  bytes bigint;
begin
  -- Guarded, as policies/storage.sql is: the migrations also run where there is no Storage.
  if to_regclass('storage.objects') is null then
    return null;
  end if;
  execute 'select coalesce((o.metadata ->> ''size'')::bigint, 0) from storage.objects o
           where o.bucket_id = ''assets'' and o.name = $1'
    into bytes using stored_size.path;
  return bytes;
end;
$$;
comment on function private.stored_size is 'How large a picture''s file is, as Storage says; null if there is none.';

-- The size counts as it is -------------------------------------------------------------------------------------------

create or replace function private.count_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_table_name = 'sites' then
    perform private.count_usage(
      new.org_id, 'custom_domains', (new.domain is not null)::integer - (old.domain is not null)::integer);
  elsif tg_table_name = 'assets' then
    perform private.count_usage(new.org_id, 'storage', new.size - old.size);
  else
    perform private.count_usage(
      new.org_id, 'pages', (new.deleted_at is null)::integer - (old.deleted_at is null)::integer);
  end if;
  return null;
end;
$$;
create trigger count_change after update of size on public.assets
  for each row execute function private.count_change();

create function private.limit_uploads() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- After count_made by its name, which holds the row of the organization's quota: whoever else adds a row waits for it, and
  -- is seen by this count. So what somebody can put into Storage beyond what they said of it is bounded.
  if exists (
    select from (select distinct c.org_id, c.created_by from changed c where c.uploaded_at is null) c
    where (
      select count(*) from public.assets a
      where a.org_id = c.org_id and a.created_by = c.created_by and a.uploaded_at is null
    ) > 50
  ) then
    raise sqlstate 'PT429' using message =
      'Fifty uploads of yours have not ended. Wait for them; those that were broken off are given up after an hour.';
  end if;
  return null;
end;
$$;
comment on function private.limit_uploads is 'Nobody announces any number of files without sending them.';
create trigger limit_uploads after insert on public.assets
  referencing new table as changed for each statement execute function private.limit_uploads();

create function private.keep_counted() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- The service clears up, and what goes with its organization is cleared up by the service.
  if private.person_id() is null or not exists (select from public.organizations o where o.id = old.org_id) then
    return old;
  end if;
  if old.uploaded_at is null and old.created_at > now() - interval '1 hour' then
    raise sqlstate 'PT409' using message = 'This picture is still being uploaded. An upload that was broken off goes by itself.';
  end if;
  if private.stored_size(old.path) is not null then
    raise sqlstate 'PT409' using message = 'Delete the file first: without its row nobody would find it.';
  end if;
  return old;
end;
$$;
comment on function private.keep_counted is 'No file stays in Storage, or still comes there, without the row that counts it.';
create trigger keep_counted before delete on public.assets
  for each row execute function private.keep_counted();

-- The end of an upload -----------------------------------------------------------------------------------------------

create function public.finish_upload(asset_id uuid) returns public.assets
language plpgsql security definer set search_path = '' as $$
declare
  asset public.assets;
  bytes bigint;
begin
  select a.* into asset from public.assets a
  where a.id = finish_upload.asset_id and a.org_id = any (private.org_ids('editor')) for no key update;
  if asset.id is null then
    raise sqlstate 'PT404' using message = 'There is no such upload. Choose the picture again.';
  end if;
  if asset.uploaded_at is not null then
    return asset;
  end if;
  bytes := private.stored_size(asset.path);
  if bytes is null then
    raise sqlstate 'PT409' using message = 'The file has not arrived. Upload it again.';
  elsif bytes not between 1 and 10485760 then
    raise sqlstate 'PT422' using message = 'The file is empty or larger than 10 MB. Choose another one.';
  end if;
  update public.assets a set size = bytes, uploaded_at = now() where a.id = asset.id returning a.* into asset;
  return asset;
end;
$$;
comment on function public.finish_upload is 'The file of a picture has arrived: it counts as large as it is, and is listed.';

create function public.settle_uploads() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  asset public.assets;
  bytes bigint;
  settled integer := 0;
begin
  -- Somebody closed the browser, or tells nobody on purpose.
  for asset in
    select a.* from public.assets a
    where a.uploaded_at is null and a.created_at < now() - interval '10 minutes'
    order by a.id for no key update skip locked
  loop
    bytes := private.stored_size(asset.path);
    begin
      if bytes between 1 and 10485760 then
        update public.assets a set size = bytes, uploaded_at = now() where a.id = asset.id;
        settled := settled + 1;
      elsif bytes is not null or asset.created_at < now() - interval '1 hour' then
        delete from public.assets a where a.id = asset.id;
        settled := settled + 1;
      end if;
    exception
      -- It is larger than was said, and there is no room. Without its row the file goes as well.
      when sqlstate 'PT402' then
        delete from public.assets a where a.id = asset.id;
        settled := settled + 1;
    end;
  end loop;
  return settled;
end;
$$;
comment on function public.settle_uploads is
  'Ends uploads that nobody ended: the file arrived and counts as large as it is, or the room taken for it is free again.';

create or replace function public.orphaned_files() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  pictures text[] := '{}';
  portraits text[] := '{}';
  sent text[] := '{}';
begin
  -- Storage keeps its rows in the vendor's schema, where no foreign key of ours reaches; some databases have none.
  if to_regclass('storage.objects') is not null then
    -- Also what an upload brought that had outlived its row.
    execute
      'select coalesce(array_agg(o.name), ''{}'') from (
         select o.name from storage.objects o
         where o.bucket_id = ''assets'' and not exists (select from public.assets a where a.path = o.name)
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
  'Pictures without a row, portraits whose person, and files whose form submission was deleted; the worker removes them.';

-- Pictures that came to Storage before their rows were asked for, as far as they fit: what stands on a page shall not go.
do $$
declare
  found_one record;
begin
  if to_regclass('storage.objects') is null then
    return;
  end if;
  for found_one in
    select o.id, f.name, f.metadata ->> 'mimetype' as type, (f.metadata ->> 'size')::bigint as size, f.created_at
    from storage.objects f
    join public.organizations o on o.id::text = split_part(f.name, '/', 1)
    where f.bucket_id = 'assets'
      and f.name ~ '^[0-9a-f-]{36}/[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(png|jpg|jpeg|webp|gif|avif)$'
      and f.metadata ->> 'mimetype' in ('image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif')
      and f.metadata ->> 'size' ~ '^[1-9][0-9]{0,7}$' and (f.metadata ->> 'size')::bigint <= 10485760
      and not exists (select from public.assets a where a.path = f.name)
  loop
    begin
      insert into public.assets (org_id, path, name, type, size, uploaded_at)
      values (found_one.id, found_one.name, split_part(found_one.name, '/', 2), found_one.type, found_one.size, found_one.created_at);
    exception
      when sqlstate 'PT402' then
        raise warning 'The file % has no row and does not fit the plan; the worker removes it.', found_one.name;
    end;
  end loop;
end;
$$;
