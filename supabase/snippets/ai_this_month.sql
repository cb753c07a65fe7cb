-- What the AI was asked this month, and what it cost (the vendor's ticks are 10^-10 dollars).
select o.name, g.model, count(*) as questions, sum(g.credits) as credits,
  round(sum(g.cost_usd_ticks) / 1e10, 4) as dollars, count(*) filter (where g.status = 'error') as failed
from public.ai_generations g
join public.organizations o on o.id = g.org_id
where g.created_at >= date_trunc('month', now())
group by 1, 2
order by credits desc;
