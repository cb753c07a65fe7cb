/* Links that show these numbers to somebody without an account. */
import { useEffect, useState } from 'preact/hooks';
import copyIcon from 'icon:copy';
import { asProblem } from '../lib/problems.js';
import { listReportLinks, reportLink, revokeReportLink, shareReport } from '../lib/tables/visits.js';
import { exactly } from '../lib/times.js';
import { Dialog, Field, Icon, toast, toastProblem } from '../lib/ui.jsx';

const copy = (url) => navigator.clipboard.writeText(url).then(() => toast('Link copied.'), () => toast('Copy the link from the field.', { kind: 'failed' }));

export function Share({ site, onClose }) {
  const [links, setLinks] = useState([]);
  const [label, setLabel] = useState('');
  const [made, setMade] = useState(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  useEffect(() => { listReportLinks(site.id).then(setLinks, (error) => setProblem(asProblem(error))); }, []);

  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const row = await shareReport(site.id, label.trim());
      setMade(row);
      setLinks((before) => [row, ...before]);
      setLabel('');
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  const revoke = async (row) => {
    try {
      await revokeReportLink(row.id);
      setLinks((before) => before.filter(({ id }) => id !== row.id));
      if (made?.id === row.id) setMade(null);
      toast('The link was revoked.');
    } catch (error) {
      toastProblem(asProblem(error));
    }
  };
  const foot = <><button type="button" class="btn" disabled={busy} onClick={onClose}>Close</button><button type="submit" class="btn btn-primary" disabled={busy} aria-busy={busy}>Make a link</button></>;
  return (
    <Dialog title="Share the visits" busy={busy} onClose={onClose} onSubmit={submit} foot={foot}>
      <p class="soft">Whoever has the link sees the visits of {site.name}, and nothing else, without an account. It opens for a year, or until you revoke it.</p>
      {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
      {made && (
        <div class="cluster" role="status">
          <input class="form-control mono" readOnly value={made.url} aria-label="Link to the visits" onFocus={(event) => event.currentTarget.select()} />
          <button type="button" class="btn btn-primary" onClick={() => copy(made.url)}><Icon of={copyIcon} />Copy the link</button>
        </div>
      )}
      <Field label="Whom is it for?" optional><input class="form-control" value={label} maxLength={80} placeholder="Monthly meeting" onInput={(event) => setLabel(event.currentTarget.value)} /></Field>
      {links.length > 0 && (
        <section class="stack">
          <h3>Links that are open</h3>
          <ul class="rows" aria-label="Links that are open">
            {links.map((row) => (
              <li key={row.id} class="row-item">
                <div class="row-main"><b>{row.label || 'Link without a name'}</b><span class="row-meta">Opens until {exactly(row.expires_at)}</span></div>
                <div class="row-actions">
                  <button type="button" class="btn btn-sm" aria-label={`Copy: ${row.label || 'link without a name'}`} onClick={() => reportLink(row.id).then(({ url }) => copy(url), (error) => toastProblem(asProblem(error)))}>Copy</button>
                  <button type="button" class="btn btn-sm" aria-label={`Revoke: ${row.label || 'link without a name'}`} onClick={() => revoke(row)}>Revoke</button>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  );
}
