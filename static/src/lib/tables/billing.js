import { rowsOf } from '../problems.js';
import { supa } from '../supa.js';

/** {starts, ends, quotas: [{metric, used, allowed}]}: the days of the monthly period; a quota nobody has touched is not listed. */
export const currentQuotas = (orgId) => rowsOf(supa.rpc('current_quotas', { org_id: orgId }));

/** What an organization pays for, or null; owners only. */
export async function readSubscription(orgId) {
  const rows = await rowsOf(supa.from('subscriptions').select().eq('org_id', orgId));
  return rows[0] ?? null;
}

export function listInvoices(orgId) {
  return rowsOf(supa.from('invoices').select().eq('org_id', orgId).order('created_at', { ascending: false }).limit(24));
}

/** {sites, pages}: what is read-only because the plan became smaller. */
export const overLimit = (orgId) => rowsOf(supa.rpc('over_limit_content', { org_id: orgId }));

/** [{day, user_id, kind, calls, units}] */
export const usageByDay = (orgId, since) => rowsOf(supa.rpc('usage_by_day', { org_id: orgId, since }));

/** {plan, uses: [{feature, label, where}]}: what stops a publish. */
export const publishBlockers = (siteId) => rowsOf(supa.rpc('publish_blockers', { site_id: siteId }));
