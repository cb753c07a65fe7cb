/* Visits of published sites: numbers come from functions, goals and links are rows. */
import { api } from '../api.js';
import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const GOAL = 'id, name, steps, created_at';

/** {totals, previous, days, panels, vitals, live, kept_from}; days are UTC, 'YYYY-MM-DD'. */
export function siteReport(siteId, { from, to, filters }) {
  return rowsOf(supa.rpc('site_report', { site_id: siteId, from_day: from, to_day: to, filters }));
}

/** {visitors, goals: [{id, name, steps, reached}], kept_from}: how many visitors reached each step. */
export function goalReport(siteId, { from, to, filters }) {
  return rowsOf(supa.rpc('goal_report', { site_id: siteId, from_day: from, to_day: to, filters }));
}

export const addGoal = (siteId, { name, steps }) => rowOf(supa.from('analytics_goals').insert({ site_id: siteId, name, steps }).select(GOAL));
export const deleteGoal = (id) => rowOf(supa.from('analytics_goals').delete().eq('id', id).select('id'));

/** When the site went live anew in these days. */
export function listPublishes(siteId, { from, to }) {
  return rowsOf(supa.from('deployments').select('id, message, finished_at')
    .eq('site_id', siteId).eq('target', 'production').eq('status', 'ready').neq('host', 'archive')
    .gte('finished_at', `${from}T00:00:00Z`).lte('finished_at', `${to}T23:59:59.999Z`).order('finished_at').limit(200));
}

export function listReportLinks(siteId) {
  return rowsOf(supa.from('analytics_links').select('id, label, expires_at').eq('site_id', siteId)
    .gt('expires_at', new Date().toISOString()).order('created_at', { ascending: false }).limit(50));
}

export const shareReport = (siteId, label) => api('/api/analytics/links', { method: 'POST', body: { site_id: siteId, label } });
/** With its address, which is in no table. */
export const reportLink = (id) => api(`/api/analytics/links/${id}`);
export const revokeReportLink = (id) => rowOf(supa.from('analytics_links').delete().eq('id', id).select('id'));

/** What whoever holds a link sees. */
export function sharedReport(token, { from, to, filters }) {
  return api('/api/analytics/shared', { method: 'POST', body: { token, from_day: from, to_day: to, filters } });
}
