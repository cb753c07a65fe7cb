/* What an organization pays for and uses; owners only. */
import lock from 'icon:lock';
import { Async, Icon } from '../lib/ui.jsx';
import { Invoices } from './invoices.jsx';
import { OverLimit } from './over_limit.jsx';
import { PlanCard } from './plan_card.jsx';
import { Plans } from './plans.jsx';
import { Standing } from './standing.jsx';
import { UsageChart } from './usage_chart.jsx';
import { Quotas } from './usage.jsx';

export function Billing({ screen }) {
  return (
    <>
      <div class="page-head"><div><h1>Billing</h1><p>The plan of this organization, what it includes and what is used of it.</p></div></div>
      <Async of={screen} skeleton={<Skeleton />}>
        {(view) => (view.isOwner ? <Loaded view={view} reload={() => screen.load({ quietly: true })} /> : <NotForYou role={view.organization.role} />)}
      </Async>
    </>
  );
}

function Skeleton() {
  return <div class="stack" role="status" aria-label="Loading billing"><span class="bone bone-block" /><span class="bone bone-block" /></div>;
}

function NotForYou({ role }) {
  return (
    <div class="empty-state">
      <Icon of={lock} size={40} />
      <h2>Owners see and change what is paid for</h2>
      <p>You are {/^[aeiou]/.test(role) ? 'an' : 'a'} {role} here. If the plan is too small, ask an owner.</p>
    </div>
  );
}

function Loaded({ view, reload }) {
  return (
    <div class="billing">
      <Standing view={view} reload={reload} />
      {!view.offer.configured && (
        <p class="notice notice-info"><span>Payments are switched off on this server: whoever runs it sets STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET. Everything on Free works without them.</span></p>
      )}
      <OverLimit over={view.over} />
      <div class="billing-pair">
        <PlanCard view={view} />
        <Quotas view={view} />
      </div>
      <UsageChart view={view} />
      <Plans view={view} reload={reload} />
      <Invoices view={view} />
    </div>
  );
}
