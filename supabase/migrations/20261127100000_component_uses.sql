-- A save that changes no use of a component, which is nearly every save, counts nothing and locks nothing; and what a
-- page uses is found by its index.

create or replace function private.count_component_uses() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  touched uuid[];
  -- A deleted page uses nothing, until it is brought back.
  markup text := case when new.deleted_at is null then new.html else '' end;
  -- Component → how often.
  named jsonb;
  counted jsonb;
begin
  if tg_op = 'UPDATE' and (new.html, new.deleted_at) is not distinct from (old.html, old.deleted_at) then
    return null;
  end if;
  named := coalesce((
    select jsonb_object_agg(used.id, used.uses)
    from (select id, count(*) as uses from private.component_ids(markup) found (id) group by id) used), '{}');
  counted := coalesce((
    select jsonb_object_agg(u.component_id, u.uses)
    from private.component_uses u where u.org_id = new.org_id and u.page_id = new.id), '{}');
  if named = counted then
    return null;
  end if;
  -- In order of their ids, so that two pages saved at once cannot wait for each other.
  select array_agg(c.id order by c.id) into touched
  from (
    select locked.id from public.components locked
    where locked.org_id = new.org_id and locked.id = any (array(select jsonb_object_keys(named || counted)::uuid))
    order by locked.id for no key update
  ) c;
  if touched is null then
    return null;
  end if;
  delete from private.component_uses u where u.org_id = new.org_id and u.page_id = new.id;
  insert into private.component_uses (component_id, org_id, page_id, uses)
  select used.id, new.org_id, new.id, count(*)
  from private.component_ids(markup) used (id) where used.id = any (touched) group by used.id;
  perform private.add_up_uses(touched);
  return null;
end;
$$;
