-- Organizations, their members and people's profiles, with the helpers every later table leans on.
-- Migrations hold tables, types, functions and triggers. Who may do what is in policies/, and only there.

-- Born closed. Hosted projects from before 2026-10-30 grant every new object to the API roles, TRUNCATE included,
-- through entries of schema public; PostgreSQL itself grants every new function to PUBLIC, and only an entry
-- without a schema takes that back.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

create schema if not exists private;
comment on schema private is 'What the API does not expose: predicates of the policies, trigger functions, bookkeeping of the workers.';
revoke all on schema private from public;

-- The order of declaration is the rank: role >= 'editor' means editor, admin or owner.
create type public.member_role as enum ('viewer', 'member', 'editor', 'admin', 'owner');
comment on type public.member_role is 'What a person may do in an organization; each role includes those before it.';

-- Words people type --------------------------------------------------------------------------------------------

create function private.is_plain_text(value text, longest integer) returns boolean
language sql immutable set search_path = ''
return char_length(value) <= longest
  -- Control characters, and the invisible ones that turn the direction of what follows.
  and value !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]';
comment on function private.is_plain_text is 'One line of readable text of at most so many characters.';

create function private.is_name(value text, longest integer) returns boolean
language sql immutable set search_path = ''
return private.is_plain_text(value, longest) and value ~ '\S';

create function private.is_web_url(value text) returns boolean
language sql immutable set search_path = ''
return char_length(value) <= 2048 and value ~ '^https?://[^\s<>"''`\\]+$';

create function private.is_json_object(value jsonb, most_bytes integer) returns boolean
language sql immutable set search_path = ''
return jsonb_typeof(value) = 'object'
  and octet_length(value::text) <= most_bytes
  -- Deeper than any page: what reads it level by level would run out of stack.
  and not jsonb_path_exists(value, '$.**{200}');
comment on function private.is_json_object is 'An object of at most so many bytes, nested at most 199 deep.';

create function private.is_reserved_word(word text) returns boolean
language sql immutable set search_path = ''
-- Names that a host, a mail server, a browser or Windows gives a meaning of its own.
return word ~ '^(con|prn|aux|nul|com[0-9]|lpt[0-9])$'
  or word = any ('{www,www1,www2,api,admin,administrator,root,system,internal,localhost,app,apps,auth,oauth,login,logout,
    signin,signout,signup,register,account,accounts,dashboard,billing,settings,static,assets,cdn,media,files,storage,rest,
    realtime,functions,graphql,webhook,webhooks,preview,previews,sites,health,healthz,ready,status,metrics,mail,email,smtp,
    imap,pop,ftp,sftp,ssh,ns,ns1,ns2,dns,mx,vpn,proxy,support,help,security,abuse,postmaster,hostmaster,webmaster,noreply,
    no-reply,info,index,404,500,robots,sitemap,favicon,manifest,cname,git,env,htaccess,nojekyll,well-known,redirects,headers,
    netlify,vercel,github,supabase,roseram,roseram-builder,"null",undefined,none,true,false,new,edit,delete}'::text[]);

create function private.is_slug(value text) returns boolean
language sql immutable set search_path = ''
-- Single hyphens only: a double one begins punycode, under which look-alike names hide.
return char_length(value) <= 63
  and value ~ '^[a-z0-9]+(-[a-z0-9]+)*$'
  and not private.is_reserved_word(value);
comment on function private.is_slug is 'A name that is safe as a folder and as a host name, and is not taken by the machinery.';

create function private.slug_from(name text, otherwise text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  -- Accents fall off their letters; what has no Latin letter or digit becomes a hyphen.
  plain text := regexp_replace(normalize(lower(name), nfkd), '[\u0300-\u036f]', '', 'g');
  slug text := btrim(left(btrim(regexp_replace(plain, '[^a-z0-9]+', '-', 'g'), '-'), 40), '-');
begin
  if slug = '' then
    return otherwise;
  end if;
  if private.is_reserved_word(slug) then
    return slug || '-' || otherwise;
  end if;
  return slug;
end;
$$;

-- What every table does ------------------------------------------------------------------------------------------

create function private.keep_identity() returns trigger
language plpgsql set search_path = '' as $$
declare
  kept text;
  old_row jsonb := to_jsonb(old);
  new_row jsonb := to_jsonb(new);
begin
  foreach kept in array tg_argv loop
    -- Only a deleted account or deployment may empty such a column: that is "on delete set null" of its foreign key.
    if new_row -> kept is distinct from old_row -> kept and new_row -> kept is distinct from 'null'::jsonb then
      raise sqlstate '42501' using message = format('The %s of a row is fixed when it is made.', kept);
    end if;
  end loop;
  return new;
end;
$$;
comment on function private.keep_identity is 'Refuses to move a row to another organization, parent or author.';

create function private.touch() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end;
$$;

-- Tables -----------------------------------------------------------------------------------------------------------

create table public.organizations (
  id         uuid primary key default gen_random_uuid(),
  name       text not null check (private.is_name(name, 80)),
  slug       text not null unique check (private.is_slug(slug)),
  plan       text not null default 'free' check (plan in ('free', 'pro', 'business')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table public.organizations enable row level security;
comment on table public.organizations is 'The tenant: people work together in it, and it owns everything they make.';
create trigger keep_identity before update of id, slug, created_at on public.organizations
  for each row execute function private.keep_identity('id', 'slug', 'created_at');
create trigger touch before update on public.organizations
  for each row execute function private.touch();

create table public.profiles (
  user_id      uuid primary key references auth.users on delete cascade,
  display_name text not null default '' check (private.is_plain_text(display_name, 80)),
  avatar_url   text check (private.is_web_url(avatar_url)),
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now()
);
alter table public.profiles enable row level security;
-- Rows point at profiles and not at accounts: the API can then tell a name along with a row (select=*,profiles(*)).
comment on table public.profiles is 'How a person appears to those who share an organization with them.';
create trigger keep_identity before update of user_id, created_at on public.profiles
  for each row execute function private.keep_identity('user_id', 'created_at');
create trigger touch before update on public.profiles
  for each row execute function private.touch();

create table public.organization_members (
  org_id     uuid not null references public.organizations on delete cascade,
  user_id    uuid not null references public.profiles on delete cascade,
  role       public.member_role not null,
  created_at timestamptz not null default now(),
  primary key (org_id, user_id)
);
alter table public.organization_members enable row level security;
-- "Which organizations am I in, as what" is asked by every policy; this index alone answers it.
create index organization_members_user_id_idx on public.organization_members (user_id, role) include (org_id);
comment on table public.organization_members is 'Which person has which role in which organization.';
create trigger keep_identity before update of org_id, user_id, created_at on public.organization_members
  for each row execute function private.keep_identity('org_id', 'user_id', 'created_at');

-- A profile for everybody who signs up ------------------------------------------------------------------------------

create function private.make_profile() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  told text := coalesce(
    new.raw_user_meta_data ->> 'display_name',
    new.raw_user_meta_data ->> 'full_name',
    new.raw_user_meta_data ->> 'name',
    split_part(new.email, '@', 1),
    ''
  );
begin
  insert into public.profiles (user_id, display_name)
  values (new.id, case when private.is_plain_text(told, 80) then btrim(told) else '' end)
  on conflict (user_id) do nothing;
  return new;
exception when others then
  -- An error here would refuse the sign-up itself; a profile can be written later, a lost sign-up cannot.
  raise warning 'no profile was made for a new account: %', sqlstate;
  return new;
end;
$$;
create trigger make_profile after insert on auth.users
  for each row execute function private.make_profile();

-- Making an organization ----------------------------------------------------------------------------------------------

create function public.create_organization(name text) returns public.organizations
language plpgsql security definer set search_path = '' as $$
declare
  person uuid := private.person_id();
  called text := btrim(create_organization.name);
  base text;
  made public.organizations;
begin
  if person is null then
    raise sqlstate '42501' using message = 'Sign in to make an organization.';
  end if;
  if called is null or not private.is_name(called, 80) then
    raise sqlstate '23514' using message = 'Name the organization with 1 to 80 characters on one line.';
  end if;
  -- One at a time for each person, so that two tabs cannot both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('create_organization ' || person, 0));
  if (select count(*) from public.organization_members m where m.user_id = person and m.role = 'owner') >= 20 then
    raise sqlstate '42501' using message = 'A person may own at most 20 organizations.';
  end if;

  base := private.slug_from(called, 'team');
  insert into public.organizations (name, slug) values (called, base)
  on conflict (slug) do nothing returning * into made;
  while made.id is null loop
    -- A random ending, not the next number: that would tell how many others chose the same name.
    insert into public.organizations (name, slug)
    values (called, base || '-' || substr(md5(gen_random_uuid()::text), 1, 6))
    on conflict (slug) do nothing returning * into made;
  end loop;
  insert into public.profiles (user_id) values (person) on conflict (user_id) do nothing;
  insert into public.organization_members (org_id, user_id, role) values (made.id, person, 'owner');
  return made;
end;
$$;
comment on function public.create_organization is 'Make an organization; the caller becomes its owner.';
