/* What holds for the whole site. Everything here shows on the live site with the next publish. */
import { useState } from 'preact/hooks';
import { DeleteSite } from '../dashboard/site_actions.jsx';
import { asProblem } from '../lib/problems.js';
import { may } from '../lib/rights.js';
import { slugMistake } from '../lib/slug.js';
import { changeSite } from '../lib/tables/sites.js';
import { Field, toast } from '../lib/ui.jsx';

const LANGUAGES = { en: 'English', de: 'German', fr: 'French', es: 'Spanish', it: 'Italian', nl: 'Dutch', pt: 'Portuguese', pl: 'Polish', cs: 'Czech', da: 'Danish', sv: 'Swedish', nb: 'Norwegian', fi: 'Finnish', tr: 'Turkish', uk: 'Ukrainian', el: 'Greek', ja: 'Japanese', ko: 'Korean', zh: 'Chinese', ar: 'Arabic', he: 'Hebrew' };

/** seo is free JSON in the database: whatever is not text counts as not given. */
function valuesOf({ name, slug, domain, head_code, seo, analytics }) {
  const text = (value) => (typeof value === 'string' ? value : '');
  return {
    name,
    slug,
    domain: domain ?? '',
    head_code,
    language: text(seo.language) || 'en',
    title_suffix: text(seo.title_suffix),
    description: text(seo.description),
    og_image: text(seo.og_image),
    noindex: seo.noindex === true,
    analytics,
  };
}

function changesFrom(values, site) {
  const seo = { ...site.seo, language: values.language };
  for (const name of ['title_suffix', 'description', 'og_image']) {
    if (values[name].trim()) seo[name] = values[name].trim();
    else delete seo[name];
  }
  if (values.noindex) seo.noindex = true;
  else delete seo.noindex;
  return { name: values.name.trim(), slug: values.slug, domain: values.domain.trim().toLowerCase() || null, head_code: values.head_code, analytics: values.analytics, seo };
}

function mistakesOf(values) {
  return Object.fromEntries(Object.entries({
    name: values.name.trim() ? '' : 'Enter a name.',
    slug: slugMistake(values.slug),
    og_image: !values.og_image.trim() || /^(https:\/\/|\/static\/stock\/)/.test(values.og_image.trim()) ? '' : 'Enter an address that begins with https://.',
  }).filter(([, message]) => message));
}

export function Settings({ view }) {
  const { site, role } = view;
  const mayEdit = may(role, 'update', 'sites');
  const [values, setValues] = useState(valuesOf(site));
  const [mistakes, setMistakes] = useState({});
  const [busy, setBusy] = useState(false);
  const bind = (name) => ({
    value: values[name],
    disabled: !mayEdit,
    onInput: (event) => { setValues({ ...values, [name]: event.currentTarget.value }); setMistakes({ ...mistakes, [name]: '' }); },
  });
  const save = async (event) => {
    event.preventDefault();
    const found = mistakesOf(values);
    setMistakes(found);
    if (Object.keys(found).length) return;
    setBusy(true);
    try {
      await changeSite(site.id, changesFrom(values, site));
      await view.reload();
      toast('The settings were saved. They show on the live site with the next publish.');
    } catch (error) {
      const problem = asProblem(error);
      setMistakes(Object.keys(problem.fields).length ? problem.fields : { form: problem.message });
    }
    setBusy(false);
  };
  const parts = { values, setValues, mistakes, bind, mayEdit };
  return (
    <div class="stack settings">
      {!mayEdit && <p class="notice notice-info">You are a {role} here: editors and above change these settings.</p>}
      <form class="stack" noValidate onSubmit={save}>
        <General {...parts} />
        <Search {...parts} />
        <Visits {...parts} site={site} />
        <HeadCode {...parts} />
        {mistakes.form && <p class="notice notice-failed" role="alert">{mistakes.form}</p>}
        {mayEdit && <div><button type="submit" class="btn btn-primary" disabled={busy} aria-busy={busy}>Save the settings</button></div>}
      </form>
      <Danger site={site} role={role} />
    </div>
  );
}

function General({ bind, mistakes }) {
  return (
    <section class="card card-main stack">
      <h2>General</h2>
      <Field label="Name" error={mistakes.name}><input class="form-control" maxLength={80} {...bind('name')} /></Field>
      <div class="pair">
        <Field label="Address" error={mistakes.slug} hint="A new address holds from the next publish; the old one stops working."><input class="form-control mono" maxLength={63} spellcheck={false} {...bind('slug')} /></Field>
        <Field label="Language" hint="Tells browsers and screen readers how to read the pages.">
          <select class="form-select" {...bind('language')}>{Object.entries(LANGUAGES).map(([code, name]) => <option key={code} value={code}>{name}</option>)}</select>
        </Field>
      </div>
      <Field label="Your domain" optional error={mistakes.domain} hint="Used for addresses in the sitemap when you host the ZIP yourself."><input class="form-control mono" maxLength={253} spellcheck={false} placeholder="www.example.com" {...bind('domain')} /></Field>
    </section>
  );
}

function Search({ bind, mistakes, values, setValues, mayEdit }) {
  return (
    <section class="card card-main stack">
      <div><h2>Search and sharing</h2><p class="soft">Defaults for pages that have none of their own.</p></div>
      <Field label="Title ending" optional hint="Follows every page's title, like “About · Harbour Street Bakery”."><input class="form-control" maxLength={60} {...bind('title_suffix')} /></Field>
      <Field label="Description" optional hint="One or two sentences for search results."><textarea class="form-control" maxLength={300} rows={3} {...bind('description')} /></Field>
      <Field label="Picture for shared links" optional error={mistakes.og_image} hint="The address of a wide picture, beginning with https://."><input class="form-control" maxLength={2048} spellcheck={false} {...bind('og_image')} /></Field>
      <label class="check">
        <input class="form-check-input" type="checkbox" checked={values.noindex} disabled={!mayEdit} onChange={(event) => setValues({ ...values, noindex: event.currentTarget.checked })} />
        <span>Keep the site out of search engines<span class="field-hint">They are asked not to list it; people with the address still see it.</span></span>
      </label>
    </section>
  );
}

function Visits({ values, setValues, mayEdit, site }) {
  return (
    <section class="card card-main stack">
      <div><h2>Visitors</h2><p class="soft">A small script of the site's own tells us of visits: no cookies, no addresses kept, nobody followed from day to day. <a href={`/sites/${site.id}/analytics`}>See the visitors</a></p></div>
      <label class="check">
        <input class="form-check-input" type="checkbox" checked={values.analytics} disabled={!mayEdit} onChange={(event) => setValues({ ...values, analytics: event.currentTarget.checked })} />
        <span>Count visits<span class="field-hint">Whoever asks not to be tracked (Do Not Track, Global Privacy Control) is not counted. To count clicks of a link or button, fill in “Count clicks as” in the page builder.</span></span>
      </label>
    </section>
  );
}

function HeadCode({ bind, mistakes }) {
  return (
    <section class="card card-main stack">
      <div><h2>Head code</h2><p class="soft">Lines for the head of every published page, such as a verification tag.</p></div>
      <Field label="HTML" optional error={mistakes.head_code} hint="Goes to the published site only and never runs in Roseram. Every editor of the organization may change it."><textarea class="form-control mono" rows={5} spellcheck={false} maxLength={65536} {...bind('head_code')} /></Field>
    </section>
  );
}

function Danger({ site, role }) {
  const [asking, setAsking] = useState(false);
  const mayDelete = may(role, 'delete', 'sites');
  return (
    <section class="card card-main stack danger-card">
      <div><h2>Delete the site</h2><p class="soft">{mayDelete ? 'Its pages, their history and its publish history go with it.' : 'Admins and owners of the organization delete sites.'}</p></div>
      <div><button type="button" class="btn btn-danger" disabled={!mayDelete} onClick={() => setAsking(true)}>Delete {site.name}</button></div>
      {asking && <DeleteSite site={site} onClose={() => setAsking(false)} onDone={() => location.replace('/dashboard')} />}
    </section>
  );
}
