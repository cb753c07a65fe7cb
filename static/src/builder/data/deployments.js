/* Publishing: asked of Flask, read from the database. */
import { api } from '../../lib/api.js';
import { supa } from '../../lib/supa.js';
import { rowOf, rowsOf } from '../../lib/problems.js';

const PAUSE_MS = 700;
const COLUMNS = 'id, host, target, status, message, progress, url, log, error, restored_from, sequence, created_at, finished_at, requested_by';

export const startPublish = ({ siteId, host, message, key }) => api('/api/deployments', {
  method: 'POST',
  idempotencyKey: key,
  body: { site_id: siteId, host, target: 'production', message },
});

export const cancelPublish = (id) => api(`/api/deployments/${id}/cancel`, { method: 'POST', body: {} });
export const restorePublish = (id) => api(`/api/deployments/${id}/restore`, { method: 'POST', body: {} });
export const readDeployment = (id) => rowOf(supa.from('deployments').select(COLUMNS).eq('id', id));

export const listDeployments = (siteId, limit = 8) => rowsOf(
  supa.from('deployments').select(COLUMNS).eq('site_id', siteId).eq('target', 'production').order('sequence', { ascending: false }).limit(limit),
);

const ENDED = new Set(['ready', 'error', 'canceled']);
export const isEnded = ({ status }) => ENDED.has(status);

/** Waits until a deployment has ended, well or not. */
export async function ended(id) {
  for (;;) {
    const row = await readDeployment(id);
    if (isEnded(row)) return row;
    await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
  }
}
