/* Every publish of the site, newest first: what it was, where it stands, and the way back to it. */
import { useSignal } from '@preact/signals';
import archive from 'icon:file-zip';
import down from 'icon:world-off';
import rocket from 'icon:rocket';
import world from 'icon:world';
import { HOSTS } from '../lib/hosts.js';
import { may } from '../lib/rights.js';
import { unpublish, UNFINISHED } from '../lib/tables/deployments.js';
import { Confirm, Icon, toast } from '../lib/ui.jsx';
import { downloadNow } from './archive.js';
import { DomainDialog } from './domain_dialog.jsx';
import { fileName, liveAt, PublishRow } from './publish_row.jsx';
import { useAction } from './use_action.js';

const FILTERS = {
  all: ['Everything', () => true],
  live: ['Live site', ({ target, host }) => target === 'production' && host !== 'archive'],
  previews: ['Previews', ({ target }) => target === 'preview'],
  failed: ['Failed', ({ status }) => status === 'error'],
  running: ['Under way or scheduled', ({ status }) => UNFINISHED.includes(status)],
};

export function Publishes({ view, onPublish }) {
  const { site, deployments, role } = view;
  const filter = useSignal('all');
  const host = useSignal('');
  const [busy, run] = useAction();
  const mayPublish = may(role, 'call', 'request_deployment');
  const zip = () => run('zip', async () => {
    await downloadNow(site, fileName(site));
    await view.reload();
  });
  const shown = deployments.filter((each) => FILTERS[filter.value][1](each) && (!host.value || each.host === host.value));
  return (
    <section class="card" aria-labelledby="publishes-heading">
      <div class="card-head">
        <h2 id="publishes-heading">Publish history</h2>
        {mayPublish && <button type="button" class="btn btn-sm push" disabled={busy === 'zip'} aria-busy={busy === 'zip'} onClick={zip}>{busy !== 'zip' && <Icon of={archive} />}Download as ZIP</button>}
      </div>
      {deployments.length === 0 ? <NothingPublished mayPublish={mayPublish} onPublish={onPublish} /> : (
        <>
          <Filters filter={filter} host={host} deployments={deployments} />
          {mayPublish && <LivePlaces view={view} />}
          {shown.length === 0
            ? <p class="soft none-shown">No publish is like that. <button type="button" class="btn btn-sm" onClick={() => { filter.value = 'all'; host.value = ''; }}>Show all</button></p>
            : <ol class="rows">{shown.map((each) => <PublishRow key={each.id} deployment={each} view={view} />)}</ol>}
        </>
      )}
    </section>
  );
}

function Filters({ filter, host, deployments }) {
  const used = [...new Set(deployments.map((each) => each.host))];
  return (
    <div class="filters">
      <select class="form-select form-select-sm" aria-label="Which publishes" value={filter.value} onChange={(event) => { filter.value = event.currentTarget.value; }}>
        {Object.entries(FILTERS).map(([name, [label]]) => <option key={name} value={name}>{label}</option>)}
      </select>
      {used.length > 1 && (
        <select class="form-select form-select-sm" aria-label="Which host" value={host.value} onChange={(event) => { host.value = event.currentTarget.value; }}>
          <option value="">Every host</option>
          {used.map((name) => <option key={name} value={name}>{HOSTS[name]?.name ?? name}</option>)}
        </select>
      )}
    </div>
  );
}

/** Where the site is live, each with a way to take it down. */
function LivePlaces({ view }) {
  const asking = useSignal('');
  const domain = useSignal('');
  const domainAt = (name) => view.hosts.find(({ host }) => host === name)?.domain?.name;
  const places = Object.keys(HOSTS).filter((name) => name !== 'archive' && liveAt(name, view.deployments));
  const takeDown = async () => {
    await unpublish(view.site.id, asking.value);
    await view.reload();
    toast('The site is being taken down.');
  };
  if (!places.length) return null;
  return (
    <ul class="live-places" aria-label="Live at these hosts">
      {places.map((name) => (
        <li key={name}>
          <span class="badge badge-live">{HOSTS[name].name}</span>
          {HOSTS[name].provider && <button type="button" class="btn btn-ghost btn-sm" aria-label={`${domainAt(name) || 'Domain'} at ${HOSTS[name].name}`} onClick={() => { domain.value = name; }}><Icon of={world} />{domainAt(name) || 'Domain'}</button>}
          <button type="button" class="btn btn-ghost btn-sm" aria-label={`Unpublish from ${HOSTS[name].name}`} onClick={() => { asking.value = name; }}><Icon of={down} />Unpublish</button>
        </li>
      ))}
      {domain.value && <DomainDialog site={view.site} place={view.hosts.find(({ host }) => host === domain.value)} host={domain.value} onChange={view.reload} onClose={() => { domain.value = ''; }} />}
      {asking.value && (
        <Confirm title={`Take the site off ${HOSTS[asking.value].name}?`} action="Unpublish" danger onConfirm={takeDown} onClose={() => { asking.value = ''; }}>
          Visitors find nothing at its address any more. Pages and history stay here, and you can publish or restore at any time.
        </Confirm>
      )}
    </ul>
  );
}

function NothingPublished({ mayPublish, onPublish }) {
  return (
    <div class="empty-state">
      <Icon of={rocket} size={40} />
      <h3>Nothing is public yet</h3>
      <p>Publishing turns the pages into plain, fast files at an address of their own. Every publish stays here, so that you can return to it.</p>
      {mayPublish && <button type="button" class="btn btn-primary" onClick={onPublish}>Publish now</button>}
    </div>
  );
}
