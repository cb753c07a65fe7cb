import { useState } from 'preact/hooks';
import { asProblem } from '../lib/problems.js';
import { pathMistake, slugFrom } from '../lib/slug.js';
import { changePage, createPages } from '../lib/tables/pages.js';
import { Dialog, Field, toast } from '../lib/ui.jsx';

function suggestPath(title, pages) {
  if (!pages.some(({ path }) => path === '/')) return '/';
  return title.trim() ? `/${slugFrom(title, 'page')}` : '';
}

/** Makes a page, or changes the title and the path of the one given. */
export function PageDialog({ site, pages, page, onClose, onDone }) {
  const [title, setTitle] = useState(page?.title ?? '');
  const [path, setPath] = useState(page?.path ?? null);
  const [mistakes, setMistakes] = useState({});
  const [busy, setBusy] = useState(false);
  const shownPath = path ?? suggestPath(title, pages);

  const save = async () => {
    const found = { title: title.trim() ? '' : 'Enter a title.', path: pathMistake(shownPath) };
    setMistakes(found);
    if (found.title || found.path) return;
    setBusy(true);
    try {
      const values = { title: title.trim(), path: shownPath };
      if (page) await changePage(page, values);
      else await createPages(site.id, [values]);
      await onDone();
      toast(page ? 'The page was changed.' : `${values.title} was added.`);
      onClose();
    } catch (error) {
      const problem = asProblem(error);
      setMistakes(Object.keys(problem.fields).length ? problem.fields : { form: problem.message });
      setBusy(false);
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={busy} aria-busy={busy}>{page ? 'Save' : 'Add the page'}</button>
    </>
  );
  return (
    <Dialog title={page ? 'Title and path' : 'Add a page'} onClose={onClose} onSubmit={save} busy={busy} foot={foot}>
      <Field label="Title" error={mistakes.title} hint="Shown in the browser's tab and in search results.">
        <input class="form-control" value={title} maxLength={120} autoComplete="off" onInput={(event) => setTitle(event.currentTarget.value)} />
      </Field>
      <Field label="Path" error={mistakes.path} hint="Where the page lives within the site, like /about.">
        <input class="form-control mono" value={shownPath} maxLength={200} autoComplete="off" spellcheck={false} onInput={(event) => setPath(event.currentTarget.value)} />
      </Field>
      {mistakes.form && <p class="notice notice-failed" role="alert">{mistakes.form}</p>}
    </Dialog>
  );
}
