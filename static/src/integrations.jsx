import './integrations.css';
import { Integrations } from './integrations/integrations.jsx';
import { mount } from './lib/mount.js';
import { atLeast } from './lib/roles.js';
import { requireSession } from './lib/session.js';
import { mountPerson, openShell } from './lib/shell.jsx';
import { listIntegrations, listLeftovers } from './lib/tables/integrations.js';
import { resource } from './lib/ui.jsx';

const session = await requireSession();

const screen = resource(async () => {
  const { organization, names } = await openShell(session);
  const mayManage = atLeast(organization.role, 'admin');
  const [integrations, leftovers] = mayManage ? await Promise.all([listIntegrations(organization.id), listLeftovers(organization.id)]) : [[], []];
  return { organization, names, mayManage, integrations, leftovers };
});

mountPerson(session);
await screen.load();
mount(<Integrations screen={screen} />, document.getElementById('app'));
