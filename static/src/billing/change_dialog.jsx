/* A change of the plan, with its price told before; the change then costs exactly that. */
import { useEffect, useState } from 'preact/hooks';
import { api } from '../lib/api.js';
import { asProblem } from '../lib/problems.js';
import { Dialog, toast } from '../lib/ui.jsx';
import { money } from './words.js';

export function ChangeDialog({ view, plan, interval, onClose, onDone }) {
  const wish = { org_id: view.organization.id, plan: plan.id, interval };
  const [preview, setPreview] = useState(null);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => { api('/api/billing/preview', { method: 'POST', body: wish }).then(setPreview, (error) => setProblem(asProblem(error))); }, []);

  const change = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await api('/api/billing/change', { method: 'POST', body: { ...wish, proration_date: preview.proration_date } });
      toast(`${view.organization.name} is on ${plan.name} now.`);
      await onDone();
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={busy || !preview} aria-busy={busy}>Change the plan</button>
    </>
  );
  return (
    <Dialog title={`Change to ${plan.name}`} onClose={onClose} onSubmit={change} busy={busy} foot={foot} width="520px">
      {!preview && !problem && <p role="status">Asking Stripe what this costs…</p>}
      {preview && (
        <>
          <p>{preview.total_cents >= 0 ? 'Charged today' : 'Credited for the next invoices'}: <strong>{money(Math.abs(preview.total_cents), preview.currency)}</strong></p>
          <table class="table">
            <thead><tr><th>For</th><th class="number">Amount</th></tr></thead>
            <tbody>{preview.lines.map(({ text, cents }, place) => <tr key={place}><td>{text}</td><td class="number">{money(cents, preview.currency)}</td></tr>)}</tbody>
          </table>
        </>
      )}
      {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
    </Dialog>
  );
}
