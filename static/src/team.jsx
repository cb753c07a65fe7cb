import { mount } from './lib/mount.js';
import { may } from './lib/rights.js';
import { requireSession } from './lib/session.js';
import { openShell } from './lib/shell.jsx';
import { listVisits } from './lib/tables/support.js';
import { listInvitations, listMembers } from './lib/tables/team.js';
import { resource } from './lib/ui.jsx';
import './team.css';
import { Team } from './team/team.jsx';

const session = await requireSession();

const team = resource(async () => {
  const { organization } = await openShell(session);
  const seesInvitations = may(organization.role, 'read', 'organization_invitations');
  const seesVisits = may(organization.role, 'read', 'support_visits');
  const [members, invitations, visits] = await Promise.all([
    listMembers(organization.id), seesInvitations ? listInvitations(organization.id) : [], seesVisits ? listVisits(organization.id) : [],
  ]);
  return { organization, members, invitations, visits, me: session.user.id };
});

await team.load();
mount(<Team team={team} />, document.getElementById('app'));
// What others do in the meantime shows when somebody comes back to the tab.
document.addEventListener('visibilitychange', () => { if (!document.hidden) team.load({ quietly: true }); });
