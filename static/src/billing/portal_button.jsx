import { useState } from 'preact/hooks';
import external from 'icon:external-link';
import { api } from '../lib/api.js';
import { asProblem } from '../lib/problems.js';
import { Icon, toastProblem } from '../lib/ui.jsx';

/** Opens Stripe's portal for cards, bills and the end of a subscription. */
export function PortalButton({ organization, flow = null, children }) {
  const [busy, setBusy] = useState(false);
  const open = async () => {
    setBusy(true);
    try {
      const { url } = await api('/api/billing/portal', { method: 'POST', body: { org_id: organization.id, flow } });
      location.assign(url);
    } catch (error) {
      toastProblem(asProblem(error));
      setBusy(false);
    }
  };
  return <button type="button" class="btn btn-sm" disabled={busy} aria-busy={busy} onClick={open}><Icon of={external} />{children}</button>;
}
