import './invite.css';
import { Invitation } from './invite/invitation.jsx';
import { keepInvitation, takeToken } from './lib/invitation.js';
import { mount } from './lib/mount.js';
import { supa } from './lib/supa.js';
import { listMyOrganizations } from './lib/tables/organizations.js';
import { describeInvitation } from './lib/tables/team.js';
import { resource } from './lib/ui.jsx';

const token = takeToken();

const invitation = resource(async () => {
  const { data: { session } } = await supa.auth.getSession();
  const [offer, mine] = await Promise.all([readOffer(), session ? listMyOrganizations(session.user.id) : []]);
  if (offer) keepInvitation({ email: offer.email, organization: offer.organization });
  return { token, offer, session, isMember: mine.some(({ id, visit }) => id === offer?.org_id && !visit) };
});

/** Null: there is no such link, or it is no link at all. */
async function readOffer() {
  if (!token) return null;
  try {
    return await describeInvitation(token);
  } catch (problem) {
    if ([404, 422].includes(problem.status)) return null;
    throw problem;
  }
}

await invitation.load();
mount(<Invitation invitation={invitation} />, document.getElementById('app'));
// A second click in the mail changes only what stands behind the #.
window.addEventListener('hashchange', () => location.reload());
