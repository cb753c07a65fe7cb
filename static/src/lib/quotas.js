/* Quotas in words: what they are called, how much is used, when that is worth a warning. */
export const QUOTAS = {
  sites: 'Sites',
  pages: 'Pages',
  members: 'Members',
  storage: 'Pictures',
  custom_domains: 'Custom domains',
  ai_credits: 'AI credits a month',
  deployments: 'Publishes a month',
};
const LIMIT_OF = { storage: 'storage_mb' };

/** 1536 of storage's bytes → "0 MB"; everything else is counted. */
export const amount = (metric, number) => (metric === 'storage' ? `${Math.round(number / 1048576).toLocaleString('en')} MB` : number.toLocaleString('en'));

/** Every quota of a plan with what is used of it, whether a row of it exists yet or not. */
export function quotasOf(plan, rows) {
  return Object.entries(QUOTAS).map(([metric, label]) => {
    const row = rows.find((each) => each.metric === metric);
    const limit = plan?.limits[LIMIT_OF[metric] ?? metric] ?? null;
    const allowed = row ? row.allowed : limit !== null && metric === 'storage' ? limit * 1048576 : limit;
    return { metric, label, used: row?.used ?? 0, allowed };
  });
}

/** 0, 80 or 100: what a warning says. */
export function warningOf({ used, allowed }) {
  if (!allowed) return 0;
  if (used >= allowed) return 100;
  return used * 10 >= allowed * 8 ? 80 : 0;
}
