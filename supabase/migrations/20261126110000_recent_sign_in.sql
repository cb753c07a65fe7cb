-- An unlocked screen, or a token that leaked, is not enough to end an organization or an account.

create function private.require_recent_sign_in() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  claims jsonb := coalesce(auth.jwt(), '{}');
begin
  -- Operators and the service have no token of a person's; what they delete, they delete.
  -- "amr" is how and when this session was begun (hosted Auth); renewing a token is no new sign-in.
  if claims ->> 'role' = 'authenticated' and not jsonb_path_exists(
    claims, '$.amr[*] ? (@.method != "token_refresh" && @.timestamp > $since)',
    jsonb_build_object('since', extract(epoch from now() - interval '10 minutes'))
  ) then
    raise sqlstate '42501' using message = 'This needs a sign-in of the last ten minutes. Sign out, sign in again, and repeat it.';
  end if;
  return old;
end;
$$;
comment on function private.require_recent_sign_in is 'Refuse whoever signed in more than ten minutes ago.';

create trigger require_recent_sign_in before delete on public.organizations
  for each row execute function private.require_recent_sign_in();
create trigger require_recent_sign_in before delete on public.profiles
  for each row execute function private.require_recent_sign_in();
