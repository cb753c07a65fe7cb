/* One publish in the history: what it was, how it goes or went, and what can be done about it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import archive from 'icon:file-zip';
import compare from 'icon:git-compare';
import dots from 'icon:dots';
import history from 'icon:history';
import link from 'icon:external-link';
import qr from 'icon:qrcode';
import up from 'icon:arrow-up-circle';
import { HOSTS } from '../lib/hosts.js';
import { may } from '../lib/rights.js';
import { cancelDeployment, downloadArchive, promoteDeployment, readDeploymentLog, restoreDeployment, UNFINISHED } from '../lib/tables/deployments.js';
import { ago, exactly } from '../lib/times.js';
import { Confirm, Icon, Menu, MenuItem, toast } from '../lib/ui.jsx';
import { AddressDialog } from './address_dialog.jsx';
import { CompareDialog } from './compare_dialog.jsx';
import { inItsZone } from './publish_schedule.jsx';
import { useAction } from './use_action.js';

export const STATES = {
  queued: ['badge badge-busy', 'Waiting'],
  building: ['badge badge-busy', 'Building'],
  uploading: ['badge badge-busy', 'Uploading'],
  processing: ['badge badge-busy', 'Going live'],
  ready: ['badge', 'Published'],
  error: ['badge badge-failed', 'Failed'],
  canceled: ['badge', 'Canceled'],
};
const STEPS = ['building', 'uploading', 'processing'];
const STEP_NAMES = { building: 'Build', uploading: 'Upload', processing: 'Go live' };
export const fileName = (site) => `${site.slug}.zip`;

/** What is live at a host: the newest publish there that stood, unless it took the site down. */
export function liveAt(host, deployments) {
  const newest = deployments.find((each) => each.host === host && each.target === 'production' && each.status === 'ready');
  return newest && newest.kind !== 'unpublish' ? newest : undefined;
}

function titleOf(deployment, deployments) {
  const { kind, message, host } = deployment;
  if (kind === 'unpublish') return 'Taken down';
  if (kind === 'promote') return message ? `Promoted “${message}”` : 'Promoted a preview';
  if (deployment.restored_from) {
    const source = deployments.find(({ id }) => id === deployment.restored_from);
    if (message) return `Return to “${message}”`;
    return source ? `Return to the publish of ${exactly(source.created_at)}` : 'Return to an earlier publish';
  }
  return message || (host === 'archive' ? 'ZIP archive' : 'Publish');
}

function stateOf(deployment, live) {
  if (live) return ['badge badge-live', 'Live now'];
  if (deployment.scheduled_for && deployment.status === 'queued') return ['badge badge-busy', 'Scheduled'];
  if (deployment.kind === 'unpublish' && deployment.status === 'ready') return ['badge', 'Done'];
  if (deployment.target === 'preview' && deployment.status === 'ready') return ['badge', 'Preview'];
  return STATES[deployment.status] ?? ['badge', deployment.status];
}

export function PublishRow({ deployment, view }) {
  const { names, deployments } = view;
  const live = liveAt(deployment.host, deployments)?.id === deployment.id;
  const [looks, label] = stateOf(deployment, live);
  const by = names.get(deployment.requested_by);
  const running = UNFINISHED.includes(deployment.status) && label !== 'Scheduled';
  return (
    <li class="row-item" data-deployment={deployment.id} data-status={deployment.status}>
      <div class="row-main">
        <div class="row-title"><span>{titleOf(deployment, deployments)}</span><span class={looks}>{label}</span></div>
        <div class="row-meta">
          <span title={exactly(deployment.created_at)}>{ago(deployment.created_at)}{by && ` by ${by}`}</span>
          <span>{HOSTS[deployment.host]?.name ?? deployment.host}</span>
          {label === 'Scheduled' && <span>for {inItsZone(deployment.scheduled_for, deployment.time_zone)} ({deployment.time_zone?.replaceAll('_', ' ')})</span>}
          {deployment.status === 'error' && <span class="field-error">{deployment.error?.detail || 'It failed on our side. Publish again.'}{deployment.error?.code === 'reconnect' && <> <a href="/integrations">Integrations</a></>}</span>}
          {deployment.status === 'canceled' && deployment.error?.detail && <span>{deployment.error.detail}</span>}
        </div>
        <Log deployment={deployment} open={running} />
      </div>
      <Actions deployment={deployment} live={live} view={view} />
      {running && <Progress deployment={deployment} label={label} />}
    </li>
  );
}

function Progress({ deployment, label }) {
  const { done = 0, total = 0, step = deployment.status } = deployment.progress ?? {};
  const at = STEPS.indexOf(deployment.status);
  return (
    <div class="row-progress" role="status">
      <ol class="steps">{STEPS.map((name, index) => <li key={name} aria-current={index === at ? 'step' : undefined} data-done={index < at || undefined}>{STEP_NAMES[name]}</li>)}</ol>
      <progress class="progress" max={total || 1} value={total ? done : undefined} aria-label={label} />
      {total > 0 && step === deployment.status && <span class="small soft">{done} of {total}</span>}
    </div>
  );
}

/** What the worker wrote down on its way; asked for only when somebody looks. */
function Log({ deployment, open }) {
  const lines = useSignal(null);
  const shown = useSignal(open);
  useEffect(() => {
    if (!shown.value) return;
    readDeploymentLog(deployment.id).then((found) => { lines.value = found; }).catch(() => {});
  }, [shown.value, deployment.status, deployment.progress]);
  return (
    <details class="log small" open={shown.value} onToggle={(event) => { shown.value = event.currentTarget.open; }}>
      <summary>Log</summary>
      {lines.value?.report?.length > 0 && <ul class="report">{lines.value.report.map((each) => <li key={each}>{each}</li>)}</ul>}
      {lines.value && <ol class="log-lines">{lines.value.log.map(({ at, text }, index) => <li key={index}><time>{at?.slice(11, 19)}</time> {text}</li>)}</ol>}
      {lines.value?.log.length === 0 && <p class="soft">Nothing yet.</p>}
    </details>
  );
}

function Actions({ deployment, live, view }) {
  const { site, role, deployments } = view;
  const asking = useSignal('');
  const [busy, run] = useAction();
  const close = () => { asking.value = ''; };
  const ready = deployment.status === 'ready' && deployment.kind !== 'unpublish';
  const mayPublish = may(role, 'call', 'request_deployment');
  const present = liveAt(deployment.host, deployments);
  const preview = deployment.target === 'preview';
  const open = deployment.host !== 'archive' && ready && (live || preview) && deployment.url;
  const restore = async () => { await restoreDeployment(deployment.id); await view.reload(); toast('The site returns to that publish.'); };
  const promote = async () => { await promoteDeployment(deployment.id); await view.reload(); toast('The preview becomes the live site.'); };
  return (
    <div class="row-actions">
      {open && <a class="btn btn-sm" href={deployment.url} target="_blank" rel="noopener"><Icon of={link} />Open</a>}
      {ready && !preview && deployment.host !== 'archive' && !live && mayPublish && (
        <button type="button" class="btn btn-sm" onClick={() => { asking.value = 'restore'; }}><Icon of={history} />Restore</button>
      )}
      {ready && preview && mayPublish && <button type="button" class="btn btn-sm" onClick={() => { asking.value = 'promote'; }}><Icon of={up} />Promote</button>}
      {UNFINISHED.includes(deployment.status) && deployment.status !== 'processing' && mayPublish && (
        <button type="button" class="btn btn-sm" disabled={busy === 'cancel'} onClick={() => run('cancel', async () => { await cancelDeployment(deployment.id); await view.reload(); })}>Cancel</button>
      )}
      {ready && (
        <Menu label="More about this publish" buttonClass="btn btn-ghost btn-icon btn-sm" button={<Icon of={dots} />}>
          {open && <MenuItem icon={qr} onClick={() => { asking.value = 'address'; }}>Address and QR code</MenuItem>}
          {present && !live && <MenuItem icon={compare} onClick={() => { asking.value = 'compare'; }}>Compare with the live version</MenuItem>}
          <MenuItem icon={archive} onClick={() => run('zip', () => downloadArchive(deployment.id, fileName(site)))}>Download this publish as ZIP</MenuItem>
        </Menu>
      )}
      {asking.value === 'address' && <AddressDialog url={deployment.url} onClose={close} />}
      {asking.value === 'compare' && <CompareDialog deployment={deployment} live={present} onClose={close} />}
      {asking.value === 'restore' && (
        <Confirm title="Return to this publish?" action="Restore" onConfirm={restore} onClose={close}>
          The live site shows what was published on {exactly(deployment.created_at)} again. Your pages in the builder stay as they are.
        </Confirm>
      )}
      {asking.value === 'promote' && (
        <Confirm title="Make this preview the live site?" action="Promote" onConfirm={promote} onClose={close}>
          Visitors see exactly what the preview shows, whatever was edited since. You can return to any earlier publish.
        </Confirm>
      )}
    </div>
  );
}
