/* What visitors of the organization's sites sent, and how it is kept and passed on. */
import { useEffect, useMemo } from 'preact/hooks';
import lock from 'icon:lock';
import { atLeast } from '../lib/roles.js';
import { listForms, listRetention } from '../lib/tables/forms.js';
import { Async, Icon, resource } from '../lib/ui.jsx';
import { Export } from './export.jsx';
import { VIEWS, filters, setFilters } from './filters.js';
import { Inbox } from './inbox.jsx';
import { Settings } from './settings.jsx';

const Skeleton = () => <div role="status" aria-label="Loading what visitors sent"><span class="bone bone-inbox" /></div>;

export function Forms({ shell }) {
  return (
    <Async of={shell} skeleton={<Skeleton />}>
      {({ organization }) => (atLeast(organization.role, 'editor') ? <ForEditors organization={organization} /> : <NotForYou organization={organization} />)}
    </Async>
  );
}

function Head({ organization, children }) {
  return (
    <div class="page-head">
      <div><h1>Forms</h1><p>What visitors of the sites of {organization.name} sent.</p></div>
      {children && <div class="cluster">{children}</div>}
    </div>
  );
}

function NotForYou({ organization }) {
  const { role } = organization;
  return (
    <>
      <Head organization={organization} />
      <div class="empty-state">
        <Icon of={lock} size={40} />
        <h2>Editors and above read what visitors sent</h2>
        <p>You are a {role} of {organization.name}. An admin can give you another role.</p>
      </div>
    </>
  );
}

function ForEditors({ organization }) {
  const about = useMemo(() => resource(async () => {
    const [sites, forms] = await Promise.all([listRetention(organization.id), listForms(organization.id)]);
    return { sites, forms, siteNames: new Map(sites.map(({ id, name }) => [id, name])) };
  }), []);
  useEffect(() => { about.load(); }, []);
  const { view } = filters.value;
  const open = (event, name) => {
    event.preventDefault();
    setFilters({ view: name, answer: '' });
  };
  const { value } = about.status.value;
  return (
    <>
      <Head organization={organization}>{view !== 'settings' && value && <Export organization={organization} siteNames={value.siteNames} />}</Head>
      <nav class="tabs" aria-label="What to show">
        {Object.entries(VIEWS).map(([name, label]) => (
          <a key={name} href={`?view=${name}`} aria-current={view === name ? 'page' : undefined} onClick={(event) => open(event, name)}>{label}</a>
        ))}
      </nav>
      <Async of={about} skeleton={<Skeleton />}>
        {(known) => (view === 'settings'
          ? <Settings organization={organization} about={about} {...known} />
          : <Inbox organization={organization} {...known} />)}
      </Async>
    </>
  );
}
