/* The organization's sites: find one, open it, make a new one. */
import { useComputed, useSignal } from '@preact/signals';
import plus from 'icon:plus';
import search from 'icon:search';
import { may } from '../lib/rights.js';
import { ago } from '../lib/times.js';
import { Async, Icon } from '../lib/ui.jsx';
import { FoundPages, useFoundPages } from './found_pages.jsx';
import { EmptyDashboard, NothingFound, Skeleton } from './states.jsx';
import { NewSiteDialog } from './new_site.jsx';
import { SiteActions } from './site_actions.jsx';
import { SiteCard } from './site_card.jsx';

const ORDERS = {
  edited: ['Last edited', (one, other) => other.edited.at.localeCompare(one.edited.at)],
  name: ['Name', (one, other) => one.name.localeCompare(other.name)],
  created: ['Newest', (one, other) => other.created_at.localeCompare(one.created_at)],
};

/** Each site of the organization with its last edit: the newest of its pages', else its own. */
function sitesOf({ sites, edits, names }, organizationId) {
  const newest = new Map();
  for (const edit of edits) if (!newest.has(edit.site_id)) newest.set(edit.site_id, edit);
  return sites.filter(({ org_id }) => org_id === organizationId).map((site) => {
    const edit = newest.get(site.id);
    const at = edit?.updated_at ?? site.created_at;
    return { ...site, edited: { at, ago: ago(at), by: names.get(edit?.updated_by) ?? '', page: edit?.title ?? '' } };
  });
}

export function Dashboard({ overview, organization }) {
  return <Async of={overview} skeleton={<Skeleton />}>{(value) => <Sites overview={overview} value={value} organization={organization.value} />}</Async>;
}

function Sites({ overview, value, organization }) {
  const wanted = useSignal('');
  const order = useSignal('edited');
  const making = useSignal(new URLSearchParams(location.search).has('new') && may(organization.role, 'call', 'create_site'));
  const doing = useSignal(null);
  const sites = sitesOf(value, organization.id);
  const words = useComputed(() => wanted.value.trim().toLowerCase());
  const shown = sites
    .filter(({ name, slug }) => `${name} ${slug}`.toLowerCase().includes(words.value))
    .sort(ORDERS[order.value][1]);
  const pages = useFoundPages(organization.id, words.value);
  const nothing = shown.length === 0 && pages.state === 'loaded' && pages.found.length === 0;
  const mayCreate = may(organization.role, 'call', 'create_site');

  return (
    <>
      <Head organization={organization} count={sites.length} mayCreate={mayCreate} onNew={() => { making.value = true; }} />
      {sites.length > 0 && <Toolbar wanted={wanted} order={order} />}
      {sites.length === 0 && <EmptyDashboard mayCreate={mayCreate} onNew={() => { making.value = true; }} />}
      {sites.length > 0 && nothing && <NothingFound wanted={wanted.value} onClear={() => { wanted.value = ''; }} />}
      <ul class="site-grid">
        {shown.map((site) => <SiteCard key={site.id} site={site} role={organization.role} onAction={(action) => { doing.value = { action, site }; }} />)}
      </ul>
      <FoundPages pages={pages} sites={sites} role={organization.role} />
      {making.value && <NewSiteDialog organization={organization} onClose={() => { making.value = false; }} />}
      <SiteActions doing={doing} onDone={() => overview.load({ quietly: true })} />
    </>
  );
}

function Head({ organization, count, mayCreate, onNew }) {
  const counted = count === 1 ? '1 site' : `${count} sites`;
  return (
    <div class="page-head">
      <div>
        <h1>Sites</h1>
        <p>{count === 0 ? organization.name : `${counted} in ${organization.name}`}</p>
      </div>
      {mayCreate
        ? <button type="button" class="btn btn-primary" onClick={onNew}><Icon of={plus} />New site</button>
        : !organization.visit && <p class="soft small">You are a {organization.role} here: editors and above make new sites.</p>}
    </div>
  );
}

function Toolbar({ wanted, order }) {
  return (
    <div class="toolbar">
      <div class="search">
        <Icon of={search} />
        <input class="form-control" type="search" placeholder="Search sites and pages" aria-label="Search sites and pages" value={wanted.value} onInput={(event) => { wanted.value = event.currentTarget.value; }} />
      </div>
      <select class="form-select" aria-label="Sort by" value={order.value} onChange={(event) => { order.value = event.currentTarget.value; }}>
        {Object.entries(ORDERS).map(([key, [label]]) => <option key={key} value={key}>{label}</option>)}
      </select>
    </div>
  );
}
