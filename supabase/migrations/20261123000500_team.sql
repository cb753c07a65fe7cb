-- The team: who is let in by whom, who may do what, and how people and organizations leave.
-- Whatever changes a membership locks the organization's row first; two such changes never overlap.

create function private.is_email(value text) returns boolean
language sql immutable set search_path = ''
-- As the sign-in stores it: lower case. Nothing that could begin another header or a second recipient.
return char_length(value) between 3 and 254
  and private.is_plain_text(value, 254)
  and value = lower(value)
  and value ~ '^[^\s@<>"'',;:\\()\[\]]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$';
comment on function private.is_email is 'One mail address in lower case.';

create table public.organization_invitations (
  id           uuid primary key default gen_random_uuid(),
  org_id       uuid not null references public.organizations on delete cascade,
  email        text not null check (private.is_email(email)),
  role         public.member_role not null,
  invited_by   uuid not null references public.profiles on delete cascade,
  expires_at   timestamptz not null default now() + interval '7 days',
  sent_at      timestamptz not null default now(),
  sent_count   integer not null default 1 check (sent_count > 0),
  accepted_at  timestamptz,
  accepted_by  uuid references public.profiles on delete set null,
  withdrawn_at timestamptz,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  check (accepted_at is null or withdrawn_at is null)
);
alter table public.organization_invitations enable row level security;
-- One open invitation for each address.
create unique index organization_invitations_one_open on public.organization_invitations (org_id, email)
  where accepted_at is null and withdrawn_at is null;
create index organization_invitations_org_id_idx on public.organization_invitations (org_id, created_at desc);
create index organization_invitations_invited_by_idx on public.organization_invitations (invited_by);
create index organization_invitations_accepted_by_idx on public.organization_invitations (accepted_by);
comment on table public.organization_invitations is
  'Who was asked to join an organization, by whom, as what, and what came of it.';
create trigger keep_identity before update of id, org_id, email, role, invited_by, created_at
  on public.organization_invitations for each row
  execute function private.keep_identity('id', 'org_id', 'email', 'role', 'invited_by', 'created_at');
create trigger touch before update on public.organization_invitations
  for each row execute function private.touch();

-- Apart from the row that admins read: whoever holds the link, and nobody else, knows what hashes to this.
create table private.invitation_tokens (
  invitation_id uuid primary key references public.organization_invitations on delete cascade,
  token_hash    text not null unique check (token_hash ~ '^[0-9a-f]{64}$')
);
alter table private.invitation_tokens enable row level security;
revoke all on private.invitation_tokens from public, anon, authenticated, service_role;
comment on table private.invitation_tokens is 'The SHA-256 of the one-time token in an open invitation''s link.';

create table private.rate_limits (
  name       text not null,
  subject    text not null,
  period     timestamptz not null,
  used       integer not null,
  primary key (name, subject, period)
);
alter table private.rate_limits enable row level security;
revoke all on private.rate_limits from public, anon, authenticated, service_role;
create index rate_limits_period_idx on private.rate_limits (period);
comment on table private.rate_limits is 'How often something was done in a period. Addresses stand here as digests only.';

create function private.use_up(name text, subject text, most integer, refusal text) returns void
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  today constant timestamptz := date_trunc('day', now(), 'UTC');
  total integer;
begin
  delete from private.rate_limits r where r.period < today - interval '1 day';
  -- The row's lock makes callers queue, so that two cannot both take the last place.
  insert into private.rate_limits as r (name, subject, period, used)
  values (use_up.name, use_up.subject, today, 1)
  on conflict (name, subject, period) do update set used = r.used + 1
  returning r.used into total;
  if total > use_up.most then
    raise sqlstate 'PT429' using message = use_up.refusal;
  end if;
end;
$$;
comment on function private.use_up is 'Count one use of today; refuse it beyond so many.';

-- Questions that the functions below ask ----------------------------------------------------------------------------

create function private.locked_role(org uuid) returns public.member_role
language plpgsql security definer set search_path = '' as $$
declare
  role public.member_role;
begin
  -- Only members may wait for the lock: a stranger must not hold up an organization, nor learn that it exists.
  perform from public.organizations o
  where o.id = org and o.id = any (private.org_ids('viewer')) for no key update;
  -- Asked again: while this waited, the caller may have been removed.
  select m.role into role from public.organization_members m
  where m.org_id = org and m.user_id = private.person_id();
  if role is null then
    raise sqlstate 'PT404' using message = 'There is no such organization.';
  end if;
  return role;
end;
$$;
comment on function private.locked_role is 'The caller''s role in an organization whose row is locked from here on.';

create function private.require_admin(role public.member_role, verb text) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if (require_admin.role >= 'admin') is not true then
    raise sqlstate '42501' using message = format('Only admins and owners %s.', verb);
  end if;
end;
$$;

create function private.touchable_member(org uuid, person uuid, own public.member_role)
returns public.organization_members
language plpgsql security definer set search_path = '' as $$
declare
  member public.organization_members;
begin
  select m.* into member from public.organization_members m
  where m.org_id = org and m.user_id = person for no key update;
  if member.user_id is null then
    raise sqlstate 'PT404' using message = 'There is no such member.';
  end if;
  if (member.role <= own) is not true then
    raise sqlstate '42501' using message = 'Only owners change what an owner may do.';
  end if;
  return member;
end;
$$;
comment on function private.touchable_member is 'The member, if somebody of this role may change or remove them.';

create function private.require_another_owner(org uuid, person uuid) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not exists (
    select from public.organization_members m where m.org_id = org and m.user_id <> person and m.role = 'owner'
  ) then
    raise sqlstate 'PT409' using
      message = 'An organization needs an owner. Make somebody else an owner first, or delete the organization.';
  end if;
end;
$$;

-- Whatever way a change comes, an organization that stays keeps an owner: also when an account is deleted by hand.
-- At the end of the transaction, so that roles may be swapped within one.
create function private.keep_an_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.organizations o where o.id = old.org_id for no key update;
  if found and not exists (
    select from public.organization_members m where m.org_id = old.org_id and m.role = 'owner'
  ) then
    raise sqlstate 'PT409' using
      message = 'An organization needs an owner. Make somebody else an owner first, or delete the organization.';
  end if;
  return null;
end;
$$;
create constraint trigger keep_an_owner after delete or update of role on public.organization_members
  deferrable initially deferred for each row when (old.role = 'owner')
  execute function private.keep_an_owner();

-- Roles ---------------------------------------------------------------------------------------------------------------

create function public.set_member_role(org_id uuid, user_id uuid, role public.member_role)
returns public.organization_members
language plpgsql security definer set search_path = '' as $$
declare
  own public.member_role := private.locked_role(set_member_role.org_id);
  member public.organization_members;
begin
  perform private.require_admin(own, 'change roles');
  member := private.touchable_member(set_member_role.org_id, set_member_role.user_id, own);
  if set_member_role.role is null then
    raise sqlstate '23514' using message = 'Say which role.';
  end if;
  if set_member_role.role > own then
    raise sqlstate '42501' using message = 'Nobody gives a role above their own.';
  end if;
  if member.role = 'owner' and set_member_role.role <> 'owner' then
    perform private.require_another_owner(member.org_id, member.user_id);
  end if;
  update public.organization_members m set role = set_member_role.role
  where m.org_id = member.org_id and m.user_id = member.user_id returning m.* into member;
  return member;
end;
$$;
comment on function public.set_member_role is 'Give a member another role, up to the caller''s own.';

create function public.remove_member(org_id uuid, user_id uuid) returns public.organization_members
language plpgsql security definer set search_path = '' as $$
declare
  own public.member_role := private.locked_role(remove_member.org_id);
  member public.organization_members;
begin
  perform private.require_admin(own, 'remove members');
  member := private.touchable_member(remove_member.org_id, remove_member.user_id, own);
  if member.role = 'owner' then
    perform private.require_another_owner(member.org_id, member.user_id);
  end if;
  delete from public.organization_members m where m.org_id = member.org_id and m.user_id = member.user_id;
  return member;
end;
$$;
comment on function public.remove_member is 'Take somebody out of an organization; what they made stays.';

create function public.leave_organization(org_id uuid) returns public.organization_members
language plpgsql security definer set search_path = '' as $$
declare
  own public.member_role := private.locked_role(leave_organization.org_id);
  member public.organization_members;
begin
  if own = 'owner' then
    perform private.require_another_owner(leave_organization.org_id, private.person_id());
  end if;
  delete from public.organization_members m
  where m.org_id = leave_organization.org_id and m.user_id = private.person_id() returning m.* into member;
  return member;
end;
$$;
comment on function public.leave_organization is 'Leave an organization; its last owner cannot.';

create function public.transfer_ownership(org_id uuid, user_id uuid) returns public.organization_members
language plpgsql security definer set search_path = '' as $$
declare
  own public.member_role := private.locked_role(transfer_ownership.org_id);
  member public.organization_members;
begin
  if own is distinct from 'owner' then
    raise sqlstate '42501' using message = 'Only owners hand an organization over.';
  end if;
  if transfer_ownership.user_id = private.person_id() then
    raise sqlstate 'PT409' using message = 'You own this organization already.';
  end if;
  member := private.touchable_member(transfer_ownership.org_id, transfer_ownership.user_id, own);
  update public.organization_members m set role = 'owner'
  where m.org_id = member.org_id and m.user_id = member.user_id returning m.* into member;
  update public.organization_members m set role = 'admin'
  where m.org_id = member.org_id and m.user_id = private.person_id();
  return member;
end;
$$;
comment on function public.transfer_ownership is 'Make a member the owner; the caller stays as an admin.';

-- Invitations -----------------------------------------------------------------------------------------------------------

-- An invitation stands on its inviter: whoever is removed, or falls below what they offered, takes it along.
create function private.void_invitations() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.organization_invitations i set withdrawn_at = now()
  where i.org_id = old.org_id and i.invited_by = old.user_id and i.accepted_at is null and i.withdrawn_at is null
    and (tg_op = 'DELETE' or new.role < 'admin' or new.role < i.role);
  return null;
end;
$$;
create trigger void_invitations after delete or update of role on public.organization_members
  for each row execute function private.void_invitations();

create function private.drop_token() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.invitation_tokens t where t.invitation_id = new.id;
  return null;
end;
$$;
comment on function private.drop_token is 'The link of a withdrawn invitation is not even known any more; an accepted one says that it was used.';
create trigger drop_token after update of withdrawn_at on public.organization_invitations
  for each row when (new.withdrawn_at is not null) execute function private.drop_token();

create function private.count_mail(org uuid, email text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.use_up('invitations of an organization', org::text, 100,
    'This organization has sent its 100 invitations of today. Go on tomorrow.');
  -- By digest, and across organizations: nobody's mailbox is filled by making many of them.
  perform private.use_up('invitations to an address', encode(sha256(convert_to(email, 'UTF8')), 'hex'), 10,
    'This address has had enough invitations for today. Try again tomorrow.');
end;
$$;

create function private.set_token(invitation uuid, token_hash text) returns void
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
begin
  if (set_token.token_hash ~ '^[0-9a-f]{64}$') is not true then
    raise sqlstate '23514' using message = 'The token''s hash must be a SHA-256 in hexadecimal digits.';
  end if;
  insert into private.invitation_tokens (invitation_id, token_hash) values (invitation, set_token.token_hash)
  on conflict (invitation_id) do update set token_hash = excluded.token_hash;
end;
$$;

create function public.create_invitation(org_id uuid, email text, role public.member_role, token_hash text)
returns public.organization_invitations
language plpgsql security definer set search_path = '' as $$
declare
  own public.member_role := private.locked_role(create_invitation.org_id);
  address text := lower(btrim(create_invitation.email));
  made public.organization_invitations;
begin
  perform private.require_admin(own, 'invite people');
  if private.is_email(address) is not true then
    raise sqlstate '23514' using message = 'This is not a mail address.';
  end if;
  if (create_invitation.role <= own) is not true then
    raise sqlstate '23514' using message = 'Nobody invites to a role above their own.';
  end if;
  if exists (
    select from public.organization_members m join auth.users u on u.id = m.user_id
    where m.org_id = create_invitation.org_id and u.email = address
  ) then
    raise sqlstate 'PT409' using message = 'This person is a member already.';
  end if;
  if exists (
    select from public.organization_invitations i
    where i.org_id = create_invitation.org_id and i.email = address
      and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > now()
  ) then
    raise sqlstate 'PT409' using message = 'This address is invited already. Send the invitation again instead.';
  end if;
  perform private.count_mail(create_invitation.org_id, address);
  update public.organization_invitations i set withdrawn_at = now()
  where i.org_id = create_invitation.org_id and i.email = address
    and i.accepted_at is null and i.withdrawn_at is null;
  insert into public.organization_invitations (org_id, email, role, invited_by)
  values (create_invitation.org_id, address, create_invitation.role, private.person_id())
  returning * into made;
  perform private.set_token(made.id, create_invitation.token_hash);
  return made;
end;
$$;
comment on function public.create_invitation is
  'Invite a mail address. The caller makes the token, sends it, and gives only its SHA-256 here.';

create function private.own_invitation(wanted uuid, verb text) returns public.organization_invitations
language plpgsql security definer set search_path = '' as $$
declare
  invitation public.organization_invitations;
  own public.member_role;
begin
  select i.* into invitation from public.organization_invitations i
  where i.id = wanted and i.org_id = any (private.org_ids('viewer'));
  if invitation.id is null then
    raise sqlstate 'PT404' using message = 'There is no such invitation.';
  end if;
  own := private.locked_role(invitation.org_id);
  perform private.require_admin(own, verb);
  if invitation.role > own then
    raise sqlstate '42501' using message = 'Only owners decide about the invitation of an owner.';
  end if;
  select i.* into invitation from public.organization_invitations i where i.id = wanted for no key update;
  if invitation.accepted_at is not null then
    raise sqlstate 'PT409' using message = 'This invitation was accepted already.';
  end if;
  if invitation.withdrawn_at is not null then
    raise sqlstate 'PT409' using message = 'This invitation was withdrawn.';
  end if;
  return invitation;
end;
$$;
comment on function private.own_invitation is 'The open invitation, locked with its organization, if the caller may decide about it.';

create function public.resend_invitation(invitation_id uuid, token_hash text) returns public.organization_invitations
language plpgsql security definer set search_path = '' as $$
declare
  invitation public.organization_invitations :=
    private.own_invitation(resend_invitation.invitation_id, 'send invitations again');
begin
  perform private.count_mail(invitation.org_id, invitation.email);
  perform private.set_token(invitation.id, resend_invitation.token_hash);
  update public.organization_invitations i
  set expires_at = now() + interval '7 days', sent_at = now(), sent_count = i.sent_count + 1
  where i.id = invitation.id returning i.* into invitation;
  return invitation;
end;
$$;
comment on function public.resend_invitation is 'Seven more days under a new token; the old link ends.';

create function public.withdraw_invitation(invitation_id uuid) returns public.organization_invitations
language plpgsql security definer set search_path = '' as $$
declare
  invitation public.organization_invitations :=
    private.own_invitation(withdraw_invitation.invitation_id, 'withdraw invitations');
begin
  update public.organization_invitations i set withdrawn_at = now()
  where i.id = invitation.id returning i.* into invitation;
  return invitation;
end;
$$;
comment on function public.withdraw_invitation is 'Take an invitation back; its link ends.';

create function private.invitation_of(token text) returns public.organization_invitations
language sql stable security definer set search_path = ''
return (
  select i from public.organization_invitations i join private.invitation_tokens t on t.invitation_id = i.id
  where t.token_hash = encode(sha256(convert_to(token, 'UTF8')), 'hex')
);

create function private.invitation_state(invitation public.organization_invitations) returns text
language sql stable security definer set search_path = ''
return case
  when invitation.accepted_at is not null then 'accepted'
  when invitation.withdrawn_at is not null then 'withdrawn'
  when invitation.expires_at <= now() then 'expired'
  when not exists (
    select from public.organization_members m
    where m.org_id = invitation.org_id and m.user_id = invitation.invited_by
      and m.role >= 'admin' and m.role >= invitation.role
  ) then 'withdrawn'
  else 'pending'
end;

create function public.describe_invitation(token text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  invitation public.organization_invitations := private.invitation_of(describe_invitation.token);
begin
  if invitation.id is null then
    raise sqlstate 'PT404' using message = 'There is no such invitation.';
  end if;
  return jsonb_build_object(
    'org_id', invitation.org_id,
    'organization', (select o.name from public.organizations o where o.id = invitation.org_id),
    'invited_by', (select p.display_name from public.profiles p where p.user_id = invitation.invited_by),
    'email', invitation.email,
    'role', invitation.role,
    'state', private.invitation_state(invitation),
    'expires_at', invitation.expires_at
  );
end;
$$;
comment on function public.describe_invitation is 'What a link offers, for whoever holds it.';

create function public.accept_invitation(token text) returns public.organization_members
language plpgsql security definer set search_path = '' as $$
declare
  person uuid := private.person_id();
  invitation public.organization_invitations := private.invitation_of(accept_invitation.token);
  member public.organization_members;
begin
  if person is null then
    raise sqlstate '42501' using message = 'Sign in to accept an invitation.';
  end if;
  if invitation.id is null then
    raise sqlstate 'PT404' using message = 'There is no such invitation.';
  end if;
  -- The organization first, as everywhere; then the invitation as it is now.
  perform from public.organizations o where o.id = invitation.org_id for no key update;
  select i.* into invitation from public.organization_invitations i where i.id = invitation.id for no key update;
  -- The very address that the sign-in proved: no other spelling, no part after a plus taken away.
  if not exists (
    select from auth.users u where u.id = person and u.email = invitation.email and u.email_confirmed_at is not null
  ) then
    raise sqlstate 'PT409' using message = 'This invitation is for another mail address. Sign in with the one it was sent to.';
  end if;
  case coalesce(private.invitation_state(invitation), 'withdrawn')
    when 'accepted' then
      raise sqlstate 'PT410' using message = 'This invitation was used already.';
    when 'withdrawn' then
      raise sqlstate 'PT410' using message = 'This invitation was withdrawn.';
    when 'expired' then
      raise sqlstate 'PT410' using message = 'This invitation has expired. Ask for a new one.';
    else
      null;
  end case;
  update public.organization_invitations i set accepted_at = now(), accepted_by = person where i.id = invitation.id;
  insert into public.profiles (user_id) values (person) on conflict (user_id) do nothing;
  -- Whoever got in by another way keeps the role they have.
  insert into public.organization_members (org_id, user_id, role) values (invitation.org_id, person, invitation.role)
  on conflict (org_id, user_id) do nothing;
  select m.* into member from public.organization_members m
  where m.org_id = invitation.org_id and m.user_id = person;
  return member;
end;
$$;
comment on function public.accept_invitation is 'Join the organization that a link invites to, with the address it was sent to. Once.';

-- Leaving for good --------------------------------------------------------------------------------------------------------

create function public.delete_organization(org_id uuid, typed_name text) returns public.organizations
language plpgsql security definer set search_path = '' as $$
declare
  own public.member_role := private.locked_role(delete_organization.org_id);
  gone public.organizations;
begin
  if own is distinct from 'owner' then
    raise sqlstate '42501' using message = 'Only owners delete an organization.';
  end if;
  delete from public.organizations o
  where o.id = delete_organization.org_id and o.name = btrim(delete_organization.typed_name)
  returning o.* into gone;
  if gone.id is null then
    raise sqlstate '23514' using message = 'Type the organization''s name exactly as it is.';
  end if;
  return gone;
end;
$$;
comment on function public.delete_organization is 'Delete an organization with everything in it, its name typed as proof.';

create function public.delete_account() returns void
language plpgsql security definer set search_path = '' as $$
declare
  person uuid := private.person_id();
  own record;
begin
  if person is null then
    raise sqlstate '42501' using message = 'Sign in to delete your account.';
  end if;
  for own in
    -- In one order for everybody, so that no two who leave wait for each other.
    select o.id, o.name from public.organizations o
    where o.id = any (private.org_ids('viewer')) order by o.id for no key update
  loop
    if not exists (
      select from public.organization_members m where m.org_id = own.id and m.user_id <> person
    ) then
      delete from public.organizations o where o.id = own.id;
    elsif not exists (
      select from public.organization_members m where m.org_id = own.id and m.user_id <> person and m.role = 'owner'
    ) then
      raise sqlstate 'PT409' using message = format(
        'You are the only owner of "%s". Make somebody else an owner, or delete the organization, before you go.', own.name);
    end if;
    delete from public.organization_members m where m.org_id = own.id and m.user_id = person;
  end loop;
  -- Profile, preferences and settings hang on the account; what the person made for others stays, without a name.
  delete from auth.users u where u.id = person;
end;
$$;
comment on function public.delete_account is
  'Delete the caller''s account, and the organizations that had no other member.';

-- Addresses that were somebody's --------------------------------------------------------------------------------------------

create table private.released_slugs (
  slug        text primary key,
  released_at timestamptz not null
);
alter table private.released_slugs enable row level security;
revoke all on private.released_slugs from public, anon, authenticated, service_role;
comment on table private.released_slugs is 'Slugs of deleted organizations: nobody else gets their addresses for 90 days.';

create function private.release_slug() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.released_slugs s where s.released_at < now() - interval '90 days';
  insert into private.released_slugs (slug, released_at) values (old.slug, now())
  on conflict (slug) do update set released_at = excluded.released_at;
  return null;
end;
$$;
create trigger release_slug after delete on public.organizations
  for each row execute function private.release_slug();

create function private.avoid_released_slug() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (
    select from private.released_slugs s where s.slug = new.slug and s.released_at > now() - interval '90 days'
  ) then
    -- Links, bookmarks and caches still mean the former holder.
    new.slug := new.slug || '-' || substr(md5(gen_random_uuid()::text), 1, 6);
  end if;
  return new;
end;
$$;
create trigger avoid_released_slug before insert on public.organizations
  for each row execute function private.avoid_released_slug();
