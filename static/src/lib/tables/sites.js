import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const LISTED = 'id, org_id, name, slug, theme, published_at, published_url, created_at, updated_at';
const WHOLE = `${LISTED}, seo, head_code, domain, published_deployment_id, analytics, suspended_at, suspended_for`;

/** Every site of every organization I am in, newest change first. */
export function listSites() {
  return rowsOf(supa.from('sites').select(LISTED).order('updated_at', { ascending: false }).limit(1000));
}

export function readSite(id) {
  return rowOf(supa.from('sites').select(WHOLE).eq('id', id), 'There is no such site, or you are not a member of its organization.');
}

/** The site and all its pages, or nothing. Without a slug the database makes one from the name. */
export function createSite({ id, orgId, name, slug, theme = {}, seo = {}, headCode = '', pages }) {
  const values = { id, org_id: orgId, name, theme, seo, head_code: headCode, pages, ...(slug && { slug }) };
  return rowOf(supa.rpc('create_site', values).select(LISTED));
}

export function changeSite(id, changes) {
  return rowOf(supa.from('sites').update(changes).eq('id', id).select(WHOLE));
}

/** Its pages, their history and its deployments go with it. */
export function deleteSite(id) {
  return rowOf(supa.from('sites').delete().eq('id', id).select('id'));
}
