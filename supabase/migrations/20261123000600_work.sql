-- What teams make beside pages: comments, reusable parts, files, what the AI wrote, connections to other services.

create function private.sign_row() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.created_by := coalesce(private.person_id(), new.created_by);
  return new;
end;
$$;
comment on function private.sign_row is 'The author is whoever is signed in, whatever the row says.';

create function private.is_mention_list(value jsonb) returns boolean
language sql immutable set search_path = ''
return jsonb_typeof(value) = 'array' and jsonb_array_length(value) <= 20
  and not jsonb_path_exists(value, '$[*] ? (!(@.type() == "string" && @ like_regex "^[0-9a-f-]{36}$"))');

-- Comments ----------------------------------------------------------------------------------------------------------

create table public.page_comments (
  id          uuid primary key default gen_random_uuid(),
  org_id      uuid not null,
  page_id     uuid not null,
  parent_id   uuid,
  block_id    text check (private.is_name(block_id, 100)),
  body        text not null check (char_length(body) between 1 and 4000 and body ~ '\S'),
  mentions    jsonb not null default '[]' check (private.is_mention_list(mentions)),
  resolved    boolean not null default false,
  resolved_by uuid references public.profiles on delete set null,
  resolved_at timestamptz,
  edited_at   timestamptz,
  created_by  uuid references public.profiles on delete set null,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  foreign key (org_id, page_id) references public.pages (org_id, id) on delete cascade,
  unique (org_id, page_id, id),
  -- An answer stays on the page of what it answers.
  foreign key (org_id, page_id, parent_id) references public.page_comments (org_id, page_id, id) on delete cascade
);
alter table public.page_comments enable row level security;
create index page_comments_page_idx on public.page_comments (org_id, page_id, created_at);
create index page_comments_parent_idx on public.page_comments (org_id, page_id, parent_id);
create index page_comments_created_by_idx on public.page_comments (created_by);
create index page_comments_resolved_by_idx on public.page_comments (resolved_by);
comment on table public.page_comments is 'What people say about a page or one of its blocks, in threads that can be resolved.';
comment on column public.page_comments.mentions is 'Ids of the people whom the comment calls.';

create function private.before_comment() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  person uuid := private.person_id();
begin
  if tg_op = 'INSERT' then
    -- As with pages: a page of others and one that does not exist are refused in the same words.
    new.org_id := (
      select p.org_id from public.pages p where p.id = new.page_id and p.org_id = coalesce(new.org_id, p.org_id)
    );
    return new;
  end if;
  new.updated_at := now();
  if (new.body, new.mentions) is distinct from (old.body, old.mentions) then
    if person is not null and person is distinct from old.created_by then
      raise sqlstate '42501' using message = 'Only the author changes a comment.';
    end if;
    new.edited_at := now();
  end if;
  if new.resolved is distinct from old.resolved then
    if person is not null and (new.org_id = any (private.org_ids('editor'))) is not true then
      raise sqlstate '42501' using message = 'Only editors, admins and owners resolve a comment.';
    end if;
    new.resolved_by := case when new.resolved then coalesce(person, new.resolved_by) end;
    new.resolved_at := case when new.resolved then now() end;
  end if;
  return new;
end;
$$;
create trigger before_comment before insert or update on public.page_comments
  for each row execute function private.before_comment();
create trigger sign_row before insert on public.page_comments
  for each row execute function private.sign_row();
create trigger keep_identity before update of id, org_id, page_id, parent_id, created_by, created_at
  on public.page_comments for each row
  execute function private.keep_identity('id', 'org_id', 'page_id', 'parent_id', 'created_by', 'created_at');

-- Reusable parts ----------------------------------------------------------------------------------------------------

create table public.components (
  id          uuid primary key default gen_random_uuid(),
  org_id      uuid not null references public.organizations on delete cascade,
  name        text not null check (private.is_name(name, 80)),
  description text not null default '' check (private.is_plain_text(description, 300)),
  content     jsonb check (private.is_json_object(content, 1048576)),
  html        text not null default '' check (octet_length(html) <= 524288),
  css         text not null default '' check (octet_length(css) <= 131072),
  uses        integer not null default 0 check (uses >= 0),
  created_by  uuid references public.profiles on delete set null,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);
alter table public.components enable row level security;
create index components_org_id_idx on public.components (org_id, name);
create index components_created_by_idx on public.components (created_by);
comment on table public.components is 'A part that stays one thing wherever it is used: change it once, and every page follows.';
create trigger sign_row before insert on public.components
  for each row execute function private.sign_row();
create trigger touch before update on public.components
  for each row execute function private.touch();
create trigger keep_identity before update of id, org_id, created_by, created_at on public.components
  for each row execute function private.keep_identity('id', 'org_id', 'created_by', 'created_at');

create table public.sections (
  id          uuid primary key default gen_random_uuid(),
  org_id      uuid not null references public.organizations on delete cascade,
  name        text not null check (private.is_name(name, 80)),
  description text not null default '' check (private.is_plain_text(description, 300)),
  content     jsonb check (private.is_json_object(content, 1048576)),
  html        text not null default '' check (octet_length(html) <= 524288),
  css         text not null default '' check (octet_length(css) <= 131072),
  uses        integer not null default 0 check (uses >= 0),
  created_by  uuid references public.profiles on delete set null,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);
alter table public.sections enable row level security;
create index sections_org_id_idx on public.sections (org_id, name);
create index sections_created_by_idx on public.sections (created_by);
comment on table public.sections is 'A part to begin with: a page gets a copy of its own.';
create trigger sign_row before insert on public.sections
  for each row execute function private.sign_row();
create trigger touch before update on public.sections
  for each row execute function private.touch();
create trigger keep_identity before update of id, org_id, created_by, created_at on public.sections
  for each row execute function private.keep_identity('id', 'org_id', 'created_by', 'created_at');

-- Files -------------------------------------------------------------------------------------------------------------

create table public.assets (
  id         uuid primary key default gen_random_uuid(),
  org_id     uuid not null references public.organizations on delete cascade,
  path       text not null unique,
  name       text not null check (private.is_name(name, 200)),
  type       text not null check (type in ('image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif')),
  size       bigint not null check (size between 1 and 10485760),
  width      integer check (width between 1 and 100000),
  height     integer check (height between 1 and 100000),
  alt        text not null default '' check (private.is_plain_text(alt, 500)),
  uses       integer not null default 0 check (uses >= 0),
  created_by uuid references public.profiles on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- The bucket's own rule: every organization has its folder, and names say their type.
  check (path ~ ('^' || org_id || '/[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(png|jpg|jpeg|webp|gif|avif)$'))
);
alter table public.assets enable row level security;
create index assets_org_id_idx on public.assets (org_id, created_at desc);
create index assets_created_by_idx on public.assets (created_by);
comment on table public.assets is 'A picture in the bucket "assets": what it is called, what it shows, how big it is.';
comment on column public.assets.path is 'The object''s name in the bucket: <org_id>/<name>.<type>.';
create trigger sign_row before insert on public.assets
  for each row execute function private.sign_row();
create trigger touch before update on public.assets
  for each row execute function private.touch();
create trigger keep_identity before update of id, org_id, path, type, size, created_by, created_at on public.assets
  for each row execute function private.keep_identity('id', 'org_id', 'path', 'type', 'size', 'created_by', 'created_at');

-- What the AI wrote -------------------------------------------------------------------------------------------------

create table public.ai_generations (
  id              uuid primary key default gen_random_uuid(),
  org_id          uuid not null references public.organizations on delete cascade,
  site_id         uuid,
  page_id         uuid,
  kind            text not null check (kind in ('page', 'code', 'content', 'layout', 'design', 'edit')),
  prompt          text not null check (char_length(prompt) between 1 and 20000),
  model           text not null default '' check (private.is_plain_text(model, 100)),
  output          jsonb check (private.is_json_object(output, 4194304)),
  status          text not null default 'running' check (status in ('running', 'done', 'refused', 'canceled', 'error')),
  error           jsonb check (private.is_json_object(error, 8192)),
  input_tokens    integer not null default 0 check (input_tokens >= 0),
  output_tokens   integer not null default 0 check (output_tokens >= 0),
  -- The vendor counts in ten-thousand-millionths of a dollar; whole numbers stay exact everywhere.
  cost_usd_ticks  bigint not null default 0 check (cost_usd_ticks >= 0),
  credits         integer not null default 0 check (credits >= 0),
  duration_ms     integer check (duration_ms >= 0),
  idempotency_key text check (private.is_plain_text(idempotency_key, 200)),
  created_by      uuid references public.profiles on delete set null,
  created_at      timestamptz not null default now(),
  finished_at     timestamptz,
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete set null (site_id),
  foreign key (org_id, page_id) references public.pages (org_id, id) on delete set null (page_id),
  unique (org_id, created_by, idempotency_key)
);
alter table public.ai_generations enable row level security;
create index ai_generations_org_id_idx on public.ai_generations (org_id, created_at desc);
create index ai_generations_created_by_idx on public.ai_generations (created_by, created_at desc);
create index ai_generations_site_idx on public.ai_generations (org_id, site_id);
create index ai_generations_page_idx on public.ai_generations (org_id, page_id);
comment on table public.ai_generations is 'One question to the AI: who asked what, what came back, what it cost.';
create trigger keep_identity before update of id, org_id, kind, created_by, created_at on public.ai_generations
  for each row execute function private.keep_identity('id', 'org_id', 'kind', 'created_by', 'created_at');

-- Connections to other services -------------------------------------------------------------------------------------

create table public.integrations (
  id            uuid primary key default gen_random_uuid(),
  org_id        uuid not null references public.organizations on delete cascade,
  provider      text not null check (provider in ('netlify', 'vercel', 'github')),
  label         text not null default '' check (private.is_plain_text(label, 80)),
  account_label text not null default '' check (private.is_plain_text(account_label, 200)),
  last_four     text not null default '' check (last_four ~ '^[A-Za-z0-9_-]{0,4}$'),
  state         text not null default 'connected' check (state in ('connected', 'broken', 'disconnected')),
  checked_at    timestamptz,
  created_by    uuid references public.profiles on delete set null,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, provider, label)
);
alter table public.integrations enable row level security;
create index integrations_created_by_idx on public.integrations (created_by);
comment on table public.integrations is 'An organization''s account at a host. The credential itself lies where the API does not reach.';
create trigger touch before update on public.integrations
  for each row execute function private.touch();
create trigger keep_identity before update of id, org_id, provider, created_by, created_at on public.integrations
  for each row execute function private.keep_identity('id', 'org_id', 'provider', 'created_by', 'created_at');

create table private.integration_secrets (
  integration_id uuid primary key,
  org_id         uuid not null,
  key_id         text not null check (key_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  nonce          bytea not null check (octet_length(nonce) = 12),
  ciphertext     bytea not null check (octet_length(ciphertext) between 17 and 8192),
  created_at     timestamptz not null default now(),
  foreign key (org_id, integration_id) references public.integrations (org_id, id) on delete cascade
);
alter table private.integration_secrets enable row level security;
revoke all on private.integration_secrets from public, anon, authenticated, service_role;
create index integration_secrets_org_id_idx on private.integration_secrets (org_id, integration_id);
create index integration_secrets_key_id_idx on private.integration_secrets (key_id);
comment on table private.integration_secrets is
  'A host''s credential under AES-256-GCM, bound to organization, provider and row; gone with its integration.';
