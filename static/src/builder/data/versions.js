/* The history of a page: read from the database, named and restored by its functions. */
import { supa } from '../../lib/supa.js';
import { rowOf, rowsOf } from '../../lib/problems.js';

const LISTED = 'id, page_id, version, kind, label, title, created_at, updated_at, created_by, profiles (display_name)';

export const listVersions = (pageId, limit = 200) => rowsOf(
  supa.from('page_versions').select(LISTED).eq('page_id', pageId)
    .order('version', { ascending: false }).order('created_at', { ascending: false }).limit(limit),
);

export const readVersion = (id) => rowOf(
  supa.from('page_versions').select(`${LISTED}, seo, html, css`).eq('id', id),
  'This version is no longer kept.',
);

export const nameVersion = (pageId, label) => rowOf(supa.rpc('create_checkpoint', { page_id: pageId, label }));
export const restoreVersion = (id) => rowOf(supa.rpc('restore_page_version', { version_id: id }));
