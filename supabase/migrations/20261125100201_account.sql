-- An account leaves with its files. Storage keeps them outside the database, so SQL must not delete their rows:
-- the account is not deleted while there are any, and whoever deletes it removes them first.

create function private.has_files(bucket text, folder text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  found_one boolean;
begin
  -- Guarded, as policies/storage.sql is: the migrations also run where there is no Storage.
  if to_regclass('storage.objects') is null then
    return false;
  end if;
  execute 'select exists (select from storage.objects o where o.bucket_id = $1 and starts_with(o.name, $2))'
    into found_one using bucket, folder || '/';
  return found_one;
end;
$$;
comment on function private.has_files is 'Whether a folder of Storage still holds anything.';

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
    where o.id = any (private.org_ids('viewer')) order by o.id for no key update
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
