import './analytics.css';
import { effect, signal, untracked } from '@preact/signals';
import { Analytics } from './analytics/analytics.jsx';
import { question } from './analytics/question.js';
import { rememberOrganization } from './lib/current_organization.js';
import { mount } from './lib/mount.js';
import { may } from './lib/rights.js';
import { requireSession } from './lib/session.js';
import { mountOrganizations, mountPerson } from './lib/shell.jsx';
import { listMyOrganizations } from './lib/tables/organizations.js';
import { readSite } from './lib/tables/sites.js';
import { goalReport, listPublishes, siteReport } from './lib/tables/visits.js';
import { resource } from './lib/ui.jsx';

const AGAIN_MS = 30_000;
const siteId = location.pathname.split('/')[2];
const session = await requireSession();
const publishes = signal([]);

const page = resource(async () => {
  const [site, organizations] = await Promise.all([readSite(siteId), listMyOrganizations(session.user.id)]);
  const organization = organizations.find(({ id }) => id === site.org_id);
  document.title = `Visitors of ${site.name} · Roseram Builder`;
  mountOrganizations({ organizations, current: organization, onChoose: ({ id }) => { rememberOrganization(id); location.assign('/dashboard'); } });
  return { site, organization, role: organization?.role ?? 'viewer' };
});
const report = resource(() => siteReport(siteId, question.value));
const goals = resource(() => goalReport(siteId, question.value));

function ask() {
  report.load();
  goals.load();
  // Marks only make the chart richer: without them it is as good.
  listPublishes(siteId, question.value).then((found) => { publishes.value = found; }, () => {});
}

mountPerson(session);
await page.load();
mount(<Analytics page={page} report={report} goals={goals} publishes={publishes} />, document.getElementById('app'));

effect(() => {
  const { state, value } = page.status.value;
  const asked = question.value;
  if (asked && state === 'loaded' && may(value.role, 'call', 'site_report')) untracked(ask);
});
setInterval(() => { if (!document.hidden && report.status.value.state === 'loaded') report.load({ quietly: true }); }, AGAIN_MS);
