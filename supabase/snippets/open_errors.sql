-- Errors of every organization and of none, the most frequent of the last day first.
select e.source, left(e.message, 120) as message, e.times, e.release, e.first_seen_at, e.last_seen_at, o.name as organization
from public.error_logs e
left join public.organizations o on o.id = e.org_id
where e.state = 'open' and e.last_seen_at > now() - interval '1 day'
order by e.times desc
limit 100;
