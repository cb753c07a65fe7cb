/* Asks before something that cannot be undone; with `typed`, the name must be typed. */
import { useState } from 'preact/hooks';
import { asProblem } from '../problems.js';
import { Dialog } from './dialog.jsx';
import { Field } from './field.jsx';

/** As long as it is `held`, something else has to be answered first. */
export function Confirm({ title, action, danger = false, typed, held = false, onConfirm, onClose, children }) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const ready = !held && (!typed || text.trim() === typed);

  const submit = async () => {
    if (!ready) return;
    setBusy(true);
    setProblem(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class={danger ? 'btn btn-danger' : 'btn btn-primary'} disabled={!ready || busy} aria-busy={busy}>{action}</button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} onSubmit={submit} busy={busy} foot={foot}>
      <div class="soft">{children}</div>
      {typed && (
        <Field label={`Type “${typed}” to confirm`}>
          <input class="form-control" autoComplete="off" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </Field>
      )}
      {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
    </Dialog>
  );
}
