/* The invitation that a person is about to answer, kept while they sign in or up; also in the tab that a mail opens. */
const KEY = 'roseram-invitation';
const KEPT_MS = 24 * 3600 * 1000;

export const INVITATION_KEY = KEY;

/** {token, email, organization} or null. */
export function pendingInvitation() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept && Date.now() - kept.at < KEPT_MS ? kept : null;
  } catch {
    return null;
  }
}

export function keepInvitation(values) {
  localStorage.setItem(KEY, JSON.stringify({ ...pendingInvitation(), ...values, at: Date.now() }));
}

export function forgetInvitation() {
  localStorage.removeItem(KEY);
}

/** The token after the #, which no server has seen; out of the address at once, so that no history or screenshot has it. */
export function takeToken() {
  const token = decodeURIComponent(location.hash.slice(1)).trim();
  if (token) {
    forgetInvitation();
    keepInvitation({ token });
    history.replaceState(null, '', location.pathname);
  }
  return pendingInvitation()?.token ?? '';
}

/** On the way through sign-in or sign-up: what for, and with which address. */
export function fillInInvited() {
  const invitation = new URLSearchParams(location.search).get('next') === '/invite' ? pendingInvitation() : null;
  if (!invitation?.email) return;
  const form = document.getElementById('auth-form');
  form.elements.email.value = invitation.email;
  const note = Object.assign(document.createElement('p'), { className: 'notice notice-info' });
  note.textContent = `You are joining ${invitation.organization}. Stay with this address: the invitation is for it alone.`;
  form.prepend(note);
}
