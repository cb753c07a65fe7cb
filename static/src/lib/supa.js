/* The one Supabase client of the app. Row-level security decides what it may see. */
import { createClient } from '@supabase/supabase-js';
import { config } from './config.js';

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
  const reads = ['GET', 'HEAD'].includes(options.method ?? 'GET');
  try {
    return await fetchInTime(resource, options);
  } catch (error) {
    if (!reads || options.signal?.aborted || error.name === 'TimeoutError') throw error;
    await new Promise((resolve) => { setTimeout(resolve, SECOND_TRY_MS); });
    return fetchInTime(resource, options);
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
