/* The session ended while somebody edits. They sign in again right here; the page and the work stay. */
import { useEffect, useState } from 'preact/hooks';
import { Dialog, Field } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { supa } from '../../lib/supa.js';
import { me } from '../state.js';
import { downloadDraft } from '../save/download.js';
import { resumeSaving, snapshot } from '../workspace.js';

export default function SignIn({ onClose }) {
  const [password, setPassword] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    // Signing in in another tab of this browser is enough.
    const { data } = supa.auth.onAuthStateChange((event, session) => {
      if (event !== 'SIGNED_IN' || session?.user.id !== me.value.id) return;
      onClose();
      resumeSaving();
    });
    return () => data.subscription.unsubscribe();
  }, []);
  const submit = async () => {
    setBusy(true);
    const { error: refused } = await supa.auth.signInWithPassword({ email: me.value.email, password });
    setBusy(false);
    if (refused) setError(asProblem(refused).message);
  };
  const foot = (
    <>
      <button type="button" class="btn" onClick={() => downloadDraft(snapshot())}>Download my work</button>
      <button type="submit" class="btn btn-primary" aria-busy={busy} disabled={busy}>Sign in and save</button>
    </>
  );
  return (
    <Dialog title="Sign in again" onClose={onClose} onSubmit={submit} busy={busy} foot={foot}>
      <p class="soft">Your session has ended. Your work is still here; sign in to save it.</p>
      <Field label="E-mail"><input class="form-control" type="email" value={me.value.email} readOnly autoComplete="username" /></Field>
      <Field label="Password" error={error}>
        <input class="form-control" type="password" autoComplete="current-password" autoFocus value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
      </Field>
      <p class="field-hint">No password? <a href="/login" target="_blank" rel="noopener">Sign in in another tab</a>; this page goes on by itself.</p>
    </Dialog>
  );
}
