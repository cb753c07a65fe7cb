-- The floor everything else stands on: nobody may do anything that a file beside this one does not grant by name.
-- When this file changes, `make policies` applies all the others again.

-- Functions are revoked in functions.sql, tables each in their own file; what has no file stays closed here.
revoke all on all tables in schema public from public, anon, authenticated, service_role;
revoke all on all sequences in schema public from public, anon, authenticated, service_role;
revoke all on all tables in schema private from public, anon, authenticated, service_role;
revoke all on all sequences in schema private from public, anon, authenticated, service_role;

-- Hosted projects from before 2026-10-30 grant new objects to the API roles by themselves; the entries of the schemas
-- end that. PostgreSQL's own grant of new functions to PUBLIC ends only by an entry that names no schema.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

revoke all on schema private from public, anon;
grant usage on schema public to anon, authenticated, service_role;
-- Policies run as the person who asks, so they must find their predicates. The API exposes `public` alone.
grant usage on schema private to authenticated, service_role;
