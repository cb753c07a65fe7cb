-- What PostgREST is told to ask before it answers anybody, and what it is told not to show.

create function public.check_request() returns boolean
language plpgsql stable set search_path = '' as $$
declare
  headers constant jsonb := coalesce(nullif(current_setting('request.headers', true), ''), '{}')::jsonb;
begin
  -- The planner guesses from the whole table, whoever asks: one visible page among ten thousand was "planned" as five.
  if headers ->> 'prefer' ~* 'count\s*=\s*"?(planned|estimated)' then
    raise sqlstate 'PT406' using message = 'Only exact counts are given.', hint = 'Ask with Prefer: count=exact.';
  end if;
  return true;
end;
$$;
comment on function public.check_request is
  'Whether a request may be answered at all. PostgREST asks it first, as the role of the request (db_pre_request).';

-- Settings of PostgREST that a database may hold: https://supabase.com/docs/guides/database/postgres/configuration
do $$
begin
  alter role authenticator set pgrst.db_pre_request = 'public.check_request';
  -- The description at the root lists every table to whoever asks.
  alter role authenticator set pgrst.openapi_mode = 'disabled';
exception when insufficient_privilege or undefined_object then
  raise warning 'The API''s settings could not be changed: counts that guess stay possible (SECURITY.md).';
end;
$$;
notify pgrst, 'reload config';
