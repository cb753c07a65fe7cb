/* What is a person's own: how they appear, what they prefer, how they get in, and how they leave. */
import { Async } from '../lib/ui.jsx';
import { Email } from './email.jsx';
import { Leaving } from './leaving.jsx';
import { Looks } from './looks.jsx';
import { Password } from './password.jsx';
import { Profile } from './profile.jsx';
import { Settings } from './settings.jsx';

const BONE = <span class="bone bone-block" />;

export function Account({ profile, settings, organizations, session }) {
  const { user } = session;
  return (
    <>
      <div class="page-head"><div><h1>Account</h1><p>{user.email}</p></div></div>
      <div class="stack settings">
        <Async of={profile} skeleton={BONE}>{(mine) => <Profile profile={profile} mine={mine} session={session} />}</Async>
        <Looks personId={user.id} />
        <Async of={settings} skeleton={BONE}>
          {(mine) => <Settings settings={settings} mine={mine} organizations={organizations.value} personId={user.id} />}
        </Async>
        <Email user={user} />
        <Password user={user} />
        <Leaving user={user} />
      </div>
    </>
  );
}
