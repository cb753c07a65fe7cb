/* Reading goes straight to Supabase; asking for a publish goes through Flask. */
import { api, download } from '../api.js';
import { rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const LISTED = 'id, host, target, kind, status, message, progress, url, error, restored_from, requested_by, sequence, scheduled_for, time_zone, created_at, finished_at';
export const UNFINISHED = ['queued', 'building', 'uploading', 'processing'];

export function listDeployments(siteId, limit = 50) {
  return rowsOf(supa.from('deployments').select(LISTED).eq('site_id', siteId).order('sequence', { ascending: false }).limit(limit));
}

/** What people read when they ask how it went: the log, and what the host could not do. */
export async function readDeploymentLog(id) {
  const [row] = await rowsOf(supa.from('deployments').select('log, report').eq('id', id));
  return row ?? { log: [], report: [] };
}

/** Every published file and its digest, of these deployments. */
export async function readManifests(ids) {
  const rows = await rowsOf(supa.from('deployments').select('id, manifest').in('id', ids));
  return new Map(rows.map(({ id, manifest }) => [id, manifest ?? {}]));
}

/** What a publish to this host would change; the server builds the site to know. */
export function readChanges(siteId, host, signal) {
  return api(`/api/sites/${siteId}/changes/${host}`, { signal });
}

export function requestDeployment({ siteId, host = 'local', target = 'production', message = '', integrationId, consent = false, scheduledFor, timeZone }) {
  const body = {
    site_id: siteId, host, target, message, consent,
    ...(integrationId && { integration_id: integrationId }), ...(scheduledFor && { scheduled_for: scheduledFor, time_zone: timeZone }),
  };
  return api('/api/deployments', { method: 'POST', body, idempotencyKey: crypto.randomUUID() });
}

export function cancelDeployment(id) {
  return api(`/api/deployments/${id}/cancel`, { method: 'POST' });
}

export function restoreDeployment(id) {
  return api(`/api/deployments/${id}/restore`, { method: 'POST', idempotencyKey: crypto.randomUUID() });
}

export function promoteDeployment(id) {
  return api(`/api/deployments/${id}/promote`, { method: 'POST', idempotencyKey: crypto.randomUUID() });
}

export function unpublish(siteId, host) {
  return api(`/api/sites/${siteId}/unpublish`, { method: 'POST', body: { host }, idempotencyKey: crypto.randomUUID() });
}

export function downloadArchive(id, name) {
  return download(`/api/deployments/${id}/archive`, name);
}
