/* Questions to the AI: the answer comes as Server-Sent Events over fetch, because EventSource cannot carry the token. */
import { api, problemOf } from './api.js';
import { Problem, asProblem, rowsOf } from './problems.js';
import { supa } from './supa.js';

/** What may be chosen and what a question costs at most: {models, default, estimates}. */
export const readOffer = () => api('/api/ai/models');

/** {allowed, used, left: {organization, site, person}} in credits. */
export const readQuota = (siteId) => rowsOf(supa.rpc('ai_quota', { site_id: siteId }));

/** The least of what is left says how much may be asked. */
// A plan may have no limit; then nothing is subtracted from it.
export const creditsLeft = (quota) => Math.max(0, Math.min(...Object.values(quota.left).map((left) => left ?? Infinity)));

async function* messagesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const messages = (rest + value).split('\n\n');
    rest = messages.pop();
    for (const message of messages) {
      const name = /^event: (.*)$/m.exec(message)?.[1];
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (name && data) yield { name, data: JSON.parse(data) };
    }
  }
}

/**
 * Asks and tells `on(name, data)` of everything that comes; resolves with the last message's data when all is told.
 * Aborting ends the call at the model, too; what has landed by then stays.
 */
export async function ask(endpoint, body, { signal, on }) {
  const { data } = await supa.auth.getSession();
  const headers = {
    Accept: 'text/event-stream',
    'Content-Type': 'application/json',
    // Should the browser itself send it twice, it is one question.
    'Idempotency-Key': crypto.randomUUID(),
    Authorization: `Bearer ${data.session?.access_token ?? ''}`,
  };
  let response;
  try {
    response = await fetch(`/api/ai/${endpoint}`, { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit', signal });
  } catch (error) {
    throw asProblem(error);
  }
  if (!response.ok) throw await problemOf(response);
  try {
    for await (const { name, data: told } of messagesOf(response.body)) {
      if (name === 'error') throw new Problem(told.detail, { code: told.code, status: told.status, requestId: told.request_id });
      on(name, told);
      if (name === 'done') return told;
    }
  } catch (error) {
    if (error.name === 'Problem') throw error;
    throw asProblem(error);
  }
  throw new Problem('The connection broke off. What was written until then stands in the history of the AI studio.', { code: 'cut' });
}
