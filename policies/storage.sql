-- The buckets of pictures: `assets`, one folder for each organization: <org_id>/<name>.<type>; and `avatars`, one folder
-- for each person: <user_id>/<name>.<type>. And `submissions`, for files sent with forms: <org_id>/<submission_id>/<number>.
-- Guarded, so that the migrations also run where there is no Storage. Its tables belong to the vendor: nothing is revoked.
do $$
declare
  old_policy record;
begin
  if to_regclass('storage.objects') is null then
    return;
  end if;

  -- Anybody may download from a public bucket who knows the address; listing takes the policy below.
  -- No SVG: it can carry scripts, and would be served from the vendor's origin as it is.
  insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
  values ('assets', 'assets', true, 10485760, '{image/png,image/jpeg,image/webp,image/gif,image/avif}')
  on conflict (id) do update
  set public = excluded.public, file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

  -- Small: the browser cuts them to size.
  insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
  values ('avatars', 'avatars', true, 524288, '{image/png,image/jpeg,image/webp}')
  on conflict (id) do update
  set public = excluded.public, file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

  -- What visitors attach to forms: private, and never served as anything that a browser would show.
  insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
  values ('submissions', 'submissions', false, 10485760, '{application/octet-stream}')
  on conflict (id) do update
  set public = excluded.public, file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

  for old_policy in
    select polname from pg_catalog.pg_policy
    where polrelid = 'storage.objects'::regclass and polname ~ '^(assets|avatars|submissions): '
  loop
    execute format('drop policy %I on storage.objects', old_policy.polname);
  end loop;

  create policy "assets: members list their organization's files" on storage.objects for select to authenticated
    using (bucket_id = 'assets' and split_part(name, '/', 1) = any ((select private.org_folders('viewer'))::text[]));

  -- Never a file that no row counts (docs/decisions/0046-announced-uploads.md). Nor an address signed for later, a resumable
  -- upload or a copy: Storage asks this once, and takes the file when the row may be gone. Older versions do not name it.
  create policy "assets: editors add the files they announced" on storage.objects for insert to authenticated
    with check (
      bucket_id = 'assets'
      and private.awaits_file(name, coalesce(metadata ->> 'size', metadata ->> 'contentLength'))
      and coalesce(nullif((select current_setting('storage.operation', true)), ''), 'object.upload')
        in ('object.upload', 'storage.object.upload')
    );

  create policy "assets: editors delete their organization's files" on storage.objects for delete to authenticated
    using (bucket_id = 'assets' and split_part(name, '/', 1) = any ((select private.org_folders('editor'))::text[]));

  create policy "avatars: people list their own pictures" on storage.objects for select to authenticated
    using (bucket_id = 'avatars' and split_part(name, '/', 1) = (select private.own_folder()));

  create policy "avatars: people add pictures to their own folder" on storage.objects for insert to authenticated
    with check (
      bucket_id = 'avatars'
      and split_part(name, '/', 1) = (select private.own_folder())
      and name ~ '^[0-9a-f-]{36}/[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(png|jpg|webp)$'
    );

  create policy "avatars: people delete their own pictures" on storage.objects for delete to authenticated
    using (bucket_id = 'avatars' and split_part(name, '/', 1) = (select private.own_folder()));

  create policy "submissions: editors see what visitors attached" on storage.objects for select to authenticated
    using (bucket_id = 'submissions' and split_part(name, '/', 1) = any ((select private.org_folders('editor'))::text[]));

  create policy "submissions: editors delete what visitors attached" on storage.objects for delete to authenticated
    using (bucket_id = 'submissions' and split_part(name, '/', 1) = any ((select private.org_folders('editor'))::text[]));

  -- There is no policy for update: a published picture never changes under its address.
end;
$$;
