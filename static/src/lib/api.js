/* The one module that talks to Flask: bearer token in, JSON out, problem JSON as Problem. */
import { Problem, asProblem } from './problems.js';
import { supa } from './supa.js';

const DEADLINE_MS = 30_000;

async function send(path, { method = 'GET', body, idempotencyKey, signal } = {}) {
  const { data } = await supa.auth.getSession();
  const headers = { Accept: 'application/json' };
  if (data.session) headers.Authorization = `Bearer ${data.session.access_token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (idempotencyKey) headers['Idempotency-Key'] = idempotencyKey;
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  try {
    return await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      // Flask knows people by their token only; without cookies a foreign page can forge nothing.
      credentials: 'omit',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
  } catch (error) {
    throw asProblem(error);
  }
}

export async function problemOf(response) {
  const requestId = response.headers.get('X-Request-Id') ?? '';
  let body = {};
  try {
    body = await response.json();
  } catch {
    // A proxy in between may answer with HTML.
  }
  const fields = Object.fromEntries((body.errors ?? []).map(({ field, message }) => [field, message]));
  const message = body.detail || body.title || `The server answered ${response.status}. Try again.`;
  return new Problem(message, { code: body.code ?? 'unknown', status: response.status, fields, requestId });
}

/** JSON from one of Flask's endpoints. */
export async function api(path, options) {
  const response = await send(path, options);
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : response.json();
}

/** A file from one of Flask's endpoints. */
export async function bytesOf(path) {
  const response = await send(path);
  if (!response.ok) throw await problemOf(response);
  return response.blob();
}

/** The same, saved under `name`. */
export const download = async (path, name) => saveAs(await bytesOf(path), name);

export function saveAs(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
