/* Others on the same page. The database is asked every few seconds and is the only one believed. Where Supabase has
   Realtime, a private channel says when to ask at once; what it carries is never shown, so nobody can pretend. */
import { config } from '../../lib/config.js';
import { reportPresence } from '../data/presence.js';
import { me, others, visit } from '../state.js';

const ASK_MS = 8000;
const ASK_WITH_REALTIME_MS = 30_000;
const HINT = 'saved';

let watched = null;
let timer;
let channel = null;

function schedule() {
  clearTimeout(timer);
  timer = setTimeout(lookAtPage, channel?.state === 'joined' ? ASK_WITH_REALTIME_MS : ASK_MS);
}

/** Asks now, and again after a while for as long as somebody can see it. */
export async function lookAtPage() {
  clearTimeout(timer);
  const id = watched?.pageId();
  // Support is on no page: whoever works there hears of it from their owners.
  if (!id || visit.value || document.visibilityState === 'hidden') return;
  // Without it the asking goes on by itself.
  listen(id).catch(() => {});
  try {
    const seen = await reportPresence(id, watched.isEditing());
    if (id === watched.pageId()) {
      others.value = seen.people;
      watched.onSeen(seen);
    }
  } catch {
    // Being alone is no error: the saver speaks up when the server cannot be reached.
    others.value = [];
  }
  schedule();
}

async function listen(id) {
  const topic = `page:${id}`;
  if (!config.features?.realtime || channel?.topic === `realtime:${topic}`) return;
  const { realtime } = await import('../../lib/realtime.js');
  // A private channel is joined as somebody, from the first word on.
  await realtime.setAuth();
  if (id !== watched.pageId() || channel?.topic === `realtime:${topic}`) return;
  if (channel) realtime.removeChannel(channel);
  channel = realtime.channel(topic, { config: { private: true, presence: { key: me.value.id } } })
    .on('broadcast', { event: HINT }, () => lookAtPage())
    .on('presence', { event: 'join' }, ({ key }) => key !== me.value.id && lookAtPage())
    .on('presence', { event: 'leave' }, () => lookAtPage())
    .subscribe((status) => { if (status === 'SUBSCRIBED') channel.track({}); });
}

/** Tells the others that there is a new version. */
export function noticeSaved() {
  if (channel?.state === 'joined') channel.send({ type: 'broadcast', event: HINT, payload: {} });
}

/** pageId(): the open page · isEditing(): whether the person changed it lately · onSeen({version, role, …}) */
export function watchPage(page) {
  watched = page;
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') lookAtPage();
  });
}
