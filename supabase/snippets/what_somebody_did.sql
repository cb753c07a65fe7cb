-- What one person did: put their id in the place of the zeros.
select l.created_at, o.name as organization, l.action, l.object_type, l.object_label
from public.activity_logs l
join public.organizations o on o.id = l.org_id
where l.actor_id = '00000000-0000-0000-0000-000000000000'
order by l.created_at desc
limit 200;
