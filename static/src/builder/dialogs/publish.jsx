/* Publishing: say where and why, watch it happen, get the address; go back to an earlier one with one click. */
import { useEffect, useState } from 'preact/hooks';
import { config } from '../../lib/config.js';
import { Dialog, Field } from '../../lib/ui.jsx';
import { PaidFeatures, useBlockers } from '../../lib/paid_features.jsx';
import { asProblem } from '../../lib/problems.js';
import { isEnded, listDeployments, readDeployment, restorePublish, startPublish } from '../data/deployments.js';
import { announce, pages, site } from '../state.js';
import { unpublishedChanges } from '../data/parts.js';
import { saveNow } from '../workspace.js';
import { PublishChecks, useChecks } from './publish_checks.jsx';
import { PublishHistory } from './publish_history.jsx';
import { PublishProgress } from './publish_progress.jsx';

const POLL_MS = 700;
const HOSTS = {
  local: ['Roseram hosting', 'Live at once, on its own address.'],
  archive: ['ZIP archive', 'Files for any web host.'],
};
const hosts = Object.keys(HOSTS).filter((id) => config.features?.deploy_hosts?.includes(id) ?? true);

/** Follows one deployment until it has ended. */
function useDeployment(id) {
  const [row, setRow] = useState(null);
  useEffect(() => {
    if (!id) return undefined;
    let timer;
    let isOn = true;
    const look = async () => {
      const next = await readDeployment(id).catch(() => null);
      if (!isOn) return;
      if (next) setRow(next);
      if (!next || !isEnded(next)) timer = setTimeout(look, POLL_MS);
      else if (next.status === 'ready' && next.host === 'local') {
        site.value = { ...site.value, published_url: next.url, published_at: next.finished_at, published_deployment_id: next.id };
      }
    };
    look();
    return () => { isOn = false; clearTimeout(timer); };
  }, [id]);
  return row?.id === id ? row : null;
}

/** Also pages that nobody edited: a component on them was. */
function Changes() {
  const [rows, setRows] = useState(null);
  useEffect(() => { saveNow().then(() => unpublishedChanges(site.value.id)).then(setRows, () => setRows([])); }, []);
  if (!rows?.length) return null;
  return (
    <details class="b-log">
      <summary>{rows.length === 1 ? '1 page changes' : `${rows.length} pages change`} with this publish</summary>
      <ul class="b-uses">
        {rows.map(({ page_id: id, title, path, is_edited: edited, components }) => (
          <li key={id}><b>{title}</b> <span class="soft">{path} · {[edited && 'edited', components.length && `component ${components.join(', ')}`].filter(Boolean).join(' · ')}</span></li>
        ))}
      </ul>
    </details>
  );
}

function Hosts({ host, onChoose }) {
  return (
    <fieldset class="b-hosts">
      <legend class="field-label">Where to</legend>
      {hosts.map((id) => (
        <label key={id} class="b-host"><input type="radio" name="host" value={id} checked={host === id} onChange={() => onChoose(id)} /><b>{HOSTS[id][0]}</b><span>{HOSTS[id][1]}</span></label>
      ))}
    </fieldset>
  );
}

function publishLabel() {
  const count = pages.value.filter(({ status }) => status === 'published').length;
  return count === 1 ? 'Publish 1 page' : `Publish ${count} pages`;
}

export default function Publish({ onClose }) {
  const [host, setHost] = useState(hosts[0]);
  const [message, setMessage] = useState('');
  const [running, setRunning] = useState(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [history, setHistory] = useState([]);
  const row = useDeployment(running);
  const checks = useChecks();
  const blockers = useBlockers(site.value.id);
  const stops = host === 'archive' ? null : blockers;
  const isReady = checks.results && !checks.errors && !stops?.uses.length;

  useEffect(() => {
    listDeployments(site.value.id).then((rows) => {
      setHistory(rows);
      // A publish that is under way, perhaps of a colleague, is shown instead of starting a second one.
      const active = rows.find((each) => !isEnded(each));
      if (active) setRunning(active.id);
    }, () => {});
  }, [row?.status]);
  useEffect(() => {
    if (row?.status === 'ready') announce('Published');
    if (row?.status === 'error') announce('Publishing failed');
  }, [row?.status]);

  const run = async (begin) => {
    setBusy(true);
    setProblem('');
    try {
      setRunning((await begin()).id);
    } catch (error) {
      setProblem(asProblem(error).message);
    } finally {
      setBusy(false);
    }
  };
  const publish = () => isReady && run(async () => {
    if (!(await saveNow())) throw Object.assign(new Error(), { code: 'offline', name: 'AbortError' });
    return startPublish({ siteId: site.value.id, host, message: message.trim(), key: crypto.randomUUID() });
  });
  if (running) {
    return <PublishProgress row={row} onClose={onClose} onAgain={() => setRunning(null)} />;
  }
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" aria-busy={busy} disabled={busy || !isReady}>{publishLabel()}</button>
    </>
  );
  return (
    <Dialog title={`Publish ${site.value.name}`} width="560px" onClose={onClose} onSubmit={publish} busy={busy} foot={foot}>
      <Changes />
      <PublishChecks checks={checks} onLeave={onClose} />
      <PaidFeatures blockers={stops} />
      <Hosts host={host} onChoose={setHost} />
      <Field label="What changed?" optional hint="For your colleagues, in the list of publishes.">
        <input class="form-control" maxLength={200} value={message} onInput={(event) => setMessage(event.currentTarget.value)} />
      </Field>
      {problem && <p class="notice notice-failed" role="alert">{problem}</p>}
      <PublishHistory rows={history} busy={busy} onRestore={(id) => run(() => restorePublish(id))} />
    </Dialog>
  );
}
