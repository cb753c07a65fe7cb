-- The demo organization for a local run, with one person for each role. Password of all: roseram-demo
-- Hosted projects never run this file. The demo site is planted by demo_site.mjs.

-- Their site is "Hearth & Crumb", so these are the people behind the counter.
with people (id, email, display_name) as (
  values
    ('0e000000-0000-4000-8000-000000000001'::uuid, 'olive@example.com', 'Olive Hart'),
    ('0e000000-0000-4000-8000-000000000002'::uuid, 'adam@example.com', 'Adam Reyes'),
    ('0e000000-0000-4000-8000-000000000003'::uuid, 'eddie@example.com', 'Eddie Novak'),
    ('0e000000-0000-4000-8000-000000000004'::uuid, 'mia@example.com', 'Mia Tanaka'),
    ('0e000000-0000-4000-8000-000000000005'::uuid, 'vera@example.com', 'Vera Lindqvist')
), accounts as (
  insert into auth.users (
    id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data
  )
  select
    id, 'authenticated', 'authenticated', email,
    '$2b$10$SZyfI6JTLxRZcOOKn0zGeuPLEXbjkPrSPvG2W1PgPwagBy7pPmsWC', now(),
    '{"provider": "email", "providers": ["email"]}', jsonb_build_object('display_name', display_name)
  from people
  on conflict (id) do nothing
  returning id, email
)
insert into auth.identities (id, provider, provider_id, user_id, identity_data)
select
  id, 'email', id::text, id, jsonb_build_object('sub', id::text, 'email', email, 'email_verified', true)
from accounts;

-- On the largest plan, so that nothing stands in the way of trying.
insert into public.organizations (id, name, slug, plan)
values ('0a000000-0000-4000-8000-000000000001', 'Hearth & Crumb', 'hearth-crumb', 'business')
on conflict (id) do nothing;

insert into public.organization_members (org_id, user_id, role)
select '0a000000-0000-4000-8000-000000000001', u.id, member.role::public.member_role
from (
  values
    ('olive@example.com', 'owner'),
    ('adam@example.com', 'admin'),
    ('eddie@example.com', 'editor'),
    ('mia@example.com', 'member'),
    ('vera@example.com', 'viewer')
) as member (email, role)
join auth.users u on u.email = member.email
on conflict (org_id, user_id) do nothing;
