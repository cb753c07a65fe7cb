import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const PAGE = 50;
const COLUMNS = 'id, source, message, detail, release, state, times, first_seen_at, last_seen_at, resolved_by, resolved_at';

/** Errors of an organization, the latest first; `before` is the last one already shown. */
export function listErrors(orgId, { state, before } = {}) {
  let query = supa.from('error_logs').select(COLUMNS).eq('org_id', orgId).eq('state', state)
    .order('last_seen_at', { ascending: false }).order('id').limit(PAGE);
  if (before) {
    query = query.or(`last_seen_at.lt."${before.last_seen_at}",and(last_seen_at.eq."${before.last_seen_at}",id.gt.${before.id})`);
  }
  return rowsOf(query);
}

listErrors.page = PAGE;

export function setErrorState(id, state) {
  return rowOf(supa.rpc('set_error_state', { error_id: id, state }));
}
