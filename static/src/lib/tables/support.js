/* Visits of support: who of the operator's may look into an organization, until when and why. */
import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const VISIT = 'id, org_id, email, reason, opened_at, ends_at, closed_at, closed_by';

/** Those to an organization, for its owners and admins; the newest first. */
export function listVisits(orgId) {
  return rowsOf(supa.from('support_visits').select(VISIT).eq('org_id', orgId).order('opened_at', { ascending: false }).limit(100));
}

/** The ones nobody has closed, the longest first; which of them are over only the database's clock knows. */
export function listMyVisits(personId) {
  return rowsOf(supa.from('support_visits').select(VISIT).eq('user_id', personId).is('closed_at', null).order('ends_at', { ascending: false }).limit(100));
}

export function closeVisit(id) {
  return rowOf(supa.rpc('close_support_visit', { visit_id: id }));
}
