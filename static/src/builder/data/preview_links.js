/* Links that show a preview to somebody without an account. Flask seals the address, the database decides the rest. */
import { api } from '../../lib/api.js';
import { supa } from '../../lib/supa.js';
import { Problem, rowOf, rowsOf } from '../../lib/problems.js';
import { ended } from './deployments.js';

/** Builds a preview of what is saved now; resolves with its deployment when it can be seen. */
export async function buildPreview(siteId) {
  const { id } = await api('/api/deployments', {
    method: 'POST', idempotencyKey: crypto.randomUUID(), body: { site_id: siteId, host: 'local', target: 'preview', message: 'Preview to share' },
  });
  const row = await ended(id);
  if (row.status === 'ready') return row;
  throw new Problem(row.error?.detail ?? 'The preview could not be built. Try again.', { code: 'not_built' });
}

export const shareLink = (fields) => api('/api/preview-links', { method: 'POST', body: fields });
/** With its address, which is in no table. */
export const linkWithAddress = (id) => api(`/api/preview-links/${id}`);
export const revokeLink = (id) => rowOf(supa.from('preview_links').delete().eq('id', id).select('id'));

export const listLinks = (siteId) => rowsOf(
  supa.from('preview_links').select('id, label, expires_at, created_at').eq('site_id', siteId).gt('expires_at', new Date().toISOString()).order('created_at', { ascending: false }).limit(50),
);
