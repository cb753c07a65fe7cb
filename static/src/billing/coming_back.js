/* Back from a page of Stripe's: ask how things are before anything is shown, whether its messages have arrived or not. */
import { api } from '../lib/api.js';

/** What the server says of the Checkout or the portal that somebody comes back from; null otherwise. */
export async function comeBack(organization) {
  const query = new URLSearchParams(location.search);
  const session = query.get('session');
  const isBack = query.get('org') === organization.id && (session || query.get('from') === 'portal');
  if (!isBack) return null;
  const [path, body] = session ? ['return', { session_id: session }] : ['refresh', {}];
  try {
    const told = await api(`/api/billing/${path}`, { method: 'POST', body: { org_id: organization.id, ...body } });
    history.replaceState(null, '', location.pathname);
    return { ...told, cameFrom: session ? 'checkout' : 'portal' };
  } catch (problem) {
    return { state: 'unknown', problem };
  }
}
