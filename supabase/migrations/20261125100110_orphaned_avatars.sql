-- The pictures of people who are gone are orphans too.

create or replace function public.orphaned_files() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  pictures text[] := '{}';
  portraits text[] := '{}';
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
  end if;
  return jsonb_build_object('assets', pictures, 'avatars', portraits);
end;
$$;
comment on function public.orphaned_files is
  'Pictures whose organization, and portraits whose person, was deleted; the worker removes them.';
