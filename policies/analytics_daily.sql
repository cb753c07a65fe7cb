revoke all on public.analytics_daily from public, anon, authenticated, service_role;
-- Nothing is granted to anybody: members ask a function for a site's report.
