/* A new page: its title makes its address, which can be changed before and after. */
import { useState } from 'preact/hooks';
import { Dialog, Field } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { addPage } from '../data/pages.js';
import { freePath, pathFromTitle, pathProblem } from '../panels/paths.js';
import { announce, page, pages, panel, site } from '../state.js';
import { snapshot, switchPage } from '../workspace.js';
import { refreshPages } from '../load_site.js';

/** Header and footer of the page that is open, so that a new page begins as part of the same site. */
function frameOf(html) {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  const blocks = [...body.children];
  return blocks.filter(({ dataset }) => /^(nav|header|footer)/.test(dataset.rbBlock ?? '')).map(({ outerHTML }) => outerHTML).join('\n');
}

export default function AddPage({ onClose }) {
  const [title, setTitle] = useState('');
  const [path, setPath] = useState('');
  const [withFrame, setWithFrame] = useState(true);
  const [fields, setFields] = useState({});
  const [busy, setBusy] = useState(false);
  const shownPath = path || (title ? freePath(pathFromTitle(title), pages.value) : '');

  const submit = async () => {
    const problems = {
      title: title.trim() ? '' : 'Give the page a title.',
      path: title.trim() ? pathProblem(shownPath, pages.value) : '',
    };
    setFields(problems);
    if (problems.title || problems.path) return;
    setBusy(true);
    try {
      const made = await addPage({
        site_id: site.value.id, path: shownPath, title: title.trim(), position: pages.value.length,
        html: withFrame && page.value ? frameOf(snapshot().html) : '',
      });
      await refreshPages();
      onClose();
      await switchPage(made.id);
      panel.value = 'blocks';
      announce(`Page ${made.title} added`);
    } catch (error) {
      setBusy(false);
      const problem = asProblem(error);
      setFields({ path: problem.code === '23505' ? 'Another page has this address.' : problem.message });
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" aria-busy={busy} disabled={busy}>Add page</button>
    </>
  );
  return (
    <Dialog title="Add a page" onClose={onClose} onSubmit={submit} busy={busy} foot={foot}>
      <Field label="Title" error={fields.title}>
        <input class="form-control" autoFocus maxLength={120} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
      </Field>
      <Field label="Address" error={fields.path} hint="The part after your site's name.">
        <input class="form-control mono" value={shownPath} onInput={(event) => setPath(event.currentTarget.value)} />
      </Field>
      <label class="b-check"><input type="checkbox" class="form-check-input" checked={withFrame} onChange={(event) => setWithFrame(event.currentTarget.checked)} />Begin with the header and footer of this page</label>
    </Dialog>
  );
}
