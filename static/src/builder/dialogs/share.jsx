/* Shows the site as it is saved now to somebody without an account: a link that ends by itself, or sooner when it is revoked. */
import { useEffect, useState } from 'preact/hooks';
import copyIcon from 'icon:copy';
import link from 'icon:link';
import { Dialog, Field, Icon, toast, toastProblem } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { buildPreview, linkWithAddress, listLinks, revokeLink, shareLink } from '../data/preview_links.js';
import { announce, site } from '../state.js';
import { saveNow } from '../workspace.js';

const HOURS = [[1, '1 hour'], [4, '4 hours'], [24, '24 hours']];
const clock = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: 'numeric', minute: '2-digit' });

const copy = (url) => navigator.clipboard.writeText(url).then(() => toast('Link copied.'), () => toast('Copy the link from the field.', { kind: 'failed' }));

function Row({ row, onRevoked }) {
  const [busy, setBusy] = useState(false);
  const name = row.label || 'Link without a name';
  const work = async (job) => {
    setBusy(true);
    await job().catch((error) => toastProblem(asProblem(error)));
    setBusy(false);
  };
  const revoke = () => work(async () => {
    await revokeLink(row.id);
    announce(`${name} revoked`);
    onRevoked(row);
  });
  return (
    <li>
      <Icon of={link} size={18} />
      <span class="b-history-words"><b>{name}</b><span>Opens until {clock.format(new Date(row.expires_at))}</span></span>
      <button type="button" class="btn btn-sm" disabled={busy} aria-label={`Copy: ${name}`} onClick={() => work(async () => copy((await linkWithAddress(row.id)).url))}>Copy</button>
      <button type="button" class="btn btn-sm" disabled={busy} aria-label={`Revoke: ${name}`} onClick={revoke}>Revoke</button>
    </li>
  );
}

function Made({ made }) {
  return (
    <div class="b-address" role="status">
      <input class="form-control mono" readOnly value={made.url} aria-label="Link to the preview" onFocus={(event) => event.currentTarget.select()} />
      <button type="button" class="btn btn-primary" onClick={() => copy(made.url)}><Icon of={copyIcon} />Copy the link</button>
      <a class="btn" href={made.url} target="_blank" rel="noopener noreferrer">Open</a>
    </div>
  );
}

export default function Share({ onClose }) {
  const [links, setLinks] = useState([]);
  const [label, setLabel] = useState('');
  const [hours, setHours] = useState(24);
  const [made, setMade] = useState(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  useEffect(() => { listLinks(site.value.id).then(setLinks, (error) => setProblem(asProblem(error))); }, []);

  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      if (!(await saveNow())) throw new Error('unsaved');
      const preview = await buildPreview(site.value.id);
      const row = await shareLink({ deployment_id: preview.id, hours, label: label.trim() });
      setMade(row);
      setLinks((before) => [row, ...before]);
      setLabel('');
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const onRevoked = (row) => {
    setLinks((before) => before.filter(({ id }) => id !== row.id));
    if (made?.id === row.id) setMade(null);
  };
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Close</button>
      <button type="submit" class="btn btn-primary" disabled={busy} aria-busy={busy}>{busy ? 'Building the preview…' : 'Make a link'}</button>
    </>
  );
  return (
    <Dialog title="Share a preview" busy={busy} onClose={onClose} onSubmit={submit} foot={foot}>
      <p class="soft">Whoever has the link sees the site as it is saved now, without an account. Search engines are kept out, and you can revoke it at any time.</p>
      {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
      {made && <Made made={made} />}
      <div class="b-two">
        <Field label="Whom is it for?" optional><input class="form-control" value={label} maxLength={80} placeholder="Client review" onInput={(event) => setLabel(event.currentTarget.value)} /></Field>
        <Field label="It opens for">
          <select class="form-select" value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
            {HOURS.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
          </select>
        </Field>
      </div>
      {links.length > 0 && <section><h3 class="b-group-name">Links that are open</h3><ul class="b-history" aria-label="Links that are open">{links.map((row) => <Row key={row.id} row={row} onRevoked={onRevoked} />)}</ul></section>}
    </Dialog>
  );
}
