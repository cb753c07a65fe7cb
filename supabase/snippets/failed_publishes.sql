-- Publishes that failed in the last seven days, by what was said of them.
select d.host, d.error ->> 'code' as code, count(*) as times, count(distinct d.site_id) as sites,
  max(d.finished_at) as last
from public.deployments d
where d.status = 'error' and d.created_at > now() - interval '7 days'
group by 1, 2
order by times desc;
