/* The plans side by side: what each includes, what it costs, and the way there. */
import { useState } from 'preact/hooks';
import check from 'icon:check';
import { api } from '../lib/api.js';
import { asProblem } from '../lib/problems.js';
import { Icon, toastProblem } from '../lib/ui.jsx';
import { ChangeDialog } from './change_dialog.jsx';
import { isSubscribed, money } from './words.js';

const LIMITS = [
  ['sites', 'site', 'sites'], ['pages', 'page', 'pages'], ['members', 'member', 'members'], ['ai_credits', 'AI credit a month', 'AI credits a month'],
  ['deployments', 'publish a month', 'publishes a month'], ['storage_mb', 'MB of pictures', 'MB of pictures'], ['custom_domains', 'custom domain', 'custom domains'],
  ['retention_days', 'day of statistics', 'days of statistics'],
];
const FEATURES = { head_code: 'Custom head code on published sites', page_code: 'JavaScript on published pages' };
const INTERVALS = { month: 'Monthly', year: 'Yearly' };

export function Plans({ view, reload }) {
  const { offer, subscription } = view;
  const [interval, setInterval] = useState(subscription?.billing_interval ?? 'month');
  const [changing, setChanging] = useState(null);
  return (
    <section class="card" aria-labelledby="plans-heading">
      <div class="card-head">
        <h2 id="plans-heading">Plans</h2>
        {offer.configured && (
          <div class="intervals push" role="group" aria-label="Pay">
            {Object.entries(INTERVALS).map(([value, label]) => (
              <button key={value} type="button" class="btn btn-sm" aria-pressed={interval === value} onClick={() => setInterval(value)}>{label}</button>
            ))}
          </div>
        )}
      </div>
      <ul class="card-main plans">
        {offer.plans.map((plan) => <Plan key={plan.id} plan={plan} interval={interval} view={view} onChange={() => setChanging(plan)} />)}
      </ul>
      {changing && <ChangeDialog view={view} plan={changing} interval={interval} onClose={() => setChanging(null)} onDone={reload} />}
    </section>
  );
}

function Plan({ plan, interval, view, onChange }) {
  const price = plan.amounts.find((each) => each.interval === interval);
  const isCurrent = plan.id === view.plan;
  return (
    <li class="plan" aria-current={isCurrent ? 'true' : undefined}>
      <div class="plan-head"><h3>{plan.name}</h3>{isCurrent && <span class="badge badge-live">Your plan</span>}</div>
      <p class="soft">{plan.summary}</p>
      {price && <p class="plan-price"><strong>{money(price.cents, price.currency)}</strong> a {interval}</p>}
      {plan.id === 'free' && <p class="plan-price"><strong>Free</strong></p>}
      <ul class="plan-list">
        {LIMITS.map(([name, one, many]) => {
          const limit = plan.limits[name];
          return <li key={name}><Icon of={check} />{limit === null ? `Any number of ${many.replace(' a month', '').replace('MB of ', '')}` : `${limit.toLocaleString('en')} ${limit === 1 ? one : many}`}</li>;
        })}
        {plan.features.map((feature) => <li key={feature}><Icon of={check} />{FEATURES[feature] ?? feature}</li>)}
      </ul>
      {price && <Choose plan={plan} interval={interval} view={view} onChange={onChange} />}
    </li>
  );
}

function Choose({ plan, interval, view, onChange }) {
  const { organization, subscription } = view;
  const [busy, setBusy] = useState(false);
  if (isSubscribed(subscription)) {
    const isSame = subscription.plan === plan.id && subscription.billing_interval === interval;
    return <button type="button" class="btn" disabled={isSame} onClick={onChange}>{isSame ? 'As it is now' : `Change to ${plan.name}, ${INTERVALS[interval].toLowerCase()}`}</button>;
  }
  const subscribe = async () => {
    setBusy(true);
    try {
      const { url } = await api('/api/billing/checkout', { method: 'POST', body: { org_id: organization.id, plan: plan.id, interval } });
      location.assign(url);
    } catch (error) {
      toastProblem(asProblem(error));
      setBusy(false);
    }
  };
  const hasTrial = plan.trial_days > 0 && !subscription?.trial_used;
  return <button type="button" class="btn btn-primary" disabled={busy} aria-busy={busy} onClick={subscribe}>{hasTrial ? `Try ${plan.name} for ${plan.trial_days} days` : `Subscribe to ${plan.name}`}</button>;
}
