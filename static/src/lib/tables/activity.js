/* The activity log: only ever read, newest first, from one entry to the next. */
import { rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const COLUMNS = 'id, sequence, actor_kind, actor_id, actor_name, action, object_type, object_id, object_label, before, after, created_at, hash';

/** Midnight of that day here, as the database understands it; `days` later. */
function dayStart(day, days = 0) {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year, month - 1, date + days).toISOString();
}

function narrow(query, { person, kind, action, object, from, to }) {
  if (person === 'service' || person === 'operator') query = query.eq('actor_kind', person);
  else if (person) query = query.eq('actor_id', person);
  if (action) query = query.eq('action', action);
  else if (kind) query = query.eq('object_type', kind);
  if (object) query = query.eq('object_id', object);
  if (from) query = query.gte('created_at', dayStart(from));
  if (to) query = query.lt('created_at', dayStart(to, 1));
  return query;
}

/** The entries after (older than) the one numbered `before`. */
export function listActivity(orgId, filters, { before, limit, signal } = {}) {
  let query = narrow(supa.from('activity_logs').select(COLUMNS).eq('org_id', orgId), filters)
    .order('sequence', { ascending: false }).limit(limit);
  if (before) query = query.lt('sequence', before);
  if (signal) query = query.abortSignal(signal);
  return rowsOf(query);
}

/** {ok, entries, hash} or {ok: false, sequence, id}. */
export function verifyChain(orgId) {
  return rowsOf(supa.rpc('verify_activity_chain', { org_id: orgId }));
}

/** Those whom the filter offers; whoever has left is found through an entry of theirs. */
export async function listPeople(orgId) {
  const members = await rowsOf(supa.from('organization_members').select('user_id, profiles(display_name, avatar_url)').eq('org_id', orgId));
  return members
    .map(({ user_id, profiles }) => ({ id: user_id, name: profiles?.display_name || 'Somebody without a name', avatar_url: profiles?.avatar_url }))
    .sort((one, other) => one.name.localeCompare(other.name));
}
