import './activity.css';
import { effect, signal, untracked } from '@preact/signals';
import { Activity } from './activity/activity.jsx';
import { filters } from './activity/filters.js';
import { currentOrganization, rememberOrganization } from './lib/current_organization.js';
import { createFeed } from './lib/feed.js';
import { mount } from './lib/mount.js';
import { asProblem } from './lib/problems.js';
import { may } from './lib/rights.js';
import { endIfOver, requireSession } from './lib/session.js';
import { mountOrganizations, mountPerson } from './lib/shell.jsx';
import { listActivity, listPeople } from './lib/tables/activity.js';
import { listMyOrganizations } from './lib/tables/organizations.js';
import { Failed } from './lib/ui.jsx';

const session = await requireSession();
const organization = signal(null);
const people = signal([]);
const feed = createFeed(({ orgId, filters: wanted }, { before, limit }) => listActivity(orgId, wanted, { before: before?.sequence, limit }));
const place = document.getElementById('app');

/** A link to the log names its organization; the one on this device is only where one is. */
function organizationAsked(all) {
  const asked = new URLSearchParams(location.search).get('org');
  return all.find(({ id }) => id === asked) ?? currentOrganization(all);
}

function choose({ id }) {
  rememberOrganization(id);
  location.assign(`/activity?org=${id}`);
}

function show(chosen, all) {
  organization.value = chosen;
  people.value = [];
  mountOrganizations({ organizations: all, current: chosen, onChoose: choose });
  // Names only make the filter nicer: without them the log is as good.
  if (may(chosen.role, 'read', 'activity_logs')) listPeople(chosen.id).then((found) => { people.value = found; }, () => {});
}

async function start() {
  const all = await listMyOrganizations(session.user.id);
  if (!all.length) return location.replace('/welcome');
  const address = new URL(location.href);
  show(organizationAsked(all), all);
  address.searchParams.set('org', organization.value.id);
  history.replaceState(null, '', address);
  effect(() => {
    const [{ id, role }, wanted] = [organization.value, filters.value];
    // What the feed reads of itself must not ask again.
    if (may(role, 'read', 'activity_logs')) untracked(() => feed.show({ orgId: id, filters: wanted }));
  });
  mount(<Activity organization={organization} people={people} feed={feed} />, place);
}

async function begin() {
  try {
    await start();
  } catch (error) {
    if (!(await endIfOver(error))) mount(<Failed problem={asProblem(error)} onRetry={begin} />, place);
  }
}

mountPerson(session);
await begin();
