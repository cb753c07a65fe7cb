/* The strip under the bar: something is nearly or wholly used up. Whoever has read it can put it away until the quotas begin anew. */
import { signal } from '@preact/signals';
import close from 'icon:x';
import { mount } from './mount.js';
import { QUOTAS, amount, warningOf } from './quotas.js';
import { currentQuotas } from './tables/billing.js';
import { dayOf } from './times.js';
import { Icon } from './ui/icon.jsx';

const keyOf = ({ org, starts }, row) => `roseram-quota ${org.id} ${row.metric} ${warningOf(row)} ${starts}`;
const full = signal({ org: null, starts: '', ends: '', rows: [] });

function Notice() {
  const { org, ends, rows } = full.value;
  if (!rows.length) return null;
  const hide = () => {
    for (const row of rows) localStorage.setItem(keyOf(full.value, row), 'read');
    full.value = { ...full.value, rows: [] };
  };
  const isFull = rows.some((row) => warningOf(row) === 100);
  return (
    <p class={`notice ${isFull ? 'notice-failed' : 'notice-info'} quota-notice`} role="status">
      <span>
        {isFull ? 'Used up: ' : 'Nearly used up: '}
        {rows.map((row) => `${QUOTAS[row.metric].toLowerCase()} (${amount(row.metric, row.used)} of ${amount(row.metric, row.allowed)})`).join(', ')}.{' '}
        {org.role === 'owner' ? <a href="/billing">Usage and plans</a> : 'An owner can choose a larger plan.'}
      </span>
      <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label={`Hide until ${dayOf(ends)}`} onClick={hide}><Icon of={close} /></button>
    </p>
  );
}

/** Looks once, after the screen is there; what cannot be read is no reason to disturb. */
export async function warnOfQuotas(org) {
  const place = document.getElementById('quota-notice');
  if (!place) return;
  mount(<Notice />, place);
  const now = await currentQuotas(org.id).catch(() => null);
  if (!now) return;
  const news = { org, starts: now.starts, ends: now.ends };
  full.value = { ...news, rows: now.quotas.filter((row) => QUOTAS[row.metric] && warningOf(row) && !localStorage.getItem(keyOf(news, row))) };
}
