import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';
import { listMyVisits } from './support.js';

/** My organizations by name, each with my role in it and whether it is the one I begin with; and with `visit` those that I
    only look into, as a viewer. */
export async function listMyOrganizations(personId) {
  const [organizations, memberships, settings] = await Promise.all([
    rowsOf(supa.from('organizations').select('id, name, slug, plan').order('name')),
    rowsOf(supa.from('organization_members').select('org_id, role').eq('user_id', personId)),
    rowsOf(supa.from('user_settings').select('default_org_id').eq('user_id', personId)),
  ]);
  const roles = new Map(memberships.map(({ org_id, role }) => [org_id, role]));
  const first = settings[0]?.default_org_id;
  // Whoever sees one without belonging to it is there as support.
  const visits = organizations.every(({ id }) => roles.has(id)) ? [] : await listMyVisits(personId);
  const visitOf = (id) => (roles.has(id) ? undefined : visits.find(({ org_id }) => org_id === id));
  return organizations.map((each) => ({ ...each, role: roles.get(each.id) ?? 'viewer', visit: visitOf(each.id), is_default: each.id === first }))
    .filter(({ id, visit }) => roles.has(id) || visit);
}

/** Where I begin on every device; null: wherever I was last. */
export function changeDefaultOrganization(personId, orgId) {
  return rowOf(supa.from('user_settings').update({ default_org_id: orgId }).eq('user_id', personId).select('default_org_id'));
}

/** The caller becomes its owner. */
export function createOrganization(name) {
  return rowOf(supa.rpc('create_organization', { name }));
}

export function renameOrganization(id, name) {
  return rowOf(supa.from('organizations').update({ name }).eq('id', id).select('name'));
}

/** With everything in it; the name is the proof that it is meant. */
export function deleteOrganization(id, typedName) {
  return rowOf(supa.rpc('delete_organization', { org_id: id, typed_name: typedName }));
}
