-- Whether an invitation's mail left, and which files belong to nobody any more.

alter table public.organization_invitations add column mailed_at timestamptz;
comment on column public.organization_invitations.mailed_at is
  'When the mail server took the mail of the present link; null: not yet, or it refused.';

create or replace function public.resend_invitation(invitation_id uuid, token_hash text)
returns public.organization_invitations
language plpgsql security definer set search_path = '' as $$
declare
  invitation public.organization_invitations :=
    private.own_invitation(resend_invitation.invitation_id, 'send invitations again');
begin
  perform private.count_mail(invitation.org_id, invitation.email);
  perform private.set_token(invitation.id, resend_invitation.token_hash);
  update public.organization_invitations i
  set expires_at = now() + interval '7 days', sent_at = now(), sent_count = i.sent_count + 1, mailed_at = null
  where i.id = invitation.id returning i.* into invitation;
  return invitation;
end;
$$;

create function public.record_invitation_mail(invitation_id uuid, sent_count integer) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  -- Of two mails that are on their way at once only the later one holds a link that works.
  update public.organization_invitations i set mailed_at = now()
  where i.id = record_invitation_mail.invitation_id and i.sent_count = record_invitation_mail.sent_count;
  return found;
end;
$$;
comment on function public.record_invitation_mail is
  'The mail server took the mail of an invitation. False: another link has been made since.';

create function public.orphaned_files() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  names text[] := '{}';
begin
  -- Storage keeps its rows in the vendor's schema, where no foreign key of ours reaches; some databases have none.
  if to_regclass('storage.objects') is not null then
    execute
      'select coalesce(array_agg(o.name), ''{}'') from (
         select o.name from storage.objects o
         where o.bucket_id = ''assets'' and not exists (
           select from public.organizations g where g.id::text = split_part(o.name, ''/'', 1))
         limit 500) o'
    into names;
  end if;
  return jsonb_build_object('names', names);
end;
$$;
comment on function public.orphaned_files is 'Pictures whose organization was deleted; the worker removes them.';
