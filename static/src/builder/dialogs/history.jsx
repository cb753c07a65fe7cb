/* The history of the open page: look at any state, compare any two, name the present, restore. */
import { useEffect, useRef, useState } from 'preact/hooks';
import close from 'icon:x';
import { Icon, toast, toastProblem } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { announce, canEdit, page } from '../state.js';
import { listVersions, nameVersion, readVersion, restoreVersion } from '../data/versions.js';
import { Compare, ViewChoice } from '../history/compare.jsx';
import { VersionList, nameOfVersion } from '../history/list.jsx';
import { reopenPage, saveNow, snapshot } from '../workspace.js';

const NOW = 'now';

/** A kept state, or the present as it is on the canvas. */
function useVersion(id) {
  const [row, setRow] = useState(null);
  useEffect(() => {
    let isOn = true;
    setRow(null);
    if (id === NOW) setRow({ id, title: page.value.title, seo: page.value.seo, ...snapshot() });
    else if (id) readVersion(id).then((found) => isOn && setRow(found), (error) => toastProblem(asProblem(error)));
    return () => { isOn = false; };
  }, [id]);
  return row?.id === id ? row : null;
}

function NameIt({ onNamed }) {
  const [label, setLabel] = useState('');
  const [busy, setBusy] = useState(false);
  const keep = async (event) => {
    event.preventDefault();
    if (!label.trim() || busy) return;
    setBusy(true);
    try {
      if (!(await saveNow())) throw new Error('The page could not be saved first.');
      await nameVersion(page.value.id, label.trim());
      announce(`Version ${label.trim()} kept`);
      setLabel('');
      await onNamed();
    } catch (error) {
      toastProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="b-name-version" onSubmit={keep}>
      <input class="form-control" maxLength={120} placeholder="Name the present" aria-label="Name for the present version" value={label} onInput={(event) => setLabel(event.currentTarget.value)} />
      <button type="submit" class="btn btn-sm" disabled={busy || !label.trim()} aria-busy={busy}>Keep</button>
    </form>
  );
}

function useVersions() {
  const [rows, setRows] = useState(null);
  const [problem, setProblem] = useState(null);
  const load = () => listVersions(page.value.id).then(setRows, (error) => setProblem(asProblem(error)));
  useEffect(() => { saveNow().then(load); }, []);
  return { rows, problem, load };
}

export default function History({ onClose }) {
  const dialog = useRef(null);
  const { rows, problem, load } = useVersions();
  const [chosen, setChosen] = useState(null);
  const [against, setAgainst] = useState(NOW);
  const [view, setView] = useState(() => (matchMedia('(max-width: 760px)').matches ? 'text' : 'side'));
  const [busy, setBusy] = useState(false);
  const one = useVersion(chosen);
  const other = useVersion(against);
  useEffect(() => { dialog.current.showModal(); }, []);

  const nameOf = (id) => (id === NOW ? 'Now' : nameOfVersion(rows.find((row) => row.id === id) ?? {}));
  const orderOf = (id) => (id === NOW ? -1 : rows.findIndex((row) => row.id === id));
  const [older, newer] = chosen && orderOf(chosen) < orderOf(against) ? [other, one] : [one, other];
  const restore = async () => {
    setBusy(true);
    try {
      if (!(await saveNow())) throw new Error('The page could not be saved first.');
      await restoreVersion(chosen);
      await reopenPage();
      toast('Restored. What was there before is in the history.');
      onClose();
    } catch (error) {
      toastProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} class="b-preview-dialog b-history-dialog" aria-label="History" onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <header class="b-preview-head">
        <h2>History of {page.value.title}</h2>
        <ViewChoice view={view} onChoose={setView} />
        <span class="b-history-actions">
          {canEdit.value && <button type="button" class="btn btn-primary btn-sm" disabled={!chosen || busy} aria-busy={busy} onClick={restore}>Restore this version</button>}
          <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Close history" onClick={onClose}><Icon of={close} /></button>
        </span>
      </header>
      <div class="b-history-body">
        <aside class="b-history-side">
          {canEdit.value && <NameIt onNamed={load} />}
          <p class="b-hint">Choose a version to see it. The dots choose what to compare it with. <label class="b-version-now"><input type="radio" name="against" checked={against === NOW} onChange={() => setAgainst(NOW)} /> Compare with now</label></p>
          {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
          {!rows && !problem && <div class="bone b-bone-block" />}
          {rows && <VersionList rows={rows} chosen={chosen} against={against} present={page.value.version} onChoose={setChosen} onCompare={setAgainst} />}
        </aside>
        <section class="b-history-main" aria-label="Comparison">
          {chosen
            ? <Compare key={view} view={view} older={older} newer={newer} names={older === one ? [nameOf(chosen), nameOf(against)] : [nameOf(against), nameOf(chosen)]} />
            : <p class="empty-state">Choose a version on the left.</p>}
        </section>
      </div>
    </dialog>
  );
}
