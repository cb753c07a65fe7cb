/* The strip that support sees in every organization that it looks into: as what, until when, why, and the way out. */
import { useState } from 'preact/hooks';
import lifebuoy from 'icon:lifebuoy';
import { mount } from './mount.js';
import { asProblem } from './problems.js';
import { closeVisit } from './tables/support.js';
import { exactly } from './times.js';
import { Icon } from './ui/icon.jsx';
import { toastProblem } from './ui/toasts.jsx';

const goHome = () => location.assign('/dashboard');
let bell;

function Notice({ organization }) {
  const { visit, name } = organization;
  const [busy, setBusy] = useState(false);
  const end = async () => {
    setBusy(true);
    try {
      await closeVisit(visit.id);
      goHome();
    } catch (error) {
      toastProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <section class="notice notice-support" aria-label="Support access">
      <Icon of={lifebuoy} />
      <p><strong>You look into {name} as support</strong> until <time dateTime={visit.ends_at}>{exactly(visit.ends_at)}</time>. You can change nothing, and its owners know. Reason: {visit.reason}</p>
      <button type="button" class="btn btn-sm" disabled={busy} aria-busy={busy} onClick={end}>End it now</button>
    </section>
  );
}

/** Shows it, or takes it away in an organization that the person belongs to. */
export function showSupportNotice(organization) {
  const place = document.getElementById('support-notice');
  clearTimeout(bell);
  if (!place) return;
  mount(organization.visit ? <Notice key={organization.visit.id} organization={organization} /> : null, place);
  const left = organization.visit ? new Date(organization.visit.ends_at) - Date.now() : 0;
  // The database has closed by then. A clock that is ahead sees no time left, and is left alone.
  if (left > 0) bell = setTimeout(goHome, left + 1000);
}
