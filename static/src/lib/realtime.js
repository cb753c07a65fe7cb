/* Supabase Realtime, where the project has it. Its own module, so that only who needs it fetches it. */
import { RealtimeClient } from '@supabase/realtime-js';
import { config } from './config.js';
import { supa } from './supa.js';

export const realtime = new RealtimeClient(`${config.supabase_url.replace(/^http/, 'ws')}/realtime/v1`, {
  params: { apikey: config.supabase_publishable_key },
  accessToken: async () => (await supa.auth.getSession()).data.session?.access_token ?? null,
});
