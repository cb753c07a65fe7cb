/* The plan as it is: what it costs, when the next invoice comes, with which card. */
import { useEffect, useState } from 'preact/hooks';
import { api } from '../lib/api.js';
import { asProblem } from '../lib/problems.js';
import { STATUS, day, isSubscribed, money } from './words.js';
import { PortalButton } from './portal_button.jsx';

function useNextInvoice(organization, isWanted) {
  const [state, setState] = useState({});
  useEffect(() => {
    if (!isWanted) return;
    api(`/api/billing/${organization.id}/next-invoice`).then(({ invoice }) => setState({ invoice, isKnown: true }), (error) => setState({ problem: asProblem(error) }));
  }, [organization.id, isWanted]);
  return state;
}

export function PlanCard({ view }) {
  const { organization, subscription, offer } = view;
  const plan = offer.plans.find(({ id }) => id === view.plan);
  const subscribed = isSubscribed(subscription);
  const next = useNextInvoice(organization, subscribed && offer.configured);
  const [label, look] = STATUS[subscription?.status] ?? [];
  return (
    <section class="card" aria-labelledby="plan-heading">
      <div class="card-head"><h2 id="plan-heading">{plan?.name ?? view.plan}</h2>{subscribed && label && <span class={`badge ${look}`}>{label}</span>}</div>
      <dl class="card-main facts">
        {subscription?.trial_end && subscription.status === 'trialing' && <Fact name="Trial">until {day(subscription.trial_end)}</Fact>}
        <Fact name="Next invoice">
          {!subscribed && 'None: nothing is charged.'}
          {subscribed && next.problem && <span role="alert">Could not be read. {next.problem.message}</span>}
          {subscribed && next.isKnown && (next.invoice ? <><strong>{money(next.invoice.total_cents, next.invoice.currency)}</strong> on {day(next.invoice.due_at)}</> : 'None: the subscription ends.')}
          {subscribed && offer.configured && !next.problem && !next.isKnown && <span class="bone bone-line" role="status" aria-label="Loading the next invoice" />}
        </Fact>
        <Fact name="Payment method">{subscription?.card ? <>{subscription.card.brand} ending in {subscription.card.last4}, until {subscription.card.expires}</> : 'None'}</Fact>
      </dl>
      {offer.configured && subscription?.stripe_customer_id && (
        <div class="card-foot">
          <PortalButton organization={organization} flow="payment_method">Change the card</PortalButton>
          <PortalButton organization={organization}>Invoices and address</PortalButton>
          {subscribed && !subscription.cancel_at && <PortalButton organization={organization} flow="cancel">Cancel the subscription</PortalButton>}
        </div>
      )}
    </section>
  );
}

function Fact({ name, children }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}
