/* The pages table, as the builder uses it. Every change names the version it was made from. */
import { sendWritten, supa } from '../../lib/supa.js';
import { Problem, rowOf, rowsOf } from '../../lib/problems.js';
import { jsonOf } from './page_json.js';

const LISTED = 'id, org_id, site_id, path, title, seo, status, version, position, old_paths, updated_at, updated_by';
const WHOLE = `${LISTED}, content, html, css, js`;

export const listPages = (siteId) => rowsOf(
  supa.from('pages').select(LISTED).eq('site_id', siteId).order('position').order('path'),
);

export const readPage = (id) => rowOf(
  supa.from('pages').select(WHOLE).eq('id', id),
  'This page no longer exists, or you may not see it.',
);

export const addPage = (fields) => rowOf(supa.from('pages').insert(fields).select(WHOLE));

/**
 * Saves `fields` of the page that was read as `version`. No row back means that somebody else saved, with one
 * exception: our own save whose answer was lost on the way, which is recognised by what it holds.
 */
export async function changePage({ id, version, fields, by }) {
  let rows;
  try {
    const query = supa.from('pages').update({}).eq('id', id).eq('version', version).select(LISTED);
    rows = await rowsOf(sendWritten(query, jsonOf({ ...fields, version: version + 1 })));
  } catch (problem) {
    if (problem.code !== 'PT409') throw problem;
    rows = [];
  }
  if (rows.length) return rows[0];
  const theirs = await readPage(id);
  const isOurs = theirs.updated_by === by && theirs.version === version + 1
    && ['html', 'css', 'title', 'path'].every((name) => fields[name] === undefined || fields[name] === theirs[name]);
  if (isOurs) return theirs;
  if (theirs.version === version) {
    throw new Problem('Your role no longer allows changes to this page. Your work stays on this device.', { code: '42501', status: 403 });
  }
  throw Object.assign(new Problem('Somebody saved this page in the meantime.', { code: 'conflict', status: 409 }), { theirs });
}
