import { rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const PERMANENT = '1970-01-01';

/** The first day of this month in UTC: then monthly quotas begin anew. */
export const thisMonth = () => `${new Date().toISOString().slice(0, 7)}-01`;

/** What is used of each quota now; a quota nobody has touched has no row. */
export function listQuotas(orgId) {
  return rowsOf(supa.from('usage_quotas').select('metric, used, allowed, period').eq('org_id', orgId).in('period', [PERMANENT, thisMonth()]));
}

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
