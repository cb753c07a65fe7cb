/* Reusable parts of the organization: components stay one thing wherever they are used, sections are copied. */
import { supa } from '../../lib/supa.js';
import { Problem, rowOf, rowsOf } from '../../lib/problems.js';

const LISTED = { components: 'id, name, html, css, uses, version, updated_at', sections: 'id, name, html, css, updated_at' };

/** table: 'components' or 'sections' */
export const listParts = (table, orgId) => rowsOf(supa.from(table).select(LISTED[table]).eq('org_id', orgId).order('name').limit(500));
export const addPart = (table, fields) => rowOf(supa.from(table).insert(fields).select(LISTED[table]));
export const renamePart = (table, id, name) => rowOf(supa.from(table).update({ name }).eq('id', id).select(LISTED[table]));
export const deletePart = (table, id) => rowOf(supa.from(table).delete().eq('id', id).select('id'));

/** → [{page_id, site_id, title, path, site, uses}] */
export const componentPages = (id) => rowsOf(supa.rpc('component_pages', { component_id: id }));
/** → [{page_id, title, path, is_edited, components: [names]}]: what the next publish changes. */
export const unpublishedChanges = (siteId) => rowsOf(supa.rpc('unpublished_changes', { site_id: siteId }));

export const readComponent = (id) => rowOf(
  supa.from('components').select(`${LISTED.components}, content`).eq('id', id),
  'This component no longer exists, or you may not see it.',
);

/** As with pages: a save names the version it was made from, and no row back means that somebody was faster. */
export async function changeComponent({ id, version, fields }) {
  const change = supa.from('components').update({ ...fields, version: version + 1 }).eq('id', id).eq('version', version).select(LISTED.components);
  const rows = await rowsOf(change).catch((problem) => {
    if (problem.code !== 'PT409') throw problem;
    return [];
  });
  if (rows.length) return rows[0];
  const theirs = await readComponent(id);
  if (theirs.version === version) {
    throw new Problem('Your role no longer allows changes to this component. Your work stays on this device.', { code: '42501', status: 403 });
  }
  // Our own save, whose answer was lost on the way.
  if (theirs.version === version + 1 && theirs.html === fields.html && theirs.css === fields.css) return theirs;
  throw Object.assign(new Problem('Somebody changed this component in the meantime.', { code: 'conflict', status: 409 }), { theirs });
}
