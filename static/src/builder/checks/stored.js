/* What the checks read of a site from the database. */
import { rowsOf } from '../../lib/problems.js';
import { supa } from '../../lib/supa.js';
import { listAssets } from '../data/assets.js';

const AT_ONCE = 20;

/** Reads pages some at a time, in the order they will be asked for. */
export function pageReader(ids) {
  let rows = new Map();
  return async (id) => {
    if (!rows.has(id)) {
      const wanted = ids.slice(ids.indexOf(id), ids.indexOf(id) + AT_ONCE);
      const found = await rowsOf(supa.from('pages').select('id, html, js').in('id', wanted));
      rows = new Map(found.map((row) => [row.id, row]));
    }
    return rows.get(id) ?? { html: '', js: '' };
  };
}

/** address → size of every picture of an organization; empty when it cannot be read. */
export async function bytesOfPictures(orgId) {
  const pictures = await listAssets(orgId).catch(() => []);
  return new Map(pictures.map(({ src, size }) => [src, size]));
}
