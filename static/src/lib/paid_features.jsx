/* What of a site the plan does not include: it can be edited, and is told before a publish would be refused. */
import { useEffect, useState } from 'preact/hooks';
import { publishBlockers } from './tables/billing.js';

/** {plan, uses} of a site, or null while it is not known; the database decides again at the publish. */
export function useBlockers(siteId) {
  const [found, setFound] = useState(null);
  useEffect(() => { publishBlockers(siteId).then(setFound, () => {}); }, [siteId]);
  return found;
}

export function PaidFeatures({ blockers }) {
  if (!blockers?.uses.length) return null;
  return (
    <div class="notice notice-failed" role="alert">
      <div>
        <p>The {blockers.plan} plan can edit with this, and not publish it:</p>
        <ul>{blockers.uses.map(({ label, where }) => <li key={`${where} ${label}`}><a href={where}>{label}</a></li>)}</ul>
        <p>Take it out, or ask an owner for a larger plan. Previews and ZIP archives include it.</p>
      </div>
    </div>
  );
}
