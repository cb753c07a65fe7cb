/* Reading goes straight to Supabase; a token goes through Flask and never comes back. */
import { api } from '../api.js';
import { rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const LISTED = 'id, org_id, provider, label, account_label, team_id, method, scopes, last_four, state, problem, checked_at, created_by, created_at';
const post = (path, body) => api(path, { method: 'POST', body });

export function listIntegrations(orgId) {
  return rowsOf(supa.from('integrations').select(LISTED).eq('org_id', orgId).order('created_at'));
}

/** The accounts of every organization that I manage: row-level security shows no others. */
export function listMyIntegrations() {
  return rowsOf(supa.from('integrations').select('id, org_id, provider, label, account_label, state').order('created_at'));
}

/** Where a site lives at each host; editors see it, whoever may manage the account. */
export function listSiteHosts(siteId) {
  return rowsOf(supa.from('site_hosts').select('host, integration_id, project, domain, live, live_deployment_id, consented_at').eq('site_id', siteId));
}

/** Projects of deleted sites that are still to be removed at their hosts. */
export function listLeftovers(orgId) {
  return rowsOf(supa.from('host_leftovers').select('id, host, site_name, project, problem, created_at').eq('org_id', orgId).order('created_at'));
}

export const retryLeftover = (id) => rowsOf(supa.rpc('retry_leftover', { leftover_id: id }));
export const forgetLeftover = (id) => rowsOf(supa.rpc('forget_leftover', { leftover_id: id }));

const domainOf = (siteId, host) => `/api/sites/${siteId}/hosts/${host}/domain`;
export const attachDomain = (siteId, host, name) => post(domainOf(siteId, host), { name });
export const checkDomain = (siteId, host) => post(`${domainOf(siteId, host)}/check`);
export const detachDomain = (siteId, host) => api(domainOf(siteId, host), { method: 'DELETE' });

export const connectIntegration = (values) => post('/api/integrations', values);
export const testIntegration = (id) => post(`/api/integrations/${id}/test`);
export const renameIntegration = (id, label) => post(`/api/integrations/${id}/rename`, { label });
export const rotateIntegration = (id, token) => post(`/api/integrations/${id}/rotate`, { token });
export const disconnectIntegration = (id) => api(`/api/integrations/${id}`, { method: 'DELETE' });
export const beginGithub = (orgId) => api(`/api/integrations/github/connect?org_id=${orgId}`);
export const endGithub = (code, state) => post('/api/integrations/github/callback', { code, state });
