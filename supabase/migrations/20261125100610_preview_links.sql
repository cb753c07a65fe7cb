-- Links that show one preview of a site to somebody without an account, for at most a day.

create table public.preview_links (
  id            uuid primary key default gen_random_uuid(),
  org_id        uuid not null,
  site_id       uuid not null,
  deployment_id uuid not null,
  label         text not null default '' check (private.is_plain_text(label, 80)),
  hours         integer not null default 24 check (hours between 1 and 24),
  expires_at    timestamptz not null,
  created_by    uuid references public.profiles on delete set null,
  created_at    timestamptz not null default now(),
  foreign key (org_id, site_id) references public.sites (org_id, id) on delete cascade,
  foreign key (org_id, deployment_id) references public.deployments (org_id, id) on delete cascade,
  check (expires_at <= created_at + interval '24 hours')
);
alter table public.preview_links enable row level security;
create index preview_links_site_idx on public.preview_links (org_id, site_id, created_at desc);
create index preview_links_deployment_idx on public.preview_links (org_id, deployment_id);
create index preview_links_created_by_idx on public.preview_links (created_by);
comment on table public.preview_links is
  'A link to one preview of a site, open to whoever holds it until it expires or its row is deleted.';

create function private.before_preview_link() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- A preview of others, one that does not exist and one that is no preview are refused in the same words.
  select d.org_id, d.site_id into new.org_id, new.site_id from public.deployments d
  where d.id = new.deployment_id and d.target = 'preview' and d.host = 'local' and d.status = 'ready';
  new.created_by := coalesce(private.person_id(), new.created_by);
  new.created_at := now();
  new.expires_at := now() + make_interval(hours => new.hours);
  return new;
end;
$$;
create trigger before_preview_link before insert on public.preview_links
  for each row execute function private.before_preview_link();

create function public.is_preview_link_open(link_id uuid) returns boolean
-- The sites' origin asks it, as nobody. The id alone opens nothing: the link holds it in a form only the service can make.
language sql stable security definer set search_path = ''
return exists (select 1 from public.preview_links l where l.id = link_id and l.expires_at > now());
comment on function public.is_preview_link_open is 'Does a link still show its preview, neither expired nor revoked?';
