/* Where to go after signing in. */

/** `next` as a path on our own origin, or the fallback. Comparing origins, not prefixes: `/\evil.example` begins with a slash too. */
export function ownPath(next, fallback = '/dashboard') {
  if (!next || !/^\/(?![/\\])/.test(next)) return fallback;
  // Browsers drop tabs and line breaks inside addresses: "/\t/evil" would become "//evil".
  if (/[\u0000-\u0020\\]/.test(next)) return fallback;
  try {
    const url = new URL(next, location.origin);
    return url.origin === location.origin ? url.pathname + url.search + url.hash : fallback;
  } catch {
    return fallback;
  }
}

export function nextFromAddress(fallback) {
  return ownPath(new URLSearchParams(location.search).get('next'), fallback);
}

const KEY = 'roseram-next';
const LINKS_LIVE_MS = 3_600_000;

/** Keeps the way for a mail's link, which opens in another tab and knows nothing of it. */
export function rememberNext(path) {
  localStorage.setItem(KEY, JSON.stringify({ path, until: Date.now() + LINKS_LIVE_MS }));
}

/** The way in the address, else the one remembered on this device, once. */
export function rememberedNext(fallback = '/dashboard') {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY)) ?? {};
    localStorage.removeItem(KEY);
  } catch {
    // Blocked or damaged: the way is lost, the person is not.
  }
  return nextFromAddress(kept.until > Date.now() ? ownPath(kept.path, fallback) : fallback);
}
