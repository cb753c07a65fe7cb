/* What is wrong with the open page, as it is right now. */
import check from 'icon:circle-check';
import { Icon } from '../../lib/ui.jsx';
import { Findings } from '../checks/findings.jsx';
import { summaryOf } from '../checks/page.js';
import { errorsIn } from '../checks/page.js';
import { liveFindings } from '../checks/live.js';
import { page } from '../state.js';

export function ChecksPanel() {
  const findings = liveFindings.value;
  if (!findings) return <p class="b-hint" role="status">Looking at the page…</p>;
  if (!findings.length) {
    return <p class="b-good b-checks-good" role="status"><Icon of={check} size={18} />Nothing to put right on this page.</p>;
  }
  return (
    <div class="b-side-scroll">
      <p class="b-hint" role="status">{summaryOf(findings)} on this page. {errorsIn(findings).length ? 'Errors must be put right before the site is published.' : 'The site can be published with warnings.'}</p>
      <Findings findings={findings} pageId={page.value.id} />
    </div>
  );
}
