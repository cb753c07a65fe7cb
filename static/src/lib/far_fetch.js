/* A worker that sends large requests: handing a megabyte to the network would hold up a key. */

/** Runs in the worker, and knows nothing that is out here. It may reach what the page may (its Content-Security-Policy). */
function send() {
  globalThis.onmessage = async ({ data: { id, url, init, deadline } }) => {
    try {
      const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(deadline) });
      globalThis.postMessage({ id, status: answer.status, body: await answer.text() });
    } catch ({ name, message }) {
      globalThis.postMessage({ id, failure: { name, message } });
    }
  };
}

let isLeaving = false;

/** A tab that closes ends its worker, maybe before that has begun: what is sent in here, the page sends for itself. */
export function whileLeaving(work) {
  isLeaving = true;
  try {
    work();
  } finally {
    isLeaving = false;
  }
}

export const mayGoFar = () => !isLeaving && document.visibilityState === 'visible';

/** A worker may end without a word. */
const GRACE_MS = 1000;

let worker;
let last = 0;
const waiting = new Map();

function settle(id, how) {
  const request = waiting.get(id);
  if (!request) return;
  waiting.delete(id);
  clearTimeout(request.timer);
  how(request);
}

const failed = ({ name, message }) => ({ reject }) => reject(Object.assign(new Error(message), { name }));

function answered({ data: { id, status, body, failure } }) {
  settle(id, failure ? failed(failure) : ({ resolve }) => resolve(new Response(body || null, { status })));
}

/** Where there can be no worker, the page sends for itself. */
function withoutWorker() {
  worker = null;
  for (const id of [...waiting.keys()]) {
    settle(id, ({ resolve, near }) => resolve(near()));
  }
}

function start() {
  try {
    const made = new Worker(URL.createObjectURL(new Blob([`(${send})()`], { type: 'text/javascript' })));
    return Object.assign(made, { onmessage: answered, onerror: withoutWorker });
  } catch {
    return null;
  }
}

/** As fetch, with a body of text; it ends after `deadline` milliseconds. The answer comes whole, and without its headers.
    `near()` sends the same from here. */
export function farFetch(url, { method, headers, body }, { deadline, near }) {
  if (worker === undefined) worker = start();
  const init = { method, headers: [...new Headers(headers)], body };
  return new Promise((resolve, reject) => {
    last += 1;
    const id = last;
    const timer = setTimeout(() => settle(id, failed({ name: 'TimeoutError', message: '' })), deadline + GRACE_MS);
    waiting.set(id, { resolve, reject, timer, near });
    if (worker) worker.postMessage({ id, url, init, deadline });
    else withoutWorker();
  });
}
