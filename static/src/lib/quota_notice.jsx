/* The strip under the bar: something is nearly or wholly used up. Whoever has read it can put it away for this month. */
import { signal } from '@preact/signals';
import close from 'icon:x';
import { mount } from './mount.js';
import { QUOTAS, amount, warningOf } from './quotas.js';
import { listQuotas, thisMonth } from './tables/billing.js';
import { Icon } from './ui/icon.jsx';

const keyOf = (org, { metric }, share) => `roseram-quota ${org.id} ${metric} ${share} ${thisMonth()}`;
const full = signal({ org: null, rows: [] });

function Notice() {
  const { org, rows } = full.value;
  if (!rows.length) return null;
  const hide = () => {
    for (const row of rows) localStorage.setItem(keyOf(org, row, warningOf(row)), 'read');
    full.value = { org, rows: [] };
  };
  const isFull = rows.some((row) => warningOf(row) === 100);
  return (
    <p class={`notice ${isFull ? 'notice-failed' : 'notice-info'} quota-notice`} role="status">
      <span>
        {isFull ? 'Used up: ' : 'Nearly used up: '}
        {rows.map((row) => `${QUOTAS[row.metric].toLowerCase()} (${amount(row.metric, row.used)} of ${amount(row.metric, row.allowed)})`).join(', ')}.{' '}
        {org.role === 'owner' ? <a href="/billing">Usage and plans</a> : 'An owner can choose a larger plan.'}
      </span>
      <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Hide until next month" onClick={hide}><Icon of={close} /></button>
    </p>
  );
}

/** Looks once, after the screen is there; what cannot be read is no reason to disturb. */
export async function warnOfQuotas(org) {
  const place = document.getElementById('quota-notice');
  if (!place) return;
  mount(<Notice />, place);
  const rows = await listQuotas(org.id).catch(() => []);
  full.value = { org, rows: rows.filter((row) => QUOTAS[row.metric] && warningOf(row) && !localStorage.getItem(keyOf(org, row, warningOf(row)))) };
}
