/* The site, its organization and the caller's role in it. */
import { supa } from '../../lib/supa.js';
import { rowOf, rowsOf } from '../../lib/problems.js';
import { listMyVisits } from '../../lib/tables/support.js';

const SITE = 'id, org_id, name, slug, theme, seo, head_code, domain, published_at, published_url, published_deployment_id, '
  + 'organizations (id, name, slug)';
/** With everybody's role in the organization: one question less before the builder can open. */
const WITH_ROLES = SITE.replace('slug)', 'slug, organization_members (user_id, role))');

export const readSite = (id) => rowOf(
  supa.from('sites').select(WITH_ROLES).eq('id', id),
  'This site does not exist, or you are not a member of its organization.',
);

/** {role, visit}: whoever sees the site without belonging to its organization looks in as support. */
export async function standingIn({ org_id: orgId, organizations }, userId) {
  const member = organizations.organization_members.find(({ user_id }) => user_id === userId);
  if (member) return { role: member.role, visit: null };
  const visits = await listMyVisits(userId);
  return { role: 'viewer', visit: visits.find(({ org_id }) => org_id === orgId) ?? null };
}

export const saveTheme = (id, theme) => rowOf(supa.from('sites').update({ theme }).eq('id', id).select(SITE));

export const saveSite = (id, fields) => rowOf(supa.from('sites').update(fields).eq('id', id).select(SITE));

export async function nameOf(userId) {
  if (!userId) return 'Somebody';
  const rows = await rowsOf(supa.from('profiles').select('display_name').eq('user_id', userId)).catch(() => []);
  return rows[0]?.display_name || 'Somebody';
}
