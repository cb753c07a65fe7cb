/* A page's title and address, what search engines and shared links show of it, and its own code. */
import { useEffect, useState } from 'preact/hooks';
import { Dialog, Field, toast } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { movePage } from '../data/page_tree.js';
import { readPage } from '../data/pages.js';
import { pages, site } from '../state.js';
import { changeSettings, changeTree } from '../workspace.js';
import { problemsOf, seoOf, valuesOf } from './page_fields.js';
import { PictureField } from './picture_field.jsx';
import { SearchPreview, SocialPreview } from './seo_previews.jsx';

const Check = ({ label, hint, ...rest }) => (
  <label class="b-check"><input type="checkbox" class="form-check-input" {...rest} /><span>{label}{hint && <span class="field-hint">{hint}</span>}</span></label>
);

/** The address first, with what hangs below it; then the rest, from the version that made. */
async function save(target, values) {
  const path = values.path.trim();
  if (path !== target.path) await changeTree(() => movePage(target.id, path, values.redirect));
  const now = pages.value.find(({ id }) => id === target.id);
  const kept = (now.old_paths ?? []).filter((old) => values.old_paths.includes(old) || !target.old_paths?.includes(old));
  const fields = { title: values.title.trim(), status: values.status, seo: seoOf(values, target.seo), old_paths: kept };
  // Only when it was changed: it is not in the list of pages, and may have been too large to wait for.
  await changeSettings(now, values.js === undefined ? fields : { ...fields, js: values.js });
}

function OldPaths({ values, set }) {
  if (!values.old_paths.length) return null;
  return (
    <div class="field">
      <span class="field-label">Old addresses that lead here</span>
      <ul class="b-old-paths">
        {values.old_paths.map((old) => (
          <li key={old}><code>{old}</code><button type="button" class="btn btn-sm" aria-label={`Remove ${old}`} onClick={() => set('old_paths', values.old_paths.filter((each) => each !== old))}>Remove</button></li>
        ))}
      </ul>
    </div>
  );
}

function Address({ target, values, set, fields, text }) {
  const isMoved = values.path.trim() !== target.path;
  const below = pages.value.filter(({ path }) => target.path !== '/' && path.startsWith(`${target.path}/`)).length;
  return (
    <>
      <Field label="Title" error={fields.title}><input class="form-control" maxLength={120} {...text('title')} /></Field>
      <Field label="Address" error={fields.path} hint={below ? `“/” is the home page. ${below === 1 ? 'The page' : `The ${below} pages`} below it move with it.` : '“/” is the home page.'}><input class="form-control mono" {...text('path')} /></Field>
      {isMoved && target.path !== '/' && <Check label={<>Let <code>{target.path}</code> lead on to the page</>} checked={values.redirect} onChange={(event) => set('redirect', event.currentTarget.checked)} />}
      <OldPaths values={values} set={set} />
      <Check label="Include in the next publish" checked={values.status === 'published'} onChange={(event) => set('status', event.currentTarget.checked ? 'published' : 'draft')} />
    </>
  );
}

function Search({ values, set, fields, text }) {
  return (
    <>
      <h3 class="b-settings-head">Search</h3>
      <Field label="Description" optional error={fields.description} hint="One or two sentences for search results and shared links.">
        <textarea class="form-control" rows={3} {...text('description')} />
      </Field>
      <SearchPreview {...values} />
      <Check label="Hide from search engines" checked={values.noindex} onChange={(event) => set('noindex', event.currentTarget.checked)} />
    </>
  );
}

function Sharing({ values, set, fields, text }) {
  return (
    <details class="b-settings-more">
      <summary>Shared links</summary>
      <SocialPreview title={values.og_title || values.title} path={values.path} description={values.og_description || values.description} picture={values.og_image} />
      <Field label="Title for shared links" optional hint="When it shall differ from the page’s."><input class="form-control" maxLength={120} {...text('og_title')} /></Field>
      <Field label="Text for shared links" optional><textarea class="form-control" rows={2} maxLength={320} {...text('og_description')} /></Field>
      <PictureField label="Picture for shared links" error={fields.og_image} value={values.og_image} onChange={(src) => set('og_image', src)} />
    </details>
  );
}

function Advanced({ fields, text, script, set }) {
  const isWrong = Boolean(fields.canonical || fields.language || fields.head_code || fields.json_ld || fields.js);
  const hasCode = Boolean(script || text('head_code').value);
  return (
    <details class="b-settings-more" open={isWrong || hasCode}>
      <summary>Advanced</summary>
      <Field label="Canonical link" optional error={fields.canonical} hint="Only where the same text stands at another address that search engines should show instead."><input class="form-control mono" placeholder="https://…" {...text('canonical')} /></Field>
      <Field label="Language" optional error={fields.language} hint={`When it differs from the site’s (${site.value.seo?.language || 'en'}).`}><input class="form-control mono" placeholder="de-CH" maxLength={35} {...text('language')} /></Field>
      <Field label="Head code" optional error={fields.head_code} hint="Lines for the head of this page; on the published site only."><textarea class="form-control mono" rows={4} spellcheck={false} {...text('head_code')} /></Field>
      <Field label="JavaScript" optional error={fields.js} hint="Runs on the published page only, and never in Roseram."><textarea class="form-control mono" rows={4} spellcheck={false} disabled={script === null} value={script ?? ''} onInput={(event) => set('js', event.currentTarget.value)} /></Field>
      <Field label="Structured data (JSON-LD)" optional error={fields.json_ld} hint="What the page is about, for search engines."><textarea class="form-control mono" rows={5} spellcheck={false} placeholder={'{"@context": "https://schema.org", "@type": "Bakery", "name": "…"}'} {...text('json_ld')} /></Field>
    </details>
  );
}

export default function PageSettings({ target, onClose }) {
  const [values, setValues] = useState(valuesOf(target));
  const [fields, setFields] = useState({});
  const [busy, setBusy] = useState(false);
  const [stored, setStored] = useState(null);
  useEffect(() => { readPage(target.id).then(({ js }) => setStored(js), (error) => setFields({ form: asProblem(error).message })); }, [target.id]);
  const others = pages.value.filter(({ id }) => id !== target.id);
  const set = (name, value) => setValues((before) => ({ ...before, [name]: value }));
  const text = (name) => ({ value: values[name], onInput: (event) => set(name, event.currentTarget.value) });

  const submit = async () => {
    const problems = problemsOf(values, others);
    setFields(problems ?? {});
    if (problems) return;
    setBusy(true);
    try {
      await save(target, values);
      toast('Page settings saved.');
      onClose();
    } catch (error) {
      setBusy(false);
      const problem = asProblem(error);
      setFields(problem.code === '23505' ? { path: 'Another page has this address.' } : { form: problem.message });
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" aria-busy={busy} disabled={busy}>Save</button>
    </>
  );
  const parts = { target, values, set, fields, text, script: values.js ?? stored };
  return (
    <Dialog title="Page settings" width="560px" onClose={onClose} onSubmit={submit} busy={busy} foot={foot}>
      <Address {...parts} />
      <Search {...parts} />
      <Sharing {...parts} />
      <Advanced {...parts} />
      {fields.form && <p class="notice notice-failed" role="alert">{fields.form}</p>}
    </Dialog>
  );
}
