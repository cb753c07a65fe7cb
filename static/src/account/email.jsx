/* Another e-mail address: it counts once a link sent to it was opened. */
import { useState } from 'preact/hooks';
import { useKept } from '../lib/kept.js';
import { rowsOf } from '../lib/problems.js';
import { supa } from '../lib/supa.js';
import { Field } from '../lib/ui.jsx';
import { FormCard } from './form_card.jsx';
import { PasswordField, hasPassword, proveItsYou } from './password_field.jsx';

const WHOLE = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

export function Email({ user }) {
  const [address, setAddress, settle] = useKept('new address', '');
  const [password, setPassword] = useState('');
  const [mistakes, setMistakes] = useState({});
  const [pending, setPending] = useState(user.new_email ?? '');
  const asksPassword = hasPassword(user);
  const save = async () => {
    const wanted = address.trim().toLowerCase();
    const found = {
      address: !WHOLE.test(wanted) ? 'Enter a whole e-mail address, like you@example.com.'
        : wanted === user.email ? 'That is your address already.' : '',
      present: !asksPassword || password ? '' : 'Enter your present password.',
    };
    setMistakes(found);
    if (found.address || found.present) return;
    try {
      if (asksPassword) await proveItsYou(user.email, password);
    } catch (error) {
      if (!error.fields?.present) throw error;
      return setMistakes(error.fields);
    }
    await rowsOf(supa.auth.updateUser({ email: wanted }, { emailRedirectTo: `${location.origin}/auth/confirm?next=/account` }));
    settle();
    setAddress('');
    settle();
    setPassword('');
    setPending(wanted);
  };
  return (
    <FormCard title="E-mail address" text={user.email} action="Change the address" onSave={save}>
      {pending && <p class="notice notice-info" role="status">Open the link sent to {pending} to finish the change. If one came to {user.email} too, open both. Until then your address stays as it is.</p>}
      <Field label="New e-mail address" error={mistakes.address}>
        <input class="form-control" type="email" inputMode="email" autoComplete="email" maxLength={254} value={address} onInput={(event) => { setAddress(event.currentTarget.value); setMistakes({}); }} />
      </Field>
      {asksPassword && <PasswordField label="Your password" value={password} error={mistakes.present} onInput={(value) => { setPassword(value); setMistakes({}); }} />}
    </FormCard>
  );
}
