-- What a deleted site leaves behind at other hosts: it is taken away there, or people are told why not.

create table public.host_leftovers (
  id             uuid primary key default gen_random_uuid(),
  org_id         uuid not null references public.organizations on delete cascade,
  host           text not null check (host in ('netlify', 'vercel', 'github_pages')),
  integration_id uuid,
  site_name      text not null check (private.is_name(site_name, 80)),
  project        jsonb not null check (private.is_json_object(project, 8192)),
  -- What stood in the way the last time, for people; empty as long as nothing did.
  problem        text not null default '' check (private.is_plain_text(problem, 500)),
  attempts       integer not null default 0 check (attempts >= 0),
  due_at         timestamptz not null default now(),
  created_at     timestamptz not null default now(),
  foreign key (org_id, integration_id) references public.integrations (org_id, id) on delete set null (integration_id)
);
alter table public.host_leftovers enable row level security;
create index host_leftovers_org_id_idx on public.host_leftovers (org_id, integration_id);
create index host_leftovers_due_at_idx on public.host_leftovers (due_at);
comment on table public.host_leftovers is 'A project at another host whose site was deleted here; a worker removes it there.';

create function private.leave_projects() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- An organization that is deleted takes its accounts along: nobody could remove anything there any more.
  if exists (select from public.organizations o where o.id = old.org_id) then
    insert into public.host_leftovers (org_id, host, integration_id, site_name, project)
    select h.org_id, h.host, h.integration_id, old.name, h.project
    from public.site_hosts h where h.site_id = old.id and h.project <> '{}';
  end if;
  return old;
end;
$$;
comment on function private.leave_projects is 'Before a site is deleted: note what has to go at its hosts.';
create trigger leave_projects before delete on public.sites
  for each row execute function private.leave_projects();

-- What workers call ------------------------------------------------------------------------------------------------

create function public.take_leftover() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  taken public.host_leftovers;
begin
  update public.host_leftovers l set attempts = l.attempts + 1, due_at = now() + interval '5 minutes'
  where l.id = (
    select o.id from public.host_leftovers o where o.due_at <= now() order by o.due_at limit 1 for update skip locked)
  returning l.* into taken;
  return case when taken.id is not null then to_jsonb(taken) end;
end;
$$;
comment on function public.take_leftover is 'The next project to remove at its host, for one worker; it comes again in five minutes unless its end is told.';

create function public.end_leftover(leftover_id uuid, problem text default '') returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if end_leftover.problem = '' then
    delete from public.host_leftovers l where l.id = end_leftover.leftover_id;
  else
    update public.host_leftovers l
    set problem = left(end_leftover.problem, 500),
      -- One minute, two, four… then once a day; after a month it waits for a person.
      due_at = case when l.attempts > 40 then 'infinity'
        else now() + least(interval '1 day', interval '1 minute' * power(2, least(l.attempts, 20))) end
    where l.id = end_leftover.leftover_id;
  end if;
  return true;
end;
$$;
comment on function public.end_leftover is 'A project is gone from its host, or this stood in the way: then it is tried again later.';

-- What people call -------------------------------------------------------------------------------------------------

create function private.leftover_for_admin(leftover_id uuid) returns public.host_leftovers
language plpgsql security definer set search_path = '' as $$
declare
  found_one public.host_leftovers;
begin
  select l.* into found_one from public.host_leftovers l
  where l.id = leftover_for_admin.leftover_id and l.org_id = any (private.org_ids('admin')) for update;
  if found_one.id is null then
    raise sqlstate 'PT404' using message = 'There is nothing left behind of that kind.';
  end if;
  return found_one;
end;
$$;

create function public.retry_leftover(leftover_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  wanted public.host_leftovers := private.leftover_for_admin(leftover_id);
begin
  update public.host_leftovers l
  set due_at = now(), attempts = 0, problem = '',
    -- The account was disconnected meanwhile: whichever is connected now may know the project.
    integration_id = coalesce(l.integration_id, (
      select i.id from public.integrations i
      where i.org_id = l.org_id and i.state = 'connected'
        and i.provider = case l.host when 'github_pages' then 'github' else l.host end
      order by i.created_at desc limit 1))
  where l.id = wanted.id;
  return true;
end;
$$;
comment on function public.retry_leftover is 'Try at once to remove a project at its host.';

create function public.forget_leftover(leftover_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  unwanted public.host_leftovers := private.leftover_for_admin(leftover_id);
begin
  delete from public.host_leftovers l where l.id = unwanted.id;
  return true;
end;
$$;
comment on function public.forget_leftover is 'Leave a project at its host as it is, and say no more of it.';
