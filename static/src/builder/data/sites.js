/* The site, its organization and the caller's role in it. */
import { supa } from '../../lib/supa.js';
import { rowOf, rowsOf } from '../../lib/problems.js';

const SITE = 'id, org_id, name, slug, theme, seo, head_code, domain, published_at, published_url, published_deployment_id, '
  + 'organizations (id, name, slug)';
/** With everybody's role in the organization: one question less before the builder can open. */
const WITH_ROLES = SITE.replace('slug)', 'slug, organization_members (user_id, role))');

export const readSite = (id) => rowOf(
  supa.from('sites').select(WITH_ROLES).eq('id', id),
  'This site does not exist, or you are not a member of its organization.',
);

export const roleIn = ({ organizations }, userId) => (
  organizations.organization_members.find((member) => member.user_id === userId)?.role ?? 'viewer'
);

export const saveTheme = (id, theme) => rowOf(supa.from('sites').update({ theme }).eq('id', id).select(SITE));

export const saveSite = (id, fields) => rowOf(supa.from('sites').update(fields).eq('id', id).select(SITE));

export async function nameOf(userId) {
  if (!userId) return 'Somebody';
  const rows = await rowsOf(supa.from('profiles').select('display_name').eq('user_id', userId)).catch(() => []);
  return rows[0]?.display_name || 'Somebody';
}
