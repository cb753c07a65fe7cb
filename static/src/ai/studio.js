/* What the studio knows: the wish, the answer while it comes, the history. */
import { signal } from '@preact/signals';
import { ask, creditsLeft, readOffer, readQuota } from '../lib/ai.js';
import { asProblem } from '../lib/problems.js';
import { listGenerations, markGeneration, readGeneration } from '../lib/tables/generations.js';
import { resource, toastProblem } from '../lib/ui.jsx';

export const organization = signal(null);
export const sites = signal([]);
export const wish = signal({ kind: 'code', site: '', prompt: '', tone: '', audience: '', language: '', model: '', variants: 1, image: '', imageName: '' });
export const account = signal(null);
/** null, or {state, kind, text, sections, problem, credits, id, prompt, siteId}. */
export const result = signal(null);
export const search = signal({ words: '', isFavorite: false });
export const history = resource(() => listGenerations({ orgId: organization.value.id, ...search.value }));

let stopper = null;

export const setWish = (fields) => { wish.value = { ...wish.value, ...fields }; };

export function openOrganization(chosen, itsSites) {
  organization.value = chosen;
  sites.value = itsSites;
  setWish({ site: itsSites[0]?.id ?? '' });
  history.load();
}

export async function loadAccount() {
  if (!wish.value.site) return;
  try {
    const [offer, quota] = await Promise.all([readOffer(), readQuota(wish.value.site)]);
    account.value = { offer, left: creditsLeft(quota) };
  } catch (error) {
    account.value = { problem: asProblem(error) };
  }
}

export const ENDPOINTS = { code: 'generate-code', page: 'generate-page', design: 'generate-design' };

/** A page is a plan and about eight sections; the rest is one answer for each variant. */
export function estimate() {
  const estimates = account.value?.offer?.estimates;
  if (!estimates) return null;
  const { kind, variants } = wish.value;
  return kind === 'page' ? 9 * variants * estimates.section : variants * estimates[kind];
}

export async function send() {
  const { kind, site, prompt, tone, audience, language, model, variants, image } = wish.value;
  stopper = new AbortController();
  result.value = { state: 'asking', kind, prompt, siteId: site, text: '', sections: [] };
  const body = { site_id: site, prompt, tone, audience, language, model, variants, ...(image && { image }) };
  try {
    const done = await ask(ENDPOINTS[kind], body, { signal: stopper.signal, on: hear });
    result.value = { ...result.value, state: 'done', credits: done.credits };
  } catch (error) {
    const isStopped = stopper.signal.aborted;
    result.value = { ...result.value, state: isStopped ? 'canceled' : 'failed', problem: isStopped ? null : asProblem(error) };
  }
  loadAccount();
  history.load({ quietly: true });
}

function hear(name, data) {
  const now = result.value;
  if (name === 'start') result.value = { ...now, id: data.generation_id, model: data.model };
  else if (name === 'delta') result.value = { ...now, text: data.restart ? '' : now.text + data.text };
  else if (name === 'section' && !data.failed) result.value = { ...now, sections: [...now.sections, data], text: now.kind === 'code' ? now.text : '' };
}

export const stop = () => stopper?.abort();

/** An earlier answer, as it was. */
export async function open(row) {
  try {
    const { id, kind, prompt, output, credits, error, model, status, site_id: siteId } = await readGeneration(row.id);
    const sections = (output?.sections ?? []).filter(({ event }) => event === 'section');
    result.value = { state: error ? 'failed' : status === 'running' ? 'running' : 'done', id, kind, prompt, sections, credits, model, siteId, text: '', problem: error && { message: error.detail }, isOld: true };
  } catch (error) {
    toastProblem(asProblem(error));
  }
}

/** The same wish again, to be changed before it is asked. */
export function reuse({ kind, prompt, settings = {}, site_id: site }) {
  const { tone = '', audience = '', language = '', variants = 1 } = settings;
  setWish({ kind: ENDPOINTS[kind] ? kind : 'code', prompt, tone, audience, language, variants, ...(sites.value.some(({ id }) => id === site) && { site }) });
}

export async function mark(row) {
  const isFavorite = !row.is_favorite;
  history.set(history.status.value.value.map((each) => (each.id === row.id ? { ...each, is_favorite: isFavorite } : each)));
  try {
    await markGeneration(row.id, isFavorite);
  } catch (error) {
    toastProblem(asProblem(error));
    history.load({ quietly: true });
  }
}
