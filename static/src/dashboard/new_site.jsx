/* From a finished design or an empty page to the builder. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { BLANK, makeSite } from '../lib/make_site.js';
import { PagePicture } from '../lib/page_picture.jsx';
import { asProblem } from '../lib/problems.js';
import { slugFrom, slugMistake } from '../lib/slug.js';
import { Dialog, Field } from '../lib/ui.jsx';

const pictureOf = (starter) => async () => {
  const home = starter.pages.find(({ path }) => path === '/');
  return home?.html ? { html: home.html, css: home.css, theme: starter.theme } : null;
};

function useStarters() {
  const [starters, setStarters] = useState([BLANK]);
  // The designs are only loaded when somebody wants to choose one.
  useEffect(() => { import('site:starters').then(({ default: found }) => setStarters([...found, BLANK]), () => {}); }, []);
  return starters;
}

export function NewSiteDialog({ organization, onClose }) {
  const id = useMemo(() => crypto.randomUUID(), []);
  const starters = useStarters();
  const [chosen, setChosen] = useState(null);
  const [name, setName] = useState('');
  const [slug, setSlug] = useState(null);
  const [mistakes, setMistakes] = useState({});
  const [busy, setBusy] = useState(false);
  const starter = starters.find((each) => each.id === chosen) ?? starters[0];

  const create = async () => {
    const found = { name: name.trim() ? '' : 'Enter a name.', slug: slug === null ? '' : slugMistake(slug) };
    setMistakes(found);
    if (found.name || found.slug) return;
    setBusy(true);
    try {
      // An address nobody typed is left to the database, which finds one that is free.
      const { site, home } = await makeSite({ id, orgId: organization.id, name: name.trim(), slug, starter });
      location.assign(`/sites/${site.id}/edit?page=${home.id}`);
    } catch (error) {
      const problem = asProblem(error);
      setMistakes(Object.keys(problem.fields).length ? problem.fields : { form: problem.message });
      setBusy(false);
    }
  };

  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={busy} aria-busy={busy}>Create the site</button>
    </>
  );
  return (
    <Dialog title="New site" width="980px" onClose={onClose} onSubmit={create} busy={busy} foot={foot}>
      <div class="new-site-fields">
        <Field label="Name" error={mistakes.name}>
          <input class="form-control" autoFocus value={name} maxLength={80} autoComplete="off" placeholder="Harbour Street Bakery" onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        <Field label="Address" error={mistakes.slug} hint={`Part of the published address, within ${organization.slug}.`}>
          <input class="form-control" value={slug ?? (name.trim() ? slugFrom(name) : '')} maxLength={63} autoComplete="off" spellcheck={false} placeholder="harbour-street-bakery" onInput={(event) => setSlug(event.currentTarget.value || null)} />
        </Field>
      </div>
      {mistakes.form && <p class="notice notice-failed" role="alert">{mistakes.form}</p>}
      <div class="starters">
        <fieldset class="starter-list">
          <legend>Start from</legend>
          {starters.map((each) => (
            <label key={each.id} class="starter">
              <input type="radio" name="starter" value={each.id} checked={each === starter} onChange={() => setChosen(each.id)} />
              <PagePicture load={pictureOf(each)} />
              <span>{each.name}</span>
            </label>
          ))}
        </fieldset>
        <div class="starter-side">
          <div class="starter-view" tabIndex={0} role="region" aria-label={`Preview of ${starter.name}`}>
            <PagePicture key={starter.id} tall load={pictureOf(starter)} />
          </div>
          <p class="soft small">{starter.description}{starter.pages.length > 1 && ` Pages: ${starter.pages.map(({ title, path }) => (path === '/' ? 'Home' : title)).join(', ')}.`}</p>
        </div>
      </div>
    </Dialog>
  );
}
