/* One site outside the builder: its pages, its publishes, its settings. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import back from 'icon:chevron-left';
import edit from 'icon:edit';
import rocket from 'icon:rocket';
import { fetched } from '../lib/fetched.jsx';
import { PublishedState } from '../lib/published_state.jsx';
import { may } from '../lib/rights.js';
import { UNFINISHED } from '../lib/tables/deployments.js';
import { Async, Icon } from '../lib/ui.jsx';
import { Glance } from './glance.jsx';
import { Pages } from './pages.jsx';

const bone = <span class="bone bone-block" role="status" aria-label="Loading" />;
const PublishDialog = fetched(() => import('./publish_dialog.jsx').then((found) => found.PublishDialog));
const Publishes = fetched(() => import('./publishes.jsx').then((found) => found.Publishes), bone);
const Settings = fetched(() => import('./settings.jsx').then((found) => found.Settings), bone);

const POLL_MS = 1000;
const TABS = { pages: 'Pages', publishes: 'Publishing', settings: 'Settings' };
const tabOf = () => { const asked = new URLSearchParams(location.search).get('tab'); return TABS[asked] ? asked : 'pages'; };
const tab = signal(tabOf());
const publishing = signal(false);

window.addEventListener('popstate', () => { tab.value = tabOf(); });

export function showTab(name) {
  if (name === tab.value) return;
  history.pushState(null, '', name === 'pages' ? location.pathname : `?tab=${name}`);
  tab.value = name;
}

const shortAddress = (url) => url.replace(/^https?:\/\//, '').replace(/\/$/, '');
const lastEdit = ({ site, pages }) => pages.reduce((latest, { updated_at }) => (updated_at > latest ? updated_at : latest), site.created_at);
/** A publish that waits for its time runs no more than one that is done. */
const isDue = ({ scheduled_for: at, status }) => status !== 'queued' || !at || Date.parse(at) <= Date.now();
const isRunning = ({ deployments }) => deployments.some((each) => UNFINISHED.includes(each.status) && isDue(each));

/** While a publish runs, its row is asked for again and again; the rest of the screen comes along. */
function usePolling(overview) {
  const { state, value } = overview.status.value;
  const running = state === 'loaded' && isRunning(value);
  const ranBefore = useRef(false);
  useEffect(() => {
    if (running) {
      ranBefore.current = true;
      const timer = setInterval(() => { if (!document.hidden) overview.load({ quietly: true }); }, POLL_MS);
      return () => clearInterval(timer);
    }
    // The rows of one round are read side by side: the site's may be older than the deployment that has just ended.
    if (ranBefore.current) overview.load({ quietly: true });
    ranBefore.current = false;
    return undefined;
  }, [running]);
}

export function SiteOverview({ overview }) {
  usePolling(overview);
  return <Async of={overview} skeleton={<span class="bone bone-block" />}>{(value) => <Loaded overview={overview} value={value} />}</Async>;
}

function Loaded({ overview, value }) {
  const { site, organization } = value;
  const reload = () => overview.load({ quietly: true });
  const view = { ...value, role: organization?.role ?? 'viewer', reload };
  return (
    <>
      <Head view={view} />
      <nav class="tabs" aria-label="Parts of the site">
        {Object.entries(TABS).map(([name, label]) => (
          <a key={name} href={name === 'pages' ? location.pathname : `?tab=${name}`} aria-current={tab.value === name ? 'page' : undefined} onClick={(event) => { event.preventDefault(); showTab(name); }}>{label}</a>
        ))}
        <a href={`/sites/${site.id}/analytics`}>Visitors</a>
      </nav>
      <div class="site-body">
        {tab.value === 'pages' && <div class="site-columns"><Pages view={view} /><Glance view={view} /></div>}
        {tab.value === 'publishes' && <Publishes view={view} onPublish={() => { publishing.value = true; }} />}
        {tab.value === 'settings' && <Settings key={site.id} view={view} />}
      </div>
      {publishing.value && <PublishDialog view={view} onClose={() => { publishing.value = false; }} onQueued={async () => { await reload(); showTab('publishes'); }} />}
    </>
  );
}

function Head({ view }) {
  const { site, role } = view;
  const mayEdit = may(role, 'update', 'sites');
  const isDown = Boolean(site.suspended_at);
  return (
    <>
      <a class="crumb" href="/dashboard"><Icon of={back} />Sites</a>
      <div class="page-head site-head">
        <div>
          <h1>{site.name}</h1>
          <div class="site-facts">
            <PublishedState site={site} editedAt={lastEdit(view)} />
            {site.published_url
              ? <a class="truncate" href={site.published_url} target="_blank" rel="noopener">{shortAddress(site.published_url)}</a>
              : <span>Not published yet</span>}
          </div>
        </div>
        {mayEdit ? (
          <div class="cluster">
            <a class="btn" href={`/sites/${site.id}/edit`}><Icon of={edit} />Edit pages</a>
            <button type="button" class="btn btn-primary" disabled={isDown || isRunning(view)} aria-busy={isRunning(view)} onClick={() => { publishing.value = true; }}>
              {!isRunning(view) && <Icon of={rocket} />}{isRunning(view) ? 'Publishing…' : 'Publish'}
            </button>
          </div>
        ) : <p class="soft small">You are a {role} here: editors and above change and publish sites.</p>}
      </div>
      {isDown && <p class="notice notice-failed" role="status">This site was taken down by whoever runs this service: “{site.suspended_for}”. It can be edited and exported, and is not published until they allow it again.</p>}
    </>
  );
}
