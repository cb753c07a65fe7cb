-- How large the tables are, and which are read from end to end.
select relname as "table", n_live_tup as "rows", pg_size_pretty(pg_total_relation_size(relid)) as room,
  seq_scan as whole_reads, idx_scan as reads_by_index, last_autovacuum
from pg_stat_user_tables
where schemaname in ('public', 'private')
order by pg_total_relation_size(relid) desc
limit 40;
