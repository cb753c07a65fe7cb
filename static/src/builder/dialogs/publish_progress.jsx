/* One publish, while it runs and when it has ended. */
import { useState } from 'preact/hooks';
import done from 'icon:circle-check';
import circle from 'icon:circle';
import dotted from 'icon:loader-2';
import external from 'icon:external-link';
import copy from 'icon:copy';
import downloadIcon from 'icon:download';
import { Dialog, Icon, toast, toastProblem } from '../../lib/ui.jsx';
import { download } from '../../lib/api.js';
import { asProblem } from '../../lib/problems.js';
import { cancelPublish } from '../data/deployments.js';
import { site } from '../state.js';

const STEPS = [['queued', 'Waiting for its turn'], ['building', 'Building the pages'], ['uploading', 'Uploading what changed'], ['processing', 'Going live']];
const TITLES = { ready: 'Published', error: 'Publishing failed', canceled: 'Publishing was stopped' };

function Steps({ row }) {
  const at = STEPS.findIndex(([status]) => status === (row?.status ?? 'queued'));
  const { done: count, total } = row?.progress ?? {};
  return (
    <ol class="b-steps">
      {STEPS.map(([status, words], index) => {
        const state = index < at ? 'done' : index === at ? 'now' : 'next';
        return (
          <li key={status} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
            <Icon of={{ done, now: dotted, next: circle }[state]} size={20} />
            <span>{words}{state === 'now' && total ? ` (${count} of ${total})` : ''}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Log({ row }) {
  const lines = row?.log ?? [];
  if (!lines.length) return null;
  return (
    <details class="b-log">
      <summary>Details</summary>
      <ol>{lines.map((line, index) => <li key={index}>{typeof line === 'string' ? line : line.text ?? line.message}</li>)}</ol>
    </details>
  );
}

function Result({ row }) {
  if (row.status === 'canceled') return <p class="soft">Nothing changed: visitors still see what was live before.</p>;
  if (row.status === 'error') {
    return <p class="notice notice-failed" role="alert">{row.error?.detail ?? 'Something went wrong while publishing.'} Visitors still see what was live before.</p>;
  }
  if (row.host === 'archive') {
    const get = () => download(`/api/deployments/${row.id}/archive`, `${site.value.slug}.zip`).catch((error) => toastProblem(asProblem(error)));
    return <button type="button" class="btn btn-primary btn-wide" onClick={get}><Icon of={downloadIcon} />Download the ZIP</button>;
  }
  const copyAddress = () => navigator.clipboard.writeText(row.url).then(() => toast('Address copied.'), () => toast('Copy it from the address field.', { kind: 'failed' }));
  return (
    <>
      <p class="soft">Your site is live. Changes you make now stay here until you publish again.</p>
      <div class="b-address">
        <input class="form-control mono" readOnly value={row.url} aria-label="Address of the site" onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="btn" onClick={copyAddress}><Icon of={copy} />Copy</button>
        <a class="btn btn-primary" href={row.url} target="_blank" rel="noopener"><Icon of={external} />Open</a>
      </div>
    </>
  );
}

export function PublishProgress({ row, onClose, onAgain }) {
  const [busy, setBusy] = useState(false);
  const isOver = Boolean(TITLES[row?.status]);
  const stop = async () => {
    setBusy(true);
    await cancelPublish(row.id).catch((error) => toastProblem(asProblem(error)));
    setBusy(false);
  };
  const foot = isOver ? (
    <>
      {row.status !== 'ready' && <button type="button" class="btn" onClick={onAgain}>Try again</button>}
      <button type="button" class={row.status === 'ready' ? 'btn' : 'btn btn-primary'} onClick={onClose}>Close</button>
    </>
  ) : (
    <>
      <button type="button" class="btn" disabled={busy || !row} aria-busy={busy} onClick={stop}>Stop</button>
      <button type="button" class="btn btn-primary" onClick={onClose}>Go on in the background</button>
    </>
  );
  return (
    <Dialog title={TITLES[row?.status] ?? 'Publishing…'} onClose={onClose} foot={foot}>
      <div role="status" aria-live="polite">{isOver ? <Result row={row} /> : <Steps row={row} />}</div>
      <Log row={row} />
    </Dialog>
  );
}
