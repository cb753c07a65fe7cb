/* Another password; whoever else is signed in as this person is not any more. */
import { useState } from 'preact/hooks';
import { rowsOf } from '../lib/problems.js';
import { supa } from '../lib/supa.js';
import { toast } from '../lib/ui.jsx';
import { FormCard } from './form_card.jsx';
import { PasswordField, hasPassword, proveItsYou } from './password_field.jsx';

const LONGEST_BYTES = 72;

function mistakeIn(fresh) {
  if ([...fresh].length < 8) return 'Use at least 8 characters.';
  // bcrypt, which keeps it, reads no further.
  return new TextEncoder().encode(fresh).length > LONGEST_BYTES ? 'Use at most 72 characters.' : '';
}

export function Password({ user }) {
  const [values, setValues] = useState({ present: '', fresh: '' });
  const [mistakes, setMistakes] = useState({});
  const change = (name) => (value) => {
    setValues({ ...values, [name]: value });
    setMistakes({});
  };
  if (!hasPassword(user)) return <NoPassword />;
  const save = async () => {
    const found = { present: values.present ? '' : 'Enter your present password.', fresh: mistakeIn(values.fresh) };
    setMistakes(found);
    if (found.present || found.fresh) return;
    try {
      await proveItsYou(user.email, values.present);
    } catch (error) {
      if (!error.fields?.present) throw error;
      return setMistakes(error.fields);
    }
    await rowsOf(supa.auth.updateUser({ password: values.fresh }));
    await rowsOf(supa.auth.signOut({ scope: 'others' }));
    setValues({ present: '', fresh: '' });
    toast('Your password was changed. Other devices have to sign in again.');
  };
  return (
    <FormCard title="Password" text="Changing it signs you out everywhere else." action="Change the password" onSave={save}>
      <input type="text" autoComplete="username" value={user.email} readOnly hidden />
      <PasswordField value={values.present} error={mistakes.present} onInput={change('present')} />
      <PasswordField fresh label="New password" value={values.fresh} error={mistakes.fresh} hint="At least 8 characters. A few unrelated words work well." onInput={change('fresh')} />
    </FormCard>
  );
}

function NoPassword() {
  return (
    <section class="card card-main stack" aria-labelledby="password-heading">
      <div><h2 id="password-heading">Password</h2><p class="soft">You sign in with GitHub, without a password. To have one as well, <a href="/forgot">ask for a link</a>.</p></div>
    </section>
  );
}
