import './account.css';
import { signal } from '@preact/signals';
import { Account } from './account/account.jsx';
import { currentOrganization, rememberOrganization } from './lib/current_organization.js';
import { mount } from './lib/mount.js';
import { endIfOver, requireSession } from './lib/session.js';
import { mountOrganizations, mountPerson } from './lib/shell.jsx';
import { supa } from './lib/supa.js';
import { listMyOrganizations } from './lib/tables/organizations.js';
import { readProfile } from './lib/tables/profiles.js';
import { readSettings } from './lib/tables/settings.js';
import { resource } from './lib/ui.jsx';

const session = await requireSession();
const organizations = signal([]);

/** The account as it is now: the session on this device may know an older address. */
async function refreshUser() {
  const { data, error } = await supa.auth.getUser();
  if (error) await endIfOver(error);
  else session.user = data.user;
}

const profile = resource(async () => {
  const [mine, all] = await Promise.all([readProfile(session.user.id), listMyOrganizations(session.user.id), refreshUser()]);
  organizations.value = all;
  mountPerson(session, mine.display_name);
  mountOrganizations({
    organizations: all,
    current: currentOrganization(all),
    onChoose: ({ id }) => { rememberOrganization(id); location.assign('/dashboard'); },
  });
  return mine;
});
const settings = resource(() => readSettings(session.user.id));

mountPerson(session);
await Promise.all([profile.load(), settings.load()]);
mount(<Account profile={profile} settings={settings} organizations={organizations} session={session} />, document.getElementById('app'));
