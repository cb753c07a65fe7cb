import { useState } from 'preact/hooks';
import { PROVIDERS } from '../lib/hosts.js';
import { asProblem } from '../lib/problems.js';
import { renameIntegration, rotateIntegration } from '../lib/tables/integrations.js';
import { Dialog, Field, toast } from '../lib/ui.jsx';

/** Runs what a dialog is for: busy meanwhile, closed afterwards, or told why not. */
export function useSubmit(onClose) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const submit = async (work) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return { busy, problem, submit };
}

export function Foot({ busy, ready = true, action, onClose }) {
  return (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={busy || !ready} aria-busy={busy}>{action}</button>
    </>
  );
}

/** What is wrong that belongs to no field that is shown. */
export function Complaint({ problem, fields = [] }) {
  if (!problem || fields.some((name) => problem.fields[name])) return null;
  return <p class="notice notice-failed" role="alert">{problem.message}</p>;
}

export function RenameDialog({ account, onDone, onClose }) {
  const [label, setLabel] = useState(account.label);
  const { busy, problem, submit } = useSubmit(onClose);
  const rename = () => submit(async () => { await renameIntegration(account.id, label.trim()); await onDone(); });
  return (
    <Dialog title="Rename the account" onClose={onClose} onSubmit={rename} busy={busy} foot={<Foot busy={busy} ready={label.trim()} action="Rename" onClose={onClose} />}>
      <Field label="Name" error={problem?.fields.label}>
        <input class="form-control" value={label} maxLength={80} autoComplete="off" onInput={(event) => setLabel(event.currentTarget.value)} />
      </Field>
      <Complaint problem={problem} fields={['label']} />
    </Dialog>
  );
}

export function RotateDialog({ account, onDone, onClose }) {
  const [token, setToken] = useState('');
  const { busy, problem, submit } = useSubmit(onClose);
  const provider = PROVIDERS[account.provider];
  const rotate = () => submit(async () => {
    await rotateIntegration(account.id, token.trim());
    await onDone();
    toast('The new token is in use. Delete the old one at the host.');
  });
  return (
    <Dialog title={`A new token for ${account.label || provider.name}`} onClose={onClose} onSubmit={rotate} busy={busy} foot={<Foot busy={busy} ready={token.trim()} action="Replace" onClose={onClose} />}>
      <p class="soft">It must belong to the same account{account.account_label && `, ${account.account_label}`}. It is tried at once; the old one stays until the new one works.</p>
      <Field label={provider.tokenLabel} hint={provider.hint} error={problem?.fields.token}>
        <input class="form-control" type="password" value={token} autoComplete="off" spellcheck={false} onInput={(event) => setToken(event.currentTarget.value)} />
      </Field>
      <Complaint problem={problem} fields={['token']} />
    </Dialog>
  );
}
