/* Money and days, as people write them. */
export function money(cents, currency) {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: currency.toUpperCase() });
  // Whole cents until here; the currency says how many of them make one.
  return format.format(cents / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export const day = (text) => (text ? new Date(text).toLocaleDateString('en', { day: 'numeric', month: 'long', year: 'numeric' }) : '');

export const STATUS = {
  trialing: ['On trial', 'badge-busy badge-still'],
  active: ['Active', 'badge-live'],
  past_due: ['Payment failed', 'badge-failed'],
  unpaid: ['Not paid', 'badge-failed'],
  paused: ['Paused', 'badge-changed'],
  incomplete: ['Payment not finished', 'badge-changed'],
};
/** With these there is a subscription that can be changed. */
export const isSubscribed = (subscription) => Boolean(subscription?.stripe_subscription_id) && ['trialing', 'active', 'past_due', 'unpaid', 'paused'].includes(subscription.status);
