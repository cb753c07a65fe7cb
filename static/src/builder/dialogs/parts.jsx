/* Saving, renaming and deleting what is used again, and where a component is used. */
import { useEffect, useState } from 'preact/hooks';
import { Confirm, Dialog, Field, toast } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { addPart, componentPages, deletePart, renamePart } from '../data/parts.js';
import { blockOf } from '../canvas/commands.js';
import { labelOf } from '../canvas/labels.js';
import { instanceMarkup } from '../parts/instances.js';
import { makePart, rulesOn } from '../parts/make.js';
import { announce, components, organization, selection } from '../state.js';
import { loadParts, theEditor } from '../workspace.js';

const WORDS = { components: 'component', sections: 'section' };

/** One name and one button. */
function NameDialog({ title, action, start, hint, onDone, onClose }) {
  const [name, setName] = useState(start);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (!name.trim()) { setError('Enter a name.'); return; }
    setBusy(true);
    try {
      await onDone(name.trim());
      onClose();
    } catch (problem) {
      setError(asProblem(problem).message);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={busy} aria-busy={busy}>{action}</button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} onSubmit={submit} busy={busy} foot={foot}>
      <Field label="Name" hint={hint} error={error}><input class="form-control" maxLength={80} autoFocus value={name} onInput={(event) => setName(event.currentTarget.value)} /></Field>
    </Dialog>
  );
}

export function SavePart({ table, onClose }) {
  const block = blockOf(selection.value);
  const save = async (name) => {
    const editor = theEditor();
    const id = crypto.randomUUID();
    const row = await addPart(table, { id, org_id: organization.value.id, name, ...makePart(block.toHTML(), rulesOn(editor), id) });
    await loadParts();
    if (table === 'components') {
      const parent = block.parent();
      const at = block.index();
      block.remove();
      editor.select(parent.append(instanceMarkup(row), { at })[0]);
    }
    announce(`${name} saved`);
    toast(`“${name}” is saved for everybody in ${organization.value.name}.`);
  };
  const hint = table === 'components' ? 'It stays one thing: what you change in it later changes on every page that uses it.' : 'A copy to begin with; pages that use it change their own.';
  return <NameDialog title={`Save as ${WORDS[table]}`} action="Save" start={labelOf(block)} hint={hint} onDone={save} onClose={onClose} />;
}

export function RenamePart({ table, part, onClose }) {
  const rename = async (name) => { await renamePart(table, part.id, name); await loadParts(); };
  return <NameDialog title={`Rename “${part.name}”`} action="Rename" start={part.name} onDone={rename} onClose={onClose} />;
}

function usePages(id) {
  const [pages, setPages] = useState(null);
  const [problem, setProblem] = useState(null);
  useEffect(() => { if (id) componentPages(id).then(setPages, (error) => setProblem(asProblem(error))); }, [id]);
  return { pages, problem };
}

function PageLinks({ id, nothing }) {
  const { pages, problem } = usePages(id);
  if (problem) return <p class="notice notice-failed" role="alert">{problem.message}</p>;
  if (!pages) return <span class="bone b-bone-line" />;
  if (!pages.length) return <p class="soft">{nothing}</p>;
  return (
    <ul class="b-uses">
      {pages.map(({ page_id: page, site_id: site, title, path, site: name, uses }) => (
        <li key={page}><a href={`/sites/${site}/edit?page=${page}`} target="_blank" rel="noopener">{title}</a> <span class="soft">{name}{path}{uses > 1 ? ` · ${uses} times` : ''}</span></li>
      ))}
    </ul>
  );
}

export function Uses({ part, onClose }) {
  const foot = <button type="button" class="btn btn-primary" onClick={onClose}>Close</button>;
  return <Dialog title={`Where “${part.name}” is used`} onClose={onClose} foot={foot}><PageLinks id={part.id} nothing="No saved page uses it yet." /></Dialog>;
}

export function DeletePart({ table, part, onClose }) {
  const remove = async () => {
    await deletePart(table, part.id);
    if (table === 'components') components.value = components.value.filter(({ id }) => id !== part.id);
    await loadParts();
    announce(`${part.name} deleted`);
  };
  return (
    <Confirm title={`Delete “${part.name}”?`} action={`Delete ${WORDS[table]}`} danger onConfirm={remove} onClose={onClose}>
      {table === 'components' ? (
        <>
          <p>Pages that use it keep what they show now, as plain content. It cannot be undone.</p>
          <PageLinks id={part.id} nothing="No saved page uses it." />
        </>
      ) : <p>Pages that were made with it keep their copies. It cannot be undone.</p>}
    </Confirm>
  );
}
