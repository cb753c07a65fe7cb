import './ai.css';
import { Studio } from './ai/studio.jsx';
import { openOrganization } from './ai/studio.js';
import { config } from './lib/config.js';
import { currentOrganization, rememberOrganization } from './lib/current_organization.js';
import { mount } from './lib/mount.js';
import { asProblem } from './lib/problems.js';
import { requireSession } from './lib/session.js';
import { mountOrganizations, mountPerson } from './lib/shell.jsx';
import { listMyOrganizations } from './lib/tables/organizations.js';
import { listSites } from './lib/tables/sites.js';
import { Failed } from './lib/ui.jsx';

const session = await requireSession();
const place = document.getElementById('app');

function choose({ id }) {
  rememberOrganization(id);
  location.reload();
}

async function start() {
  const [organizations, sites] = await Promise.all([listMyOrganizations(session.user.id), listSites()]);
  if (!organizations.length) {
    location.replace('/welcome');
    return;
  }
  const current = currentOrganization(organizations);
  mountOrganizations({ organizations, current, onChoose: choose });
  openOrganization(current, sites.filter(({ org_id }) => org_id === current.id));
  mount(<Studio isOn={config.features.ai} />, place);
}

mountPerson(session);
start().catch((error) => mount(<Failed problem={asProblem(error)} onRetry={() => location.reload()} />, place));
