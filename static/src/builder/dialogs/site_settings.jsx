/* What holds for the whole site: icon, language, what pages without words of their own show, code, domain. */
import { useState } from 'preact/hooks';
import { Dialog, Field, toast } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { saveSite } from '../data/sites.js';
import { site } from '../state.js';
import { isSafePicture } from '../safety/urls.js';
import { LANGUAGE, codeProblem } from './page_fields.js';
import { PictureField } from './picture_field.jsx';
import { SearchPreview } from './seo_previews.jsx';

const TEXTS = ['favicon', 'language', 'title_suffix', 'description', 'og_image'];
const LONGEST_CODE = 65_000;
const text = (value) => (typeof value === 'string' ? value : '');

const valuesOf = ({ seo, head_code: code, domain }) => ({
  ...Object.fromEntries(TEXTS.map((name) => [name, text(seo?.[name])])),
  noindex: seo?.noindex === true, head_code: code ?? '', domain: domain ?? '',
});

function problemsOf({ favicon, og_image: picture, language, head_code: code }) {
  const wrongPicture = (src) => (src && !isSafePicture(src) ? 'Choose a picture, or an address that begins with https://.' : '');
  const found = {
    favicon: wrongPicture(favicon), og_image: wrongPicture(picture), head_code: codeProblem(code, LONGEST_CODE),
    language: language.trim() && !LANGUAGE.test(language.trim()) ? 'Enter a language code, such as en or de-CH.' : '',
  };
  return Object.values(found).some(Boolean) ? found : null;
}

function fieldsFrom(values, { seo: before }) {
  const seo = { ...before };
  for (const name of TEXTS) {
    if (values[name].trim()) seo[name] = values[name].trim();
    else delete seo[name];
  }
  if (values.noindex) seo.noindex = true;
  else delete seo.noindex;
  return { seo, head_code: values.head_code, domain: values.domain.trim().toLowerCase() || null };
}

export default function SiteSettings({ onClose }) {
  const [values, setValues] = useState(valuesOf(site.value));
  const [fields, setFields] = useState({});
  const [busy, setBusy] = useState(false);
  const set = (name, value) => setValues((before) => ({ ...before, [name]: value }));
  const bind = (name) => ({ value: values[name], onInput: (event) => set(name, event.currentTarget.value) });

  const submit = async () => {
    const problems = problemsOf(values);
    setFields(problems ?? {});
    if (problems) return;
    setBusy(true);
    try {
      site.value = { ...site.value, ...await saveSite(site.value.id, fieldsFrom(values, site.value)) };
      toast('The site’s settings were saved. They show with the next publish.');
      onClose();
    } catch (error) {
      setBusy(false);
      const problem = asProblem(error);
      const isDomain = problem.code === '23514' && values.domain.trim();
      setFields(isDomain ? { domain: 'That is not a domain, such as www.example.com.' } : { form: problem.message });
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" aria-busy={busy} disabled={busy}>Save</button>
    </>
  );
  return (
    <Dialog title="Site settings" width="560px" onClose={onClose} onSubmit={submit} busy={busy} foot={foot}>
      <PictureField label="Icon in browser tabs" error={fields.favicon} value={values.favicon} onChange={(src) => set('favicon', src)} />
      <Field label="Language" error={fields.language} hint="How browsers and screen readers read the pages; a page may have its own."><input class="form-control mono" placeholder="en" maxLength={35} {...bind('language')} /></Field>
      <h3 class="b-settings-head">Search and sharing</h3>
      <Field label="Title ending" optional hint="Follows every page’s title."><input class="form-control" maxLength={60} {...bind('title_suffix')} /></Field>
      <Field label="Description" optional hint="For pages that have none of their own."><textarea class="form-control" rows={2} maxLength={300} {...bind('description')} /></Field>
      <SearchPreview title={site.value.name} path="/" description={values.description} noindex={values.noindex} />
      <PictureField label="Picture for shared links" error={fields.og_image} value={values.og_image} onChange={(src) => set('og_image', src)} />
      <label class="b-check"><input type="checkbox" class="form-check-input" checked={values.noindex} onChange={(event) => set('noindex', event.currentTarget.checked)} />Keep the whole site out of search engines</label>
      <h3 class="b-settings-head">Code and domain</h3>
      <Field label="Head code" optional error={fields.head_code} hint="Lines for the head of every published page, such as a verification tag. They never run in Roseram."><textarea class="form-control mono" rows={4} spellcheck={false} {...bind('head_code')} /></Field>
      <Field label="Your domain" optional error={fields.domain} hint="The address that the published pages name as theirs."><input class="form-control mono" maxLength={253} spellcheck={false} placeholder="www.example.com" {...bind('domain')} /></Field>
      {fields.form && <p class="notice notice-failed" role="alert">{fields.form}</p>}
    </Dialog>
  );
}
