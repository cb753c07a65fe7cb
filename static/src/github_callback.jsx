/* Where GitHub sends people back to. The code goes on to Flask with the person's own token, so that a link from
   somebody else connects nothing. */
import { Failed } from './lib/ui.jsx';
import { mount } from './lib/mount.js';
import { asProblem, Problem } from './lib/problems.js';
import { requireSession } from './lib/session.js';
import { mountPerson } from './lib/shell.jsx';
import { endGithub } from './lib/tables/integrations.js';

const query = new URLSearchParams(location.search);
// A code in the address would stay in the history.
history.replaceState(null, '', location.pathname);
const session = await requireSession();
mountPerson(session);

try {
  if (query.get('error') || !query.get('code')) throw new Problem('GitHub was not connected: the request was declined there. You can try again.');
  const { account_label: account } = await endGithub(query.get('code'), query.get('state') ?? '');
  location.replace(`/integrations?connected=${encodeURIComponent(account)}`);
} catch (error) {
  mount(<Failed problem={asProblem(error)} onRetry={() => location.replace('/integrations')} />, document.getElementById('app'));
}
