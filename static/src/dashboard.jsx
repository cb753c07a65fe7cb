import { signal } from '@preact/signals';
import './dashboard.css';
import { Dashboard } from './dashboard/dashboard.jsx';
import { currentOrganization, rememberOrganization } from './lib/current_organization.js';
import { mount } from './lib/mount.js';
import { requireSession } from './lib/session.js';
import { mountOrganizations, mountPerson } from './lib/shell.jsx';
import { listMyOrganizations } from './lib/tables/organizations.js';
import { listRecentEdits } from './lib/tables/pages.js';
import { readNames } from './lib/tables/profiles.js';
import { listSites } from './lib/tables/sites.js';
import { resource } from './lib/ui.jsx';

const session = await requireSession();
const organization = signal(null);

/** Everything at once: each question is one round trip, and none needs the answer of another. */
const overview = resource(async () => {
  const [organizations, sites, edits, names] = await Promise.all([
    listMyOrganizations(session.user.id), listSites(), listRecentEdits(), readNames(),
  ]);
  if (!organizations.length) {
    location.replace('/welcome');
    return new Promise(() => {});
  }
  organization.value = currentOrganization(organizations);
  showShell(organizations, names);
  return { organizations, sites, edits, names };
});

function showShell(organizations, names) {
  mountPerson(session, names.get(session.user.id));
  mountOrganizations({ organizations, current: organization.value, onChoose: (each) => chooseOrganization(each, organizations, names) });
}

function chooseOrganization(chosen, organizations, names) {
  rememberOrganization(chosen.id);
  organization.value = chosen;
  showShell(organizations, names);
}

mountPerson(session);
const loading = overview.load();
await Promise.race([loading, new Promise((resolve) => { setTimeout(resolve, 4000); })]);
// Until the first answer the skeleton of the page itself stays.
mount(<Dashboard overview={overview} organization={organization} />, document.getElementById('app'));
