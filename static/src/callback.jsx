/* Where links from e-mails arrive, and where GitHub sends people back to. */
import { rememberedNext } from './lib/next_url.js';
import { fetchPreferences } from './lib/preferences.js';
import { asProblem } from './lib/problems.js';
import { supa } from './lib/supa.js';

const REASONS = {
  otp_expired: 'This link has ended or was used before. Ask for a new one.',
  access_denied: 'This link has ended or was used before. Ask for a new one.',
  bad_oauth_state: 'The sign-in took too long or was begun elsewhere. Begin again.',
  provider_email_needs_verification: 'Confirm your e-mail address at GitHub first, then sign in again.',
};
const KINDS = new Set(['email', 'magiclink', 'signup', 'recovery', 'email_change', 'invite']);
// These two lead where the link says, whatever was remembered.
const WAYS = { recovery: '/reset', email_change: '/account' };

const asked = new URLSearchParams(`${location.search.slice(1)}&${location.hash.slice(1)}`);

function show(title, message, looks) {
  const box = document.getElementById('form-message');
  document.querySelector('h1').textContent = title;
  document.getElementById('callback-state').textContent = '';
  box.className = `notice ${looks}`;
  box.textContent = message;
  box.hidden = false;
}

const fail = (message) => show('That link did not work', message, 'notice-failed');

/** A link either carries a token of its own, or a code that only the browser which asked can exchange. */
async function signIn() {
  const reason = asked.get('error_code') ?? asked.get('error');
  if (reason) return fail(REASONS[reason] ?? 'The sign-in was refused. Begin again.');
  if (asked.has('token_hash')) return useToken(asked.get('token_hash'), asked.get('type') ?? 'email');
  const { data } = await supa.auth.getSession();
  if (!data.session) return fail('Open the link in the browser in which you asked for it: it works there only, and only once.');
  return goOn(data.session, rememberedNext());
}

async function useToken(token_hash, type) {
  if (!KINDS.has(type)) return fail(REASONS.access_denied);
  const { data: before } = await supa.auth.getSession();
  // Or a link that somebody sends would have others work in the sender's account without noticing.
  if (before.session && type !== 'email_change') await agreement(before.session.user.email);
  const { data, error } = await supa.auth.verifyOtp({ token_hash, type });
  if (error) return fail(asLinkProblem(error));
  // Where both addresses have to agree to a change, the first link alone signs nobody in.
  if (!data.session) return show('One more step', 'This address is confirmed. Now open the link in the mail to the other address.', 'notice-info');
  return goOn(data.session, WAYS[type] ?? rememberedNext());
}

function agreement(email) {
  const button = document.getElementById('use-link');
  show('Use this link?', `You are signed in as ${email}. The link signs you in as whoever it was sent to.`, 'notice-info');
  document.querySelector('.auth-foot a').textContent = `Stay signed in as ${email}`;
  button.hidden = false;
  button.focus();
  return new Promise((resolve) => {
    button.addEventListener('click', () => { button.hidden = true; resolve(); }, { once: true });
  });
}

async function goOn(session, next) {
  // In time for the first screen, so that it does not change its theme before one's eyes.
  await fetchPreferences(session.user.id);
  location.replace(next);
}

function asLinkProblem(error) {
  const problem = asProblem(error);
  return problem.code === 'offline' ? problem.message : REASONS[problem.code] ?? REASONS.access_denied;
}

await signIn();
