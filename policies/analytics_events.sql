revoke all on public.analytics_events from public, anon, authenticated, service_role;
revoke all on sequence public.analytics_events_id_seq from public, anon, authenticated, service_role;
-- Nothing is granted to anybody: single visits are nobody's reading. Reports are made of them by functions.
