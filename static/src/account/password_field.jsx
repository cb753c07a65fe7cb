/* Who somebody is, asked again: an unlocked screen must not be enough to take an account over, or to end it. */
import { Problem } from '../lib/problems.js';
import { supa } from '../lib/supa.js';
import { Field } from '../lib/ui.jsx';

/** Those who sign in with GitHub alone have no password to ask for. */
export const hasPassword = (user) => !user.identities?.length || user.identities.some(({ provider }) => provider === 'email');

export function PasswordField({ label = 'Present password', value, onInput, error, hint, fresh = false }) {
  return (
    <Field label={label} error={error} hint={hint}>
      <input class="form-control" type="password" autoComplete={fresh ? 'new-password' : 'current-password'} maxLength={72} value={value} onInput={(event) => onInput(event.currentTarget.value)} />
    </Field>
  );
}

/** A session from just now, which hosted Auth asks for before it changes a password. Throws a Problem with its field. */
export async function proveItsYou(email, password) {
  const { error } = await supa.auth.signInWithPassword({ email, password });
  if (error?.code === 'invalid_credentials') {
    const message = 'That is not your present password.';
    throw new Problem(message, { code: error.code, fields: { present: message } });
  }
  if (error) throw error;
}
