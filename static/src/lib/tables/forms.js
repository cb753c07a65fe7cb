/* What visitors sent, which forms there are, and who else is told. */
import { api } from '../api.js';
import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const COLUMNS = 'id, site_id, form, path, fields, files, state, note, created_at';
const HOOKS = 'id, site_id, form, url, created_at';
const DELIVERIES = 'id, site_id, hook_id, submission_id, state, attempts, status, problem, next_at, created_at, ended_at';
const STATES = { inbox: ['new', 'read'], unread: ['new'], spam: ['spam'], deleted: ['deleted'] };

/** Newest first; `before` is the last one already shown. */
export function listSubmissions(orgId, { view, site, form, words }, { before, limit, signal } = {}) {
  const from = words ? supa.rpc('find_submissions', { org_id: orgId, words }) : supa.from('form_submissions');
  let query = from.select(COLUMNS).eq('org_id', orgId).in('state', STATES[view])
    .order('created_at', { ascending: false }).order('id').limit(limit);
  if (site) query = query.eq('site_id', site);
  if (form) query = query.eq('form', form);
  if (before) query = query.or(`created_at.lt."${before.created_at}",and(created_at.eq."${before.created_at}",id.gt.${before.id})`);
  if (signal) query = query.abortSignal(signal);
  return rowsOf(query);
}

/** How many nobody has read yet. */
export async function countUnread(orgId) {
  const { count, error } = await supa.from('form_submissions').select('id', { count: 'exact', head: true }).eq('org_id', orgId).eq('state', 'new');
  return error ? 0 : count ?? 0;
}

export function setState(ids, state) {
  return rowsOf(supa.from('form_submissions').update({ state }).in('id', ids).select('id'));
}

export function setNote(id, note) {
  return rowOf(supa.from('form_submissions').update({ note }).eq('id', id).select('note'));
}

/** For good; its files follow within minutes. */
export function deleteSubmissions(ids) {
  return rowsOf(supa.from('form_submissions').delete().in('id', ids).select('id'));
}

export async function readAttachment(path) {
  const { data, error } = await supa.storage.from('submissions').download(path);
  if (error) throw error;
  return data;
}

/** Every form of every site: [{site_id, form, definition, retired_at}]. */
export function listForms(orgId) {
  return rowsOf(supa.from('published_forms').select('site_id, host, form, definition, retired_at').eq('org_id', orgId).order('form'));
}

/** What holds this mail address, in all sites. */
export function submissionsOf(orgId, email) {
  return rowsOf(supa.rpc('submissions_of', { org_id: orgId, email }).select(COLUMNS).order('created_at', { ascending: false }).limit(1000));
}

/** How many were deleted for good. */
export function eraseSubmissions(orgId, email) {
  return rowsOf(supa.rpc('erase_submissions', { org_id: orgId, email }));
}

export const setRetention = (siteId, days) => rowOf(supa.from('sites').update({ form_retention_days: days }).eq('id', siteId).select('id, form_retention_days'));
export const listRetention = (orgId) => rowsOf(supa.from('sites').select('id, name, form_retention_days').eq('org_id', orgId).order('name'));

export const listHooks = (orgId) => rowsOf(supa.from('form_hooks').select(HOOKS).eq('org_id', orgId).order('created_at'));
export const deleteHook = (id) => rowOf(supa.from('form_hooks').delete().eq('id', id).select('id'));
export const testHook = (id) => rowOf(supa.rpc('test_form_hook', { hook_id: id }).select('id'));
/** Its secret is in the answer, this once. */
export const makeHook = (hook) => api('/api/form-hooks', { method: 'POST', body: hook });

export function listDeliveries(orgId, siteId) {
  return rowsOf(supa.from('form_deliveries').select(DELIVERIES).eq('org_id', orgId).eq('site_id', siteId).order('created_at', { ascending: false }).limit(50));
}
export const retryDelivery = (id) => rowOf(supa.rpc('retry_form_delivery', { delivery_id: id }).select('id'));
