-- Comments: what the block looked like that one is about, and who has already been told.

alter table public.page_comments
  add column block_label text not null default '' check (private.is_plain_text(block_label, 120)),
  add column notified jsonb not null default '[]' check (jsonb_typeof(notified) = 'array');
comment on column public.page_comments.block_label is 'What the block was called, for when it is no longer there.';
comment on column public.page_comments.notified is 'Of the people it calls, those who have been told.';

create function public.take_comment_recipients(comment_id uuid)
returns table (email text, display_name text)
language plpgsql security definer set search_path = '' as $$
-- Whoever was told is never told again of the same comment, so one person cannot flood another's mailbox with it.
declare
  said public.page_comments;
begin
  select c.* into said from public.page_comments c where c.id = take_comment_recipients.comment_id for update;
  if said.id is null then
    raise sqlstate 'PT404' using message = 'There is no such comment.';
  end if;
  update public.page_comments c set notified = (
    select coalesce(jsonb_agg(distinct told.id), '[]') from jsonb_array_elements_text(said.notified || said.mentions) told (id)
  ) where c.id = said.id;
  return query
    select u.email::text, coalesce(p.display_name, '')::text
    from public.organization_members m
    join auth.users u on u.id = m.user_id
    left join public.profiles p on p.user_id = m.user_id
    left join public.user_settings s on s.user_id = m.user_id
    where m.org_id = said.org_id
      and said.mentions ? m.user_id::text
      and not said.notified ? m.user_id::text
      and m.user_id is distinct from said.created_by
      and coalesce(s.notifications ->> 'mentions', 'true') <> 'false';
end;
$$;
comment on function public.take_comment_recipients is
  'Those a comment calls who want mail and have not had it; from then on they count as told.';
