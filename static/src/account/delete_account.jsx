/* Deleting an account: says first what goes with it and what stands in the way, then asks for address and password. */
import { useEffect, useState } from 'preact/hooks';
import { Elsewhere, KeepOnline } from '../lib/elsewhere.jsx';
import { asProblem } from '../lib/problems.js';
import { endIfOver, signOut } from '../lib/session.js';
import { deleteAccount, whatGoesWith } from '../lib/tables/account.js';
import { Async, Dialog, Field, resource } from '../lib/ui.jsx';
import { useElsewhere } from '../lib/use_elsewhere.js';
import { PasswordField, hasPassword, proveItsYou } from './password_field.jsx';

export function DeleteAccount({ user, onClose }) {
  const [consequences] = useState(() => resource(() => whatGoesWith(user.id)));
  const [typed, setTyped] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  useEffect(() => { consequences.load(); }, []);

  const { value: found } = consequences.status.value;
  const asksPassword = hasPassword(user);
  const isBlocked = !found || found.held.length > 0;
  const [keeps, setKeeps] = useState(false);
  const elsewhere = useElsewhere(found && { orgIds: found.going.map(({ id }) => id) });
  const leaves = elsewhere.isKnown && !elsewhere.isBusy && (!elsewhere.online.length || keeps);
  const isReady = !isBlocked && leaves && typed.trim().toLowerCase() === user.email && (!asksPassword || password);
  const submit = async () => {
    if (!isReady) return;
    setBusy(true);
    setProblem(null);
    try {
      if (asksPassword) await proveItsYou(user.email, password);
      await deleteAccount();
      await signOut({ to: '/login#deleted' });
    } catch (error) {
      if (!(await endIfOver(error))) setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Keep the account</button>
      <button type="submit" class="btn btn-danger" disabled={!isReady || busy} aria-busy={busy}>Delete for ever</button>
    </>
  );
  return (
    <Dialog title="Delete your account?" busy={busy} onClose={onClose} onSubmit={submit} foot={foot}>
      <Async of={consequences} skeleton={<span class="bone bone-line" role="status" aria-label="Looking at what goes with it" />}>
        {({ held, going }) => (held.length ? <Held organizations={held} /> : <Going organizations={going} />)}
      </Async>
      {!isBlocked && (
        <>
          {found.going.length > 0 && (
            <Elsewhere of={elsewhere}>
              {elsewhere.online.length > 0
                ? <p><strong>These stay online at other hosts.</strong> The accounts’ credentials go too, so nobody can take them down from here afterwards.</p>
                : <p><strong>Nothing is online at other hosts any more.</strong> The projects and repositories stay in your accounts there.</p>}
            </Elsewhere>
          )}
          <KeepOnline of={elsewhere} checked={keeps} onChange={setKeeps} />
          <Field label={`Type “${user.email}” to confirm`}>
            <input class="form-control" type="text" inputMode="email" autoComplete="off" autoCapitalize="none" spellcheck={false} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
          </Field>
          {asksPassword && <PasswordField label="Your password" value={password} error={problem?.fields.present} onInput={(value) => { setPassword(value); setProblem(null); }} />}
        </>
      )}
      {problem && !problem.fields.present && (
        <p class="notice notice-failed" role="alert">{problem.message}{problem.code === 'PT409' && <> <a href="/team">Open the team</a></>}</p>
      )}
    </Dialog>
  );
}

function Held({ organizations }) {
  return (
    <div class="notice notice-failed"><div>
      <strong>Not yet: others would be left without an owner.</strong>
      <p>You are the only owner of {organizations.map(({ name }) => `“${name}”`).join(', ')}. Make somebody else an owner on the <a href="/team">team screen</a>, or delete the organization there.</p>
    </div></div>
  );
}

function Going({ organizations }) {
  return (
    <div class="soft stack">
      <p>This cannot be undone. Signing up again with the same address begins from nothing.</p>
      {organizations.length > 0 && (
        <div><p>With you go these organizations, with all their sites, because nobody else is in them:</p>
          <ul>{organizations.map(({ id, name }) => <li key={id}><strong>{name}</strong></li>)}</ul></div>
      )}
    </div>
  );
}
