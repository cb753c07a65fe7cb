import './billing.css';
import { Billing } from './billing/billing.jsx';
import { comeBack } from './billing/coming_back.js';
import { api } from './lib/api.js';
import { currentOrganization, rememberOrganization } from './lib/current_organization.js';
import { mount } from './lib/mount.js';
import { requireSession } from './lib/session.js';
import { openShell } from './lib/shell.jsx';
import { currentQuotas, listInvoices, overLimit, readSubscription } from './lib/tables/billing.js';
import { resource } from './lib/ui.jsx';

const session = await requireSession();
const asked = new URLSearchParams(location.search).get('org');
// Stripe sends people back to the organization they paid for, whichever they looked at last.
if (asked) rememberOrganization(asked);

const screen = resource(async () => {
  const { organizations, names } = await openShell(session);
  const organization = currentOrganization(organizations);
  if (organization.role !== 'owner') return { organization, names, isOwner: false };
  const standing = await comeBack(organization);
  const [offer, subscription, invoices, quotas, over] = await Promise.all([
    api('/api/billing/plans'), readSubscription(organization.id), listInvoices(organization.id), currentQuotas(organization.id), overLimit(organization.id),
  ]);
  const plan = standing?.plan ?? organization.plan;
  return { organization, names, isOwner: true, standing, offer, subscription, invoices, quotas, over, plan };
});

await screen.load();
mount(<Billing screen={screen} />, document.getElementById('app'));
