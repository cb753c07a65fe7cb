import { mount } from './lib/mount.js';
import { requireSession } from './lib/session.js';
import { openShell } from './lib/shell.jsx';
import { listMembers } from './lib/tables/team.js';
import { resource } from './lib/ui.jsx';
import { OrganizationSettings } from './organization/settings.jsx';
import './settings.css';

const session = await requireSession();

const settings = resource(async () => {
  const { organization } = await openShell(session);
  const members = await listMembers(organization.id);
  return { organization, members, user: session.user };
});

await settings.load();
mount(<OrganizationSettings settings={settings} />, document.getElementById('app'));
