/* Who is signed in, and leaving for good. */
import { keepFor } from './kept.js';
import { followPreferences, forgetPreferences } from './preferences.js';
import { supa } from './supa.js';

const ENDED = new Set([
  'session_not_found', 'session_expired', 'session_ended', 'bad_jwt', 'user_not_found', 'no_authorization',
  'refresh_token_not_found', 'AuthSessionMissingError', 'PGRST301', 'PGRST303',
]);
const ASKED_AGAIN_MS = 30_000;

let leaving = false;
let askedAt = Date.now();

export function goToLogin() {
  const here = location.pathname + location.search;
  location.replace(`/login?next=${encodeURIComponent(here)}`);
}

/** The session, or a way to the sign-in screen that leads back here. Never resolves without a session. */
export async function requireSession() {
  const { data } = await supa.auth.getSession();
  if (!data.session) {
    goToLogin();
    return new Promise(() => {});
  }
  supa.auth.onAuthStateChange((event) => {
    // Also told to the other tabs of this browser.
    if (event !== 'SIGNED_OUT') return;
    forgetPreferences();
    if (!leaving) goToLogin();
  });
  document.addEventListener('visibilitychange', askWhetherItLives);
  keepFor(data.session.user.id);
  followPreferences(data.session.user.id);
  return data.session;
}

/** A token stays good for the database after its session was signed out elsewhere: whoever comes back to a tab is asked. */
async function askWhetherItLives() {
  if (document.visibilityState !== 'visible' || Date.now() - askedAt < ASKED_AGAIN_MS) return;
  askedAt = Date.now();
  const { error } = await supa.auth.getUser();
  if (error) await endIfOver(error);
}

/** Whether this failure means that the session is over; then the way leads to sign-in, and back with what was typed. */
export async function endIfOver({ code, name }) {
  if (!ENDED.has(code) && !ENDED.has(name)) return false;
  // Or the sign-in screen would find the dead session and lead straight back.
  await supa.auth.signOut({ scope: 'local' }).catch(() => {});
  goToLogin();
  return true;
}

/** Leaves no draft, cache or token for the next person at this computer; keeps the chosen theme, and what `keep` names. */
export async function signOut({ scope = 'local', keep, to = '/login' } = {}) {
  // The tab that signs out must stay until everything is cleared.
  leaving = true;
  await supa.auth.signOut({ scope }).catch(() => {});
  await clearDevice(['roseram-theme', keep]);
  if (to === location.pathname) location.reload();
  else location.replace(to);
}

async function clearDevice(kept) {
  for (const store of [localStorage, sessionStorage]) {
    for (const key of Object.keys(store)) {
      if (key.startsWith('roseram') && !kept.includes(key)) store.removeItem(key);
    }
  }
  const known = (await indexedDB.databases?.()) ?? [];
  const names = new Set(['roseram-drafts', ...known.map(({ name }) => name).filter((name) => name?.startsWith('roseram'))]);
  await Promise.all([...names].map(deleteDatabase));
}

function deleteDatabase(name) {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    // Another tab may hold it open; it closes when that tab hears of the sign-out.
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}
