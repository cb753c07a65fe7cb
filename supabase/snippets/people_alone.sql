-- People who signed up and belong to no organization.
select u.id, u.email, u.email_confirmed_at
from auth.users u
where not exists (select from public.organization_members m where m.user_id = u.id)
order by u.email_confirmed_at desc nulls last
limit 200;
