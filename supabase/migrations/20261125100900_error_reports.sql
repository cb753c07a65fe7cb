-- Errors, counted by kind. The service writes them, cleaned of secrets; an admin closes one, and a release that shows it
-- again opens it.

create function private.trim_errors(org uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  -- A flood of ever new errors pushes out the oldest, and never fills the disk.
  delete from public.error_logs e
  where e.org_id is not distinct from trim_errors.org and e.id in (
    select o.id from public.error_logs o
    where o.org_id is not distinct from trim_errors.org
    order by o.state = 'resolved', o.last_seen_at desc, o.id
    offset 1000
  );
end;
$$;
comment on function private.trim_errors is 'Keep the thousand latest kinds of error of an organization, open ones before resolved.';

create function public.record_error(
  org_id uuid, person_id uuid, fingerprint text, source text, message text, detail jsonb, release text, times bigint
) returns bigint
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  total bigint;
  is_new boolean;
  -- A browser says where an error happened; it counts there only for somebody who belongs there.
  home constant uuid := (
    select m.org_id from public.organization_members m
    where m.org_id = record_error.org_id and m.user_id = record_error.person_id
  );
begin
  insert into public.error_logs as e (org_id, fingerprint, source, message, detail, release, times)
  values (
    home, record_error.fingerprint, record_error.source, record_error.message, record_error.detail,
    record_error.release, record_error.times
  )
  on conflict (org_id, fingerprint) do update set
    times = e.times + excluded.times,
    message = excluded.message,
    detail = excluded.detail,
    release = excluded.release,
    last_seen_at = now(),
    -- Browsers keep running an old release for a while; what was resolved comes back only with another one.
    state = case when e.release = excluded.release and e.release <> '' then e.state else 'open' end,
    resolved_by = case when e.release = excluded.release and e.release <> '' then e.resolved_by end,
    resolved_at = case when e.release = excluded.release and e.release <> '' then e.resolved_at end
  returning e.times, e.first_seen_at = now() into total, is_new;
  if is_new then
    perform private.trim_errors(home);
  end if;
  return total;
end;
$$;
comment on function public.record_error is 'Count an error of a kind and give the total; the service calls it with what it has cleaned.';

create function public.set_error_state(error_id uuid, state text) returns public.error_logs
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  changed public.error_logs;
begin
  update public.error_logs e set
    state = set_error_state.state,
    resolved_by = case when set_error_state.state = 'resolved' then private.person_id() end,
    resolved_at = case when set_error_state.state = 'resolved' then now() end
  where e.id = set_error_state.error_id and e.org_id = any (private.org_ids('admin'))
  returning e.* into changed;
  if changed.id is null then
    raise sqlstate 'PT404' using message = 'There is no such error, or your role does not show it.';
  end if;
  return changed;
end;
$$;
comment on function public.set_error_state is 'Resolve an error, or open it again; admins and owners.';
