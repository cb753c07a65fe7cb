-- Before the first release: nobody's tables are long yet.
-- squawk-ignore-file require-concurrent-index-creation
-- What the AI wrote is kept as it lands, so that a killed server loses none of it, and forgotten after a year.

create function public.keep_generation(
  generation_id uuid,
  output jsonb,
  model text,
  input_tokens integer,
  output_tokens integer,
  cost_usd_ticks bigint
) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  -- What has ended stays as it ended: a late call changes nothing.
  update public.ai_generations g
  set output = keep_generation.output, model = keep_generation.model, input_tokens = keep_generation.input_tokens,
    output_tokens = keep_generation.output_tokens, cost_usd_ticks = keep_generation.cost_usd_ticks
  where g.id = keep_generation.generation_id and g.status = 'running';
  return found;
end;
$$;
comment on function public.keep_generation is
  'Put what has landed of a running question into the history, and what it has used so far; false once it has ended.';

create or replace function private.sweep_ai_generations(org_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  -- The service ends every question itself within fourteen minutes, so whoever asked this one was killed.
  longest constant interval := interval '15 minutes';
  lost public.ai_generations;
begin
  for lost in
    select g.* from public.ai_generations g
    where g.org_id = sweep_ai_generations.org_id and g.status = 'running' and g.created_at < now() - longest
    order by g.created_at
  loop
    -- As the service would have: what landed stays, the vendor's tokens count, and nothing is charged.
    perform public.settle_generation(
      lost.id, 'error', lost.output,
      jsonb_build_object(
        'code', 'interrupted', 'status', 503, 'detail', 'The server was restarted meanwhile. Nothing was charged.'),
      lost.model, lost.input_tokens, lost.output_tokens, lost.cost_usd_ticks, 0,
      least(extract(epoch from now() - lost.created_at) * 1000, 2147483647)::integer,
      'POST /api/ai/' || case lost.kind when 'edit' then 'edit' else 'generate-' || lost.kind end, 503);
  end loop;
end;
$$;
comment on function private.sweep_ai_generations is 'Ends the questions that nobody waits for any more: what landed stays, and the credits come back.';

create index ai_generations_old_idx on public.ai_generations (created_at)
  where not is_favorite and prompt <> 'Forgotten after a year.';

create function public.tidy_generations() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  asking uuid;
  forgotten integer;
begin
  for asking in
    select distinct g.org_id from public.ai_generations g
    where g.status = 'running' and g.created_at < now() - interval '15 minutes'
  loop
    perform private.sweep_ai_generations(asking);
  end loop;
  -- What it cost stays, for the books must agree; favourites stay until they are none.
  with old as (
    select g.id from public.ai_generations g
    where g.created_at < now() - interval '1 year' and not g.is_favorite and g.prompt <> 'Forgotten after a year.'
      and g.status <> 'running'
    order by g.created_at limit 1000
    for update skip locked
  ), gone as (
    update public.ai_generations g
    set prompt = 'Forgotten after a year.', output = null, error = null, settings = '{}'
    from old where old.id = g.id
    returning 1
  )
  select count(*)::integer into forgotten from gone;
  return jsonb_build_object('forgotten', forgotten);
end;
$$;
comment on function public.tidy_generations is
  'End the questions that nobody waits for any more, in every organization, and forget what was asked more than a year ago; how many were forgotten.';
