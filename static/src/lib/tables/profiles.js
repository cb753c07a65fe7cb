import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

/** user id → display name, for everybody I share an organization with. */
export async function readNames() {
  const people = await rowsOf(supa.from('profiles').select('user_id, display_name').limit(1000));
  return new Map(people.map(({ user_id, display_name }) => [user_id, display_name]));
}

export async function readProfile(personId) {
  const rows = await rowsOf(supa.from('profiles').select('user_id, display_name, avatar_url').eq('user_id', personId));
  return rows[0] ?? { user_id: personId, display_name: '', avatar_url: null };
}

export function changeDisplayName(personId, displayName) {
  return rowOf(supa.from('profiles').update({ display_name: displayName }).eq('user_id', personId).select('display_name'));
}
