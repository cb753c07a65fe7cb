/* A card that is a form: pending, the fields' errors beside them, and what the whole form answers. */
import { useState } from 'preact/hooks';
import { asProblem } from '../lib/problems.js';
import { endIfOver } from '../lib/session.js';

export function FormCard({ title, text, action, onSave, disabled = false, children }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await onSave();
    } catch (error) {
      if (!(await endIfOver(error))) setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <form class="card" noValidate onSubmit={submit}>
      <div class="card-main stack">
        <div><h2>{title}</h2>{text && <p class="soft">{text}</p>}</div>
        {children}
        {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
      </div>
      <div class="card-foot"><button type="submit" class="btn btn-primary push" disabled={busy || disabled} aria-busy={busy}>{action}</button></div>
    </form>
  );
}
