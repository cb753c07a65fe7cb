/* The one Supabase client of the app. Row-level security decides what it may see. */
import { createClient } from '@supabase/supabase-js';
import { config } from './config.js';
import { farFetch, mayGoFar } from './far_fetch.js';

const DEADLINE_MS = 20_000;
const SECOND_TRY_MS = 400;

/** Nothing waits for ever: a stalled connection becomes an error a screen can show and retry. */
function fetchInTime(resource, options) {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  return fetch(resource, { ...options, signal });
}

/** Reading is tried once more, soon: postgrest-js would try for seven seconds before anybody hears of it. */
async function patientFetch(resource, options = {}) {
  const near = () => fetchInTime(resource, options);
  if (options.far) return farFetch(`${resource}`, options, { deadline: DEADLINE_MS, near });
  const reads = ['GET', 'HEAD'].includes(options.method ?? 'GET');
  try {
    return await near();
  } catch (error) {
    if (!reads || options.signal?.aborted || error.name === 'TimeoutError') throw error;
    await new Promise((resolve) => { setTimeout(resolve, SECOND_TRY_MS); });
    return near();
  }
}

export const supa = createClient(config.supabase_url, config.supabase_publishable_key, {
  auth: {
    flowType: 'pkce',
    storageKey: 'roseram-auth',
    persistSession: true,
    autoRefreshToken: true,
    // A foreign ?code= elsewhere, such as an integration's callback, must not be taken for a sign-in.
    detectSessionInUrl: location.pathname === '/auth/callback',
  },
  db: { retry: false },
  global: { fetch: patientFetch },
});

/** From so many letters on, handing a body to the network would hold up a key. */
const LARGE = 100_000;

/** Sends a query with a body that is JSON already: the client would write a megabyte out anew, value by value. */
export async function sendWritten(query, json) {
  const headers = new Headers(query.headers);
  headers.set('Content-Type', 'application/json');
  const answer = await query.fetch(query.url, { method: query.method, headers, body: json, far: json.length > LARGE && mayGoFar() });
  const told = await answer.json().catch(() => null);
  return answer.ok ? { data: told, status: answer.status } : { error: told ?? {}, status: answer.status };
}
