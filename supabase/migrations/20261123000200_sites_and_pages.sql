-- Sites, their pages, and the history of every page.

create function private.is_page_path(value text) returns boolean
language sql immutable set search_path = ''
-- "/", or at most eight lower-case words: /services/web-design. One spelling for each page, so no two can be equal by
-- case, slash or encoding, and none can become a file that a host reads as its settings.
return value = '/' or (
  char_length(value) <= 200
  and value ~ '^(/[a-z0-9]+(-[a-z0-9]+)*){1,8}$'
  and value !~ '[a-z0-9-]{64}'
  and value !~ '/(index|con|prn|aux|nul|com[0-9]|lpt[0-9])(/|$)'
  and value !~ '^/(404|500|www|api|admin|assets|static|cname|well-known|robots|sitemap|favicon)(/|$)'
);
comment on function private.is_page_path is 'A page''s address within its site: / or /a/b-c.';

create function private.is_domain(value text) returns boolean
language sql immutable set search_path = ''
return char_length(value) <= 253
  and value ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$'
  and value !~ '(^|\.)(localhost|local|internal|invalid|test|example|onion|arpa)$';

create table public.sites (
  id                      uuid primary key default gen_random_uuid(),
  org_id                  uuid not null references public.organizations on delete cascade,
  name                    text not null check (private.is_name(name, 80)),
  slug                    text not null check (private.is_slug(slug)),
  theme                   jsonb not null default '{}' check (private.is_json_object(theme, 16384)),
  seo                     jsonb not null default '{}' check (private.is_json_object(seo, 16384)),
  head_code               text not null default '' check (octet_length(head_code) <= 65536),
  domain                  text check (private.is_domain(domain)),
  published_at            timestamptz,
  published_url           text,
  published_deployment_id uuid,
  created_by              uuid references public.profiles on delete set null,
  created_at              timestamptz not null default now(),
  updated_at              timestamptz not null default now(),
  unique (org_id, slug),
  unique (org_id, id)
);
alter table public.sites enable row level security;
create index sites_created_by_idx on public.sites (created_by);
comment on table public.sites is 'A website that an organization designs, previews and publishes.';
comment on column public.sites.theme is 'Design tokens: colors, fonts, radius, space, shadow. What is missing comes from the preset.';
comment on column public.sites.head_code is 'Extra lines for <head>, for published pages only; hostile until the build has cleaned it.';
comment on column public.sites.published_url is 'Where the site is live. Written when a deployment is ready.';
-- No foreign key: a second one between the two tables would make sites?select=*,deployments(*) ambiguous for the API, and
-- deployments never leave before their site.
comment on column public.sites.published_deployment_id is 'The deployment that is live.';

create table public.pages (
  id         uuid primary key default gen_random_uuid(),
  org_id     uuid not null,
  site_id    uuid not null,
  path       text not null default '/' check (private.is_page_path(path)),
  title      text not null check (private.is_name(title, 120)),
  seo        jsonb not null default '{}' check (private.is_json_object(seo, 16384)),
  content    jsonb check (private.is_json_object(content, 4194304)),
  html       text not null default '' check (octet_length(html) <= 2097152),
  css        text not null default '' check (octet_length(css) <= 524288),
  js         text not null default '' check (octet_length(js) <= 262144),
  status     text not null default 'published' check (status in ('draft', 'published')),
  version    integer not null default 1 check (version > 0),
  position   integer not null default 0 check (position between 0 and 1000000),
  created_by uuid references public.profiles on delete set null,
  updated_by uuid references public.profiles on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- The organization and the site together, so that no page hangs under another organization's site.
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade,
  unique (site_id, path),
  unique (org_id, id)
);
alter table public.pages enable row level security;
create index pages_org_id_site_id_idx on public.pages (org_id, site_id);
create index pages_created_by_idx on public.pages (created_by);
create index pages_updated_by_idx on public.pages (updated_by);
comment on table public.pages is 'One page of a site: what the builder edits and the next publish takes.';
comment on column public.pages.content is 'The editor''s own JSON; null means the builder starts from html.';
comment on column public.pages.status is '"published": part of the next publish. "draft": left out of it.';
comment on column public.pages.version is 'Grows by one with every change; a save names the version it was made from.';

create table public.page_versions (
  id         uuid primary key default gen_random_uuid(),
  org_id     uuid not null,
  page_id    uuid not null,
  version    integer not null,
  kind       text not null check (kind in ('autosave', 'checkpoint', 'publish', 'restore')),
  label      text not null default '' check (private.is_plain_text(label, 120)),
  title      text not null,
  seo        jsonb not null default '{}',
  content    jsonb,
  html       text not null default '',
  css        text not null default '',
  js         text not null default '',
  created_by uuid references public.profiles on delete set null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  foreign key (org_id, page_id) references public.pages (org_id, id) on delete cascade
);
alter table public.page_versions enable row level security;
create index page_versions_page_id_idx on public.page_versions (page_id, version desc, created_at desc);
create index page_versions_org_id_page_id_idx on public.page_versions (org_id, page_id);
create index page_versions_created_by_idx on public.page_versions (created_by);
comment on table public.page_versions is 'What a page was: autosaves (one for each person and ten minutes), checkpoints, publishes, restores.';

create trigger keep_identity before update of id, org_id, page_id, created_by on public.page_versions
  for each row execute function private.keep_identity('id', 'org_id', 'page_id', 'created_by');

-- Sites ------------------------------------------------------------------------------------------------------------

create function private.before_site() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  base text;
  ending integer := 1;
begin
  new.updated_at := now();
  if tg_op = 'INSERT' then
    new.created_by := coalesce(private.person_id(), new.created_by);
    if new.slug is null and new.name is not null then
      base := private.slug_from(new.name, 'site');
      new.slug := base;
      -- Two sites of one name at the same instant must not both take the same free slug.
      perform pg_advisory_xact_lock(hashtextextended('site slug ' || new.org_id, 0));
      while exists (select 1 from public.sites s where s.org_id = new.org_id and s.slug = new.slug) loop
        ending := ending + 1;
        new.slug := base || '-' || ending;
      end loop;
    end if;
  end if;
  return new;
end;
$$;
create trigger before_site before insert or update on public.sites
  for each row execute function private.before_site();
create trigger keep_identity before update of id, org_id, created_by, created_at on public.sites
  for each row execute function private.keep_identity('id', 'org_id', 'created_by', 'created_at');

-- Pages ------------------------------------------------------------------------------------------------------------

create function private.before_page() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.updated_at := now();
  if tg_op = 'INSERT' then
    -- A page belongs where its site belongs. A site of others, one that does not exist and one of another organization
    -- than named all leave the column empty here, so the policy refuses all three in the same words.
    new.org_id := (
      select s.org_id from public.sites s where s.id = new.site_id and s.org_id = coalesce(new.org_id, s.org_id)
    );
    new.created_by := coalesce(private.person_id(), new.created_by);
    new.updated_by := coalesce(private.person_id(), new.updated_by);
    return new;
  end if;

  if new.version not in (old.version, old.version + 1) then
    raise sqlstate 'PT409' using
      message = 'Somebody saved this page in the meantime.',
      hint = 'Read the page again, compare, and save with the version you read.';
  end if;
  if new.version = old.version + 1
    or (new.path, new.title, new.status) is distinct from (old.path, old.title, old.status)
    or (new.html, new.css, new.js) is distinct from (old.html, old.css, old.js)
    or (new.seo, new.content) is distinct from (old.seo, old.content)
  then
    new.version := old.version + 1;
    new.updated_by := coalesce(private.person_id(), new.updated_by);
  end if;
  return new;
end;
$$;
comment on function private.before_page is 'Fills in the organization and the author, and keeps two people from overwriting each other.';
create trigger before_page before insert or update on public.pages
  for each row execute function private.before_page();
create trigger keep_identity before update of id, org_id, site_id, created_by, created_at on public.pages
  for each row execute function private.keep_identity('id', 'org_id', 'site_id', 'created_by', 'created_at');

-- A site with its pages, at once -----------------------------------------------------------------------------------

create function public.create_site(
  org_id uuid,
  name text,
  pages jsonb default '[{"path": "/", "title": "Home"}]',
  slug text default null,
  theme jsonb default '{}',
  seo jsonb default '{}',
  head_code text default '',
  id uuid default gen_random_uuid()
) returns public.sites
-- As the caller: the policies and grants of both tables decide. All of it or nothing, which two requests are not.
language plpgsql security invoker set search_path = '' as $$
declare
  made public.sites;
begin
  if (jsonb_typeof(create_site.pages) = 'array') is not true or jsonb_array_length(create_site.pages) > 200 then
    raise sqlstate '23514' using message = 'The pages must be a list of at most 200.';
  end if;
  insert into public.sites (id, org_id, name, slug, theme, seo, head_code)
  values (create_site.id, create_site.org_id, create_site.name, create_site.slug,
    coalesce(create_site.theme, '{}'), coalesce(create_site.seo, '{}'), coalesce(create_site.head_code, ''))
  returning * into made;
  insert into public.pages (id, org_id, site_id, path, title, seo, content, html, css, js, status, position)
  select coalesce(page.id, gen_random_uuid()), made.org_id, made.id, page.path, page.title,
    coalesce(page.seo, '{}'), nullif(page.content, 'null'), coalesce(page.html, ''), coalesce(page.css, ''),
    coalesce(page.js, ''), coalesce(page.status, 'published'), (place - 1)::integer
  from rows from (
    jsonb_to_recordset(create_site.pages) as (
      id uuid, path text, title text, seo jsonb, content jsonb, html text, css text, js text, status text)
  ) with ordinality as page (id, path, title, seo, content, html, css, js, status, place);
  return made;
end;
$$;
comment on function public.create_site is 'Make a site together with its first pages.';

-- History ----------------------------------------------------------------------------------------------------------

create function private.keep_page_version() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  person uuid := private.person_id();
  restoring boolean := current_setting('roseram.restoring', true) = 'yes';
  latest record;
begin
  if tg_op = 'INSERT' then
    insert into public.page_versions (org_id, page_id, version, kind, label, title, seo, content, html, css, js, created_by)
    values (new.org_id, new.id, new.version, 'checkpoint', 'First version',
      new.title, new.seo, new.content, new.html, new.css, new.js, new.created_by);
    return null;
  end if;
  if (new.title, new.html, new.css, new.js) is not distinct from (old.title, old.html, old.css, old.js)
    and (new.seo, new.content) is not distinct from (old.seo, old.content)
    and not coalesce(restoring, false)
  then
    return null;
  end if;

  select v.id, v.kind, v.created_by, v.created_at, v.updated_at into latest
  from public.page_versions v where v.page_id = new.id
  order by v.version desc, v.created_at desc limit 1;
  if latest.kind = 'autosave'
    and latest.created_by is not distinct from person
    and latest.created_at > clock_timestamp() - interval '10 minutes'
    and not coalesce(restoring, false)
    -- What a running publish took must stay in the history, so its state is not written over.
    and not private.publish_began_since(new.site_id, latest.updated_at)
  then
    update public.page_versions v
    set version = new.version, title = new.title, seo = new.seo, content = new.content,
      html = new.html, css = new.css, js = new.js, updated_at = clock_timestamp()
    where v.id = latest.id;
  else
    insert into public.page_versions (org_id, page_id, version, kind, title, seo, content, html, css, js, created_by)
    values (new.org_id, new.id, new.version, case when restoring then 'restore' else 'autosave' end,
      new.title, new.seo, new.content, new.html, new.css, new.js, person);
  end if;
  return null;
end;
$$;
create trigger keep_page_version after insert or update on public.pages
  for each row execute function private.keep_page_version();

create function private.editable_page(wanted uuid, verb text) returns public.pages
language plpgsql security definer set search_path = '' as $$
declare
  page public.pages;
begin
  select p.* into page from public.pages p
  where p.id = wanted and p.org_id = any (private.org_ids('viewer')) for no key update;
  if page.id is null then
    raise sqlstate 'PT404' using message = 'There is no such page.';
  end if;
  if (page.org_id = any (private.org_ids('editor'))) is not true then
    raise sqlstate '42501' using message = format('Only editors, admins and owners %s.', verb);
  end if;
  return page;
end;
$$;
comment on function private.editable_page is 'The page, locked, if the caller may edit it.';

create function public.create_checkpoint(page_id uuid, label text default '') returns public.page_versions
language plpgsql security definer set search_path = '' as $$
declare
  page public.pages := private.editable_page(create_checkpoint.page_id, 'name versions of a page');
  made public.page_versions;
begin
  if not private.is_plain_text(coalesce(create_checkpoint.label, ''), 120) then
    raise sqlstate '23514' using message = 'Label the version with at most 120 characters on one line.';
  end if;
  insert into public.page_versions (org_id, page_id, version, kind, label, title, seo, content, html, css, js, created_by)
  values (page.org_id, page.id, page.version, 'checkpoint', btrim(coalesce(create_checkpoint.label, '')),
    page.title, page.seo, page.content, page.html, page.css, page.js, private.person_id())
  returning * into made;
  return made;
end;
$$;
comment on function public.create_checkpoint is 'Keep a page as it is now under a label.';

create function public.restore_page_version(version_id uuid) returns public.pages
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

  -- First keep the present. As a rule the history has it already, and the row that follows ends its rewriting.
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
comment on function public.restore_page_version is 'Make a page what it was; the present stays in the history.';
