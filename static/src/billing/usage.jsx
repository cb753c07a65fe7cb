/* Every quota with what is used of it. */
import { amount, quotasOf, warningOf } from '../lib/quotas.js';
import { dayOf } from '../lib/times.js';

export function Quotas({ view }) {
  const plan = view.offer.plans.find(({ id }) => id === view.plan);
  return (
    <section class="card" aria-labelledby="usage-heading">
      <div class="card-head"><h2 id="usage-heading">Usage</h2></div>
      <ul class="card-main quotas">
        {quotasOf(plan, view.quotas.quotas).map((quota) => <Quota key={quota.metric} quota={quota} />)}
      </ul>
      <p class="card-foot soft small">What counts by the month begins anew on {dayOf(view.quotas.ends)} (UTC).</p>
    </section>
  );
}

function Quota({ quota }) {
  const { metric, label, used, allowed } = quota;
  const warning = warningOf(quota);
  const told = allowed === null ? `${amount(metric, used)}, without limit` : `${amount(metric, used)} of ${amount(metric, allowed)}`;
  return (
    <li class="quota">
      <span id={`quota-${metric}`}>{label}</span>
      <span class="quota-told">{told}{warning > 0 && <span class={`badge ${warning === 100 ? 'badge-failed' : 'badge-changed'}`}>{warning === 100 ? 'Used up' : 'Nearly used up'}</span>}</span>
      {allowed !== null && <progress class={`quota-bar quota-${warning}`} value={Math.min(used, allowed)} max={Math.max(allowed, 1)} aria-labelledby={`quota-${metric}`} />}
    </li>
  );
}
