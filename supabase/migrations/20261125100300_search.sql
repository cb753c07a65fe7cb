-- Find pages by their title, quickly however many pages other organizations have.
--
-- Under row-level security a plain `title ilike '%word%'` cannot use a trigram index: ilike is not leakproof, so
-- PostgreSQL asks the policy first and reads every page the person may see. A function that looks the person's
-- organizations up itself, and filters by them in the same breath, may use one index for both.
-- At a million pages: 0.1 ms in an organization of 50 pages, 5 ms in 200 of them (benchmarks/rls.py).

-- Where the server does not bring the extensions, everything works without the index: search then reads the titles of
-- the person's own organizations, and of no others.
do $$
begin
  if (select count(*) from pg_catalog.pg_available_extensions where name in ('pg_trgm', 'btree_gin')) < 2 then
    raise notice 'pg_trgm and btree_gin are not available: pages are searched without their index.';
    return;
  end if;
  create schema if not exists extensions;
  create extension if not exists pg_trgm with schema extensions;
  create extension if not exists btree_gin with schema extensions;
  -- Both in one index: a word that half the world uses in its titles costs no more than one's own pages.
  -- Without a pending list, which each search would read from end to end.
  create index if not exists pages_org_id_title_idx on public.pages
    using gin (org_id, title extensions.gin_trgm_ops) with (fastupdate = off);
end;
$$;

create function public.search_pages(query text, org_id uuid default null, most integer default 20)
returns setof public.pages
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  wanted constant text := btrim(coalesce(search_pages.query, ''));
  -- What people type is no pattern.
  pattern constant text := '%' || replace(replace(replace(wanted, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  first constant integer := least(greatest(coalesce(search_pages.most, 20), 1), 100);
  orgs uuid[] := private.org_ids('viewer');
begin
  if search_pages.org_id is not null then
    orgs := case when search_pages.org_id = any (orgs) then array[search_pages.org_id] else '{}' end;
  end if;
  if wanted = '' or char_length(wanted) > 120 then
    return;
  elsif cardinality(orgs) <= 10 and exists (select from public.pages p where p.org_id = any (orgs) offset 2000) then
    -- Planned each time, because what is looked for decides how; all else here has one good plan, which is kept.
    return query execute
      'select p.* from public.pages p where p.org_id = any ($1) and p.title ilike $2
       order by p.updated_at desc, p.id limit $3' using orgs, pattern, first;
  else
    -- Of few pages the titles are read sooner than the index is searched, and of many organizations too: it is searched
    -- once for each. The planner thinks otherwise, so here it is offered an expression that has no index.
    return query
      select p.* from public.pages p where p.org_id = any (orgs) and (p.title || '') ilike pattern
      order by p.updated_at desc, p.id limit first;
  end if;
end;
$$;
comment on function public.search_pages is
  'The pages whose title has these words in it, newest first: of one organization, or of all that the person is in.';
