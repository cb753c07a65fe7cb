import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const COLUMNS = 'notifications, default_org_id';

export async function readSettings(personId) {
  const rows = await rowsOf(supa.from('user_settings').select(COLUMNS).eq('user_id', personId));
  return rows[0] ?? { notifications: {}, default_org_id: null };
}

export function changeSettings(personId, changes) {
  return rowOf(supa.from('user_settings').update(changes).eq('user_id', personId).select(COLUMNS));
}
