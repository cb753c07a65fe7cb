/* What was made elsewhere: markup onto this page, or a ZIP as a new site. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog, Field, toast } from '../../lib/ui.jsx';
import { listMyOrganizations } from '../../lib/tables/organizations.js';
import { asProblem } from '../../lib/problems.js';
import { may } from '../../lib/rights.js';
import { addMarkup } from '../transfer/paste_html.js';
import { importSite, readArchive } from '../transfer/import_site.js';
import { announce, me, site } from '../state.js';
import { saveNow, theEditor } from '../workspace.js';

const MOST_TEXT = 1_000_000;

function Markup({ onClose, tabs }) {
  const [html, setHtml] = useState('');
  const [css, setCss] = useState('');
  const [problem, setProblem] = useState('');
  const takeFiles = async (files) => {
    for (const file of files) {
      if (file.size > MOST_TEXT) { setProblem(`“${file.name}” is larger than 1 MB.`); return; }
      const text = await file.text();
      if (/\.css$/i.test(file.name)) setCss(text); else setHtml(text);
    }
  };
  const submit = () => {
    const { added, dropped } = addMarkup(theEditor(), html, css);
    if (!added) { setProblem('There is nothing in it that a page may hold.'); return; }
    announce('Markup added');
    if (dropped.length) toast(`Added. Left out because a page may not hold it: ${dropped.slice(0, 3).join(', ')}${dropped.length > 3 ? ', …' : ''}.`);
    onClose();
  };
  const foot = (
    <>
      <button type="button" class="btn" onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={!html.trim() && !css.trim()}>Add to this page</button>
    </>
  );
  return (
    <Dialog title="Import" width="640px" onClose={onClose} onSubmit={submit} foot={foot}>
      {tabs}
      <p class="soft">Paste markup, or choose an .html and a .css file. Scripts and whatever else a page may not hold are left out.</p>
      <label class="btn btn-sm b-file">Choose files<input type="file" class="visually-hidden" multiple accept=".html,.htm,.css,text/html,text/css" onChange={(event) => takeFiles([...event.currentTarget.files])} /></label>
      <Field label="HTML" error={problem}><textarea class="form-control mono" rows="7" spellcheck={false} value={html} maxLength={MOST_TEXT} onInput={(event) => { setHtml(event.currentTarget.value); setProblem(''); }} /></Field>
      <Field label="CSS" optional><textarea class="form-control mono" rows="4" spellcheck={false} value={css} maxLength={MOST_TEXT} onInput={(event) => setCss(event.currentTarget.value)} /></Field>
    </Dialog>
  );
}

function useOrganizations() {
  const [list, setList] = useState([]);
  useEffect(() => { listMyOrganizations(me.value.id).then((all) => setList(all.filter(({ role }) => may(role, 'call', 'create_site'))), () => {}); }, []);
  return list;
}

function Plan({ plan, fields, onFields, organizations }) {
  const drafts = plan.pages.filter(({ status }) => status === 'draft').length;
  const facts = [`${plan.pages.length} ${plan.pages.length === 1 ? 'page' : 'pages'}${drafts ? ` (${drafts} as drafts)` : ''}`, `${plan.pictures.length} ${plan.pictures.length === 1 ? 'picture' : 'pictures'}`];
  return (
    <>
      <p class="notice notice-info">{plan.isOwn ? 'An export of Roseram Builder' : 'A site of plain HTML'}: {facts.join(', ')}.</p>
      <Field label="Name of the new site"><input class="form-control" value={fields.name} maxLength={80} onInput={(event) => onFields({ ...fields, name: event.currentTarget.value })} /></Field>
      <Field label="Organization">
        <select class="form-select" value={fields.orgId} onChange={(event) => onFields({ ...fields, orgId: event.currentTarget.value })}>
          {organizations.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
      </Field>
      {plan.hasCode && <label class="b-check"><input type="checkbox" class="form-check-input" checked={fields.withCode} onChange={(event) => onFields({ ...fields, withCode: event.currentTarget.checked })} />Take over its custom code too. It runs on the published site, so do this only if you trust who made it.</label>}
    </>
  );
}

function Archive({ onClose, tabs }) {
  const input = useRef(null);
  const organizations = useOrganizations();
  const [plan, setPlan] = useState(null);
  const [fields, setFields] = useState({ name: '', orgId: site.value.org_id, withCode: false });
  const [step, setStep] = useState('');
  const [problem, setProblem] = useState(null);
  const run = async (first, job) => {
    setProblem(null);
    setStep(first);
    try {
      await job();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setStep('');
    }
  };
  const take = (file) => file && run('Reading', async () => {
    setPlan(null);
    const read = await readArchive(file);
    setPlan(read);
    setFields({ ...fields, name: read.name || 'Imported site', withCode: false });
  });
  const submit = () => run('Importing', async () => {
    if (!(await saveNow())) throw new Error('unsaved');
    const { site: made, left } = await importSite(plan, { ...fields, name: fields.name.trim() }, setStep);
    if (left.length) toast(`${left.length} of the pictures could not be taken over.`, { kind: 'failed' });
    location.assign(`/sites/${made.id}/edit`);
  });
  const foot = (
    <>
      <button type="button" class="btn" disabled={Boolean(step)} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={!plan || !fields.name.trim() || Boolean(step)} aria-busy={Boolean(step)}>{step ? `${step}…` : 'Make a new site'}</button>
    </>
  );
  return (
    <Dialog title="Import" width="640px" busy={Boolean(step)} onClose={onClose} onSubmit={submit} foot={foot}>
      {tabs}
      <p class="soft">A ZIP with HTML files, or an export of Roseram Builder, becomes a new site. Nothing in it runs, and this site stays as it is.</p>
      <div class="b-drop" onDragOver={(event) => event.preventDefault()} onDrop={(event) => { event.preventDefault(); take(event.dataTransfer.files[0]); }}>
        <p>Drop a ZIP here, or</p>
        <button type="button" class="btn btn-sm" disabled={Boolean(step)} onClick={() => input.current.click()}>Choose a ZIP</button>
        <p class="field-hint">Up to 50 MB, 2,000 files.</p>
        <input ref={input} type="file" class="visually-hidden" tabIndex={-1} accept=".zip,application/zip" aria-label="Choose a ZIP file" onChange={(event) => { take(event.currentTarget.files[0]); event.currentTarget.value = ''; }} />
      </div>
      {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
      {plan && <Plan plan={plan} fields={fields} onFields={setFields} organizations={organizations} />}
    </Dialog>
  );
}

export default function Import({ onClose }) {
  const [kind, setKind] = useState('markup');
  const tabs = (
    <div class="segments" role="group" aria-label="What to import">
      <button type="button" aria-pressed={kind === 'markup'} onClick={() => setKind('markup')}>HTML and CSS</button>
      <button type="button" aria-pressed={kind === 'zip'} onClick={() => setKind('zip')}>A ZIP</button>
    </div>
  );
  const Shown = kind === 'markup' ? Markup : Archive;
  return <Shown key={kind} onClose={onClose} tabs={tabs} />;
}
