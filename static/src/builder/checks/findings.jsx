/* Findings as a list: errors first, each with the way to what it is about. */
import wrong from 'icon:circle-x';
import weak from 'icon:alert-triangle';
import { Icon } from '../../lib/ui.jsx';
import { openDialog, page, pages, panel } from '../state.js';
import { showElement } from './show.js';

const SETTINGS = new Set(['missing-title', 'long-title', 'missing-description', 'same-title']);

/** Where a finding that is about no element is put right. */
function fixOf({ rule, message }, pageId) {
  const target = pages.value.find(({ id }) => id === (pageId ?? page.value?.id));
  if (rule === 'weak-theme') return ['Open theme', () => { panel.value = 'theme'; }];
  if (rule === 'no-home-page') return ['Open pages', () => { panel.value = 'pages'; }];
  if (rule === 'secret-in-code' && message.startsWith('The site')) return ['Site settings', () => openDialog('site-settings')];
  if (target && (SETTINGS.has(rule) || rule === 'secret-in-code')) return ['Page settings', () => openDialog('page-settings', { target })];
  return null;
}

function Finding({ finding, pageId, onLeave }) {
  const isError = finding.level === 'error';
  const fix = finding.path ? ['Show element', () => showElement(pageId, finding.path)] : fixOf(finding, pageId);
  return (
    <li class="b-finding" data-level={finding.level}>
      <Icon of={isError ? wrong : weak} size={18} />
      <div>
        <p><span class="visually-hidden">{isError ? 'Error: ' : 'Warning: '}</span>{finding.message}</p>
        {fix && <button type="button" class="b-link" onClick={() => { onLeave?.(); fix[1](); }}>{fix[0]}</button>}
      </div>
    </li>
  );
}

export function Findings({ findings, pageId, onLeave }) {
  return (
    <ul class="b-findings">
      {findings.map((finding, index) => <Finding key={`${index}${finding.rule}`} finding={finding} pageId={pageId} onLeave={onLeave} />)}
    </ul>
  );
}
