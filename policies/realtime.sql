-- Where Supabase has Realtime, a page has a private channel, page:<id>, on which builders tell each other when to look
-- again. Nothing that it carries is believed: who is there and what is new, report_presence says.
do $$
begin
  if to_regclass('realtime.messages') is null then
    return;
  end if;
  drop policy if exists "members hear the channels of their pages" on realtime.messages;
  create policy "members hear the channels of their pages" on realtime.messages for select to authenticated
    using (extension in ('broadcast', 'presence') and exists (
      select 1 from public.pages p
      where p.id = private.page_of_topic((select realtime.topic()))
        and p.org_id = any ((select private.joined_org_ids())::uuid[])));

  drop policy if exists "members speak on the channels of their pages" on realtime.messages;
  create policy "members speak on the channels of their pages" on realtime.messages for insert to authenticated
    with check (extension in ('broadcast', 'presence') and exists (
      select 1 from public.pages p
      where p.id = private.page_of_topic((select realtime.topic()))
        and p.org_id = any ((select private.joined_org_ids())::uuid[])));
end;
$$;
