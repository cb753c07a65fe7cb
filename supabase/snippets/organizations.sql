-- Organizations: who is in them, what they have, when they last published.
select o.name, o.slug, o.plan, o.created_at::date as since,
  (select count(*) from public.organization_members m where m.org_id = o.id) as people,
  (select count(*) from public.sites s where s.org_id = o.id) as sites,
  (select max(s.published_at) from public.sites s where s.org_id = o.id) as last_published
from public.organizations o
order by o.created_at desc
limit 200;
