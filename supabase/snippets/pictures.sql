-- How much room the pictures of each organization take, and how many stand nowhere.
select o.name, count(*) as pictures, pg_size_pretty(sum(a.size)) as room, count(*) filter (where a.uses = 0) as unused
from public.assets a
join public.organizations o on o.id = a.org_id
group by o.id, o.name
order by sum(a.size) desc
limit 100;
