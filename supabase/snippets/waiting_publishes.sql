-- Publishes under way: how long they have waited, and which worker holds them until when.
select d.id, s.name as site, d.host, d.status, now() - d.created_at as since, l.worker, l.attempts, l.lease_until
from public.deployments d
join public.sites s on s.id = d.site_id
left join private.deployment_leases l on l.deployment_id = d.id
where d.status in ('queued', 'building', 'uploading', 'processing')
order by d.created_at;
