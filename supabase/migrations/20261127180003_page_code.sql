-- JavaScript of a page is a paid feature of its own, "page_code", which a plan includes or not. The plans that are there keep
-- publishing it; plans.toml says what they include from now on.
update public.plans set features = features || '{page_code}' where not 'page_code' = any (features);

create or replace function private.paid_uses(site public.sites) returns jsonb
language sql stable security definer set search_path = ''
return (
  select coalesce(jsonb_agg(jsonb_build_object('feature', u.feature, 'label', u.label, 'where', u.place)), '[]')
  from (
    select 'head_code' as feature, 'Custom head code' as label, '/sites/' || site.id || '?tab=settings' as place
    where site.head_code ~ '\S'
    union all
    select 'head_code', 'Head code of the page ' || p.title, '/sites/' || site.id || '/edit?settings&page=' || p.id
    from public.pages p
    where p.site_id = site.id and p.org_id = site.org_id and p.status = 'published' and p.deleted_at is null
      and p.seo ->> 'head_code' ~ '\S'
    union all
    select 'page_code', 'JavaScript of the page ' || p.title, '/sites/' || site.id || '/edit?settings&page=' || p.id
    from public.pages p
    where p.site_id = site.id and p.org_id = site.org_id and p.status = 'published' and p.deleted_at is null
      and p.js ~ '\S'
  ) u
  join public.organizations o on o.id = site.org_id
  join public.plans p on p.id = o.plan
  where not (u.feature = any (p.features))
);

create or replace function private.before_deployment() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  site public.sites;
  uses jsonb;
begin
  select s.* into site from public.sites s where s.id = new.site_id;
  -- Going back to what was live is always possible, and so is taking one's work away.
  if new.kind <> 'publish' or new.restored_from is not null or new.host = 'archive' or new.status <> 'queued' then
    return new;
  end if;
  if site.id = any (private.over_limit(site.org_id, 'sites')) then
    raise sqlstate 'PT402' using message =
      'This site is more than the organization''s plan holds: what is live stays live, and nothing new is published. '
      'Ask an owner for a larger plan.';
  end if;
  uses := private.paid_uses(site);
  if new.target = 'production' and uses <> '[]' then
    raise sqlstate 'PT402' using
      message = format(
        'The plan of this organization does not include: %s. Take it out, or ask an owner for a larger plan.',
        (select string_agg(u.use ->> 'label', ', ' order by u.nth) from jsonb_array_elements(uses) with ordinality u (use, nth)
         where u.nth <= 3) || case when jsonb_array_length(uses) > 3
           then format(' and %s more', jsonb_array_length(uses) - 3) else '' end),
      -- Each with the way to it, as publish_blockers tells it.
      detail = uses::text;
  end if;
  return new;
end;
$$;
