/* Whether the log is as it was written, in words. */
import { useState } from 'preact/hooks';
import shield from 'icon:shield-check';
import { asProblem } from '../lib/problems.js';
import { endIfOver } from '../lib/session.js';
import { verifyChain } from '../lib/tables/activity.js';
import { Icon } from '../lib/ui.jsx';

export function inWords({ ok, entries, hash, sequence, id }) {
  if (ok && !entries) return 'There is nothing to verify yet: the log is empty.';
  if (ok) {
    const all = entries === 1 ? 'The one entry is' : `All ${entries} entries are`;
    return `${all} as they were written: none was changed, added in between or removed. The fingerprint of the last one is ${hash}; note it elsewhere to notice even a log that was rewritten as a whole.`;
  }
  if (!id) return `Entries are missing at the end: number ${sequence} and what came after it. Somebody with access to the database itself has removed them.`;
  return `Entry number ${sequence} is not as it was written, or one before it is missing. Somebody with access to the database itself has changed it; the entries before it are sound.`;
}

export function useVerify(orgId) {
  const [answer, setAnswer] = useState(null);
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    try {
      const result = await verifyChain(orgId);
      setAnswer({ looks: result.ok ? 'notice-info' : 'notice-failed', text: inWords(result), of: orgId });
    } catch (error) {
      if (!(await endIfOver(error))) setAnswer({ looks: 'notice-failed', text: asProblem(error).message, of: orgId });
    }
    setBusy(false);
  };
  const button = <button type="button" class="btn" disabled={busy} aria-busy={busy} onClick={verify}>{!busy && <Icon of={shield} />}Verify</button>;
  const notice = <div role="status">{answer?.of === orgId && <p class={`notice ${answer.looks} verified`}>{answer.text}</p>}</div>;
  return { button, notice };
}
