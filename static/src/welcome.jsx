import { runAuthForm } from './lib/auth_form.js';
import { rememberOrganization } from './lib/current_organization.js';
import { leave } from './lib/leave.jsx';
import { requireSession } from './lib/session.js';
import { createOrganization, listMyOrganizations } from './lib/tables/organizations.js';

const session = await requireSession();

document.getElementById('sign-out').addEventListener('click', () => leave());
// Somebody who has one already may be here to make another.
listMyOrganizations(session.user.id).then((mine) => { document.getElementById('back').hidden = mine.length === 0; }, () => {});

runAuthForm(async ({ organization }) => {
  const { id } = await createOrganization(organization.trim());
  rememberOrganization(id);
  location.replace('/dashboard?new=1');
});
