/* What has just happened, and what needs doing: the truth after a payment, a card that failed, an end that is set. */
import { useEffect } from 'preact/hooks';
import { day } from './words.js';
import { PortalButton } from './portal_button.jsx';

const AGAIN_MS = 3000;

export function Standing({ view, reload }) {
  const { standing, subscription } = view;
  const isPending = standing?.state === 'processing';
  useEffect(() => {
    if (!isPending) return undefined;
    const timer = setTimeout(reload, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [view]);
  return (
    <>
      {standing && <Returned standing={standing} view={view} />}
      {subscription?.status === 'past_due' && (
        <div class="notice notice-failed" role="alert">
          <span>The last payment did not go through. The plan stays until {day(subscription.grace_until)}; then this organization is on Free. Nothing is deleted.</span>
          <PortalButton organization={view.organization} flow="payment_method">Choose another card</PortalButton>
        </div>
      )}
      {subscription?.cancel_at && subscription.status !== 'canceled' && (
        <div class="notice notice-info"><span>The subscription ends on {day(subscription.cancel_at)}. Then this organization is on Free, and nothing is deleted.</span></div>
      )}
    </>
  );
}

function Returned({ standing, view }) {
  if (standing.state === 'unknown') return <p class="notice notice-failed" role="alert">Stripe could not be asked about the payment: {standing.problem.message} Nothing is lost; reload this page.</p>;
  if (standing.cameFrom === 'portal') return null;
  if (standing.state === 'active') return <p class="notice notice-done" role="status">Thank you. {view.organization.name} is on {view.offer.plans.find(({ id }) => id === standing.plan)?.name ?? standing.plan} now.</p>;
  if (standing.state === 'processing') return <p class="notice notice-info" role="status">The payment is on its way; banks may take a moment. The plan changes as soon as it has arrived.</p>;
  if (standing.state === 'expired') return <p class="notice notice-info" role="status">That payment page has ended, and nothing was charged. Choose a plan to begin again.</p>;
  return <p class="notice notice-info" role="status">The payment is not finished, and nothing was charged.</p>;
}
