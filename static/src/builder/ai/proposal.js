/* The proposal: what was asked, what has landed, what was decided about each piece. The page changes by accepting alone. */
import { signal } from '@preact/signals';
import { ask, creditsLeft, readOffer, readQuota } from '../../lib/ai.js';
import { asProblem } from '../../lib/problems.js';
import { announce, page, site } from '../state.js';
import { theEditor } from '../workspace.js';
import { acceptAs, addSection, arrange, changeText, replaceBlock } from './accept.js';
import { isOpen, patchesOf, pieceOf } from './patches.js';
import { clearPreview, scrollToProposed, showPreview, showTheme } from './preview.js';
import { acceptTheme } from './theme_step.js';
import { blocksOf, kindOf, sectionsOf, selectedBlock, textsOf } from './targets.js';

export const mode = signal('page');
export const wish = signal({ prompt: '', tone: '', audience: '', language: '', variants: 1, length: 'same', place: 'below', scope: 'page' });
/** {offer, quota} | {problem} | null while it is asked for. */
export const account = signal(null);
/** null, or {kind, state, prompt, plan, items, showing, problem, cost, remaining, removed}. */
export const proposal = signal(null);

let stopper = null;
/** Components that a proposal speaks of: the engine's things do not belong into a signal. */
let target = {};

const change = (fields) => { proposal.value = { ...proposal.value, ...fields }; };
export const setWish = (fields) => { wish.value = { ...wish.value, ...fields }; };

export async function loadAccount() {
  try {
    const [offer, quota] = await Promise.all([readOffer(), readQuota(site.value.id)]);
    account.value = { offer, quota, left: creditsLeft(quota) };
  } catch (error) {
    account.value = { problem: asProblem(error) };
  }
}

/** The most a question may cost, in credits. */
export function estimateOf(kind, { plan } = {}) {
  const { estimates } = account.value?.offer ?? {};
  if (!estimates) return null;
  const { variants } = wish.value;
  if (kind === 'page') return plan ? plan.length * variants * estimates.section : estimates.plan;
  return variants * estimates[kind];
}

const common = () => {
  const { prompt, tone, audience, language, variants } = wish.value;
  return { site_id: site.value.id, page_id: page.value.id, prompt, tone, audience, language, variants };
};

// Asking ---------------------------------------------------------------------------------------

/** One question; `take(name, data)` hears what comes besides what every question has. */
async function run(endpoint, body, take) {
  stopper = new AbortController();
  const { signal: stopped } = stopper;
  try {
    const done = await ask(endpoint, body, { signal: stopped, on: take });
    change({ cost: (proposal.value.cost ?? 0) + done.credits, remaining: done.remaining });
    return true;
  } catch (error) {
    if (!proposal.value) return false;
    if (stopped.aborted) change({ state: 'canceled' });
    else change({ state: 'failed', problem: asProblem(error) });
    return false;
  } finally {
    loadAccount();
  }
}

function begin(kind, items = []) {
  proposal.value = { kind, state: 'asking', prompt: wish.value.prompt, items, plan: null, showing: 'after', words: 0 };
}

export function stop() {
  stopper?.abort();
  announce('Stopped. What has landed stays.');
}

export async function planPage() {
  begin('page');
  const hears = (name, data) => { if (name === 'plan') change({ plan: data.plan, title: data.title }); };
  if (await run('generate-page', { ...common(), variants: 1, only_plan: true }, hears)) {
    change({ state: 'plan' });
    announce('The plan is ready: change it, then write the page.');
  }
}

/** Sections that were written elsewhere, put below what is on the page. */
export function openSections(prompt, sections) {
  setWish({ place: 'below' });
  setPlace();
  const items = [];
  for (const { index, ...piece } of sections) {
    items[index] ??= { index, name: piece.name, state: 'landed', pieces: [], chosen: 0 };
    items[index].pieces.push(piece);
  }
  proposal.value = { kind: 'page', state: 'done', prompt, items: items.filter(Boolean), plan: null, showing: 'after' };
  draw();
}

export const setPlan = (plan) => change({ plan });

function setPlace() {
  const blocks = blocksOf(theEditor());
  const isInstead = wish.value.place === 'instead';
  const last = blocks.at(-1);
  const endsWithFooter = last && /^footer/.test(kindOf(last));
  target = { old: isInstead ? blocks : [], base: isInstead ? 0 : blocks.length - (endsWithFooter ? 1 : 0), footer: !isInstead && endsWithFooter ? last : null };
}

export async function writePage() {
  setPlace();
  change({ state: 'asking', items: proposal.value.plan.map((each, index) => ({ index, ...each, state: 'waiting', pieces: [], chosen: 0 })) });
  await finish(await run('generate-page', { ...common(), plan: proposal.value.plan }, hear));
}

export async function askForEdit() {
  const component = selectedBlock(theEditor());
  if (!component) return;
  target = { component };
  begin('edit', [{ index: 0, name: 'The selected block', state: 'waiting', pieces: [], chosen: 0 }]);
  await finish(await run('edit', { ...common(), html: component.toHTML() }, hear));
}

export async function askForTexts() {
  const editor = theEditor();
  const root = wish.value.scope === 'block' ? selectedBlock(editor) : undefined;
  const texts = textsOf(editor, root ?? undefined);
  if (!texts.length) return;
  target = { texts: new Map(texts.map((each) => [each.id, each.component])) };
  begin('content', texts.map(({ id, text }, index) => ({ index, id, before: text, state: 'waiting', pieces: [], chosen: 0 })));
  const sent = texts.map(({ id, text }) => ({ id, text }));
  await finish(await run('generate-content', { ...common(), texts: sent, length: wish.value.length }, hearTexts));
}

export async function askForLayout() {
  const sections = sectionsOf(theEditor());
  if (sections.length < 2) return;
  target = { sections: new Map(sections.map((each) => [each.id, each.component])) };
  begin('layout', [{ index: 0, name: 'Arrangement', state: 'waiting', pieces: [], chosen: 0 }]);
  const sent = sections.map(({ id, kind, text }) => ({ id, kind, text }));
  await finish(await run('generate-layout', { ...common(), sections: sent }, hear));
}

export async function askForDesign() {
  target = { theme: site.value.theme };
  begin('design', [{ index: 0, name: 'Theme', state: 'waiting', pieces: [], chosen: 0 }]);
  const { page_id: _, ...body } = common();
  await finish(await run('generate-design', body, hear));
}

function changeItem(index, fields) {
  change({ items: proposal.value.items.map((each) => (each.index === index ? { ...each, ...fields } : each)) });
}

function hear(name, data) {
  if (!proposal.value) return;
  const item = proposal.value.items[data.index];
  if (name === 'delta' && item) changeItem(item.index, item.state === 'waiting' ? { state: 'writing', words: 0 } : { words: (item.words ?? 0) + data.text.length });
  if (name !== 'section' || !item) return;
  if (data.failed) {
    if (!item.pieces.length) changeItem(item.index, { state: 'failed', failure: data.failed.detail });
    return;
  }
  changeItem(item.index, { state: 'landed', pieces: [...item.pieces, data], name: data.name ?? item.name });
  announce(`${data.name ?? 'A proposal'} has landed`);
  draw();
  if (!item.pieces.length) look(item);
}

function hearTexts(name, data) {
  if (name !== 'section' || data.failed || !proposal.value) return;
  const words = new Map(data.texts.map(({ id, text }) => [id, text]));
  change({ items: proposal.value.items.map((each) => ({ ...each, state: 'landed', pieces: [...each.pieces, { html: words.get(each.id) }] })) });
  draw();
}

async function finish(isWhole) {
  if (!proposal.value) return;
  const items = proposal.value.items.map((each) => (['waiting', 'writing'].includes(each.state) ? { ...each, state: 'missing' } : each));
  change({ items, ...(isWhole ? { state: 'done' } : {}) });
  draw();
}

// Showing --------------------------------------------------------------------------------------

/** The canvas shows the page as it would be, or as it is. */
export function draw() {
  const editor = theEditor();
  const now = proposal.value;
  clearPreview(editor, site.value.theme);
  if (!now || now.showing === 'before') return;
  if (now.kind === 'design') {
    const item = now.items.find(isOpen);
    if (item) showTheme(editor, pieceOf(item).theme);
    return;
  }
  showPreview(editor, patchesOf(editor, now, target));
}

export function show(which) {
  change({ showing: which });
  draw();
}

export function choose(item, number) {
  changeItem(item.index, { chosen: number });
  draw();
}

export function look(item) {
  const number = proposal.value.items.filter(isOpen).findIndex(({ index }) => index === item.index);
  if (number >= 0) scrollToProposed(theEditor(), number);
}

// Deciding -------------------------------------------------------------------------------------

export function reject(item) {
  changeItem(item.index, { state: 'rejected' });
  draw();
}

/** All of these become one step and one version. */
async function take(items) {
  const editor = theEditor();
  const { kind, prompt } = proposal.value;
  clearPreview(editor, site.value.theme);
  for (const item of items) changeItem(item.index, { state: 'accepted' });
  try {
    if (kind === 'design') await acceptTheme(editor, pieceOf(items[0]).theme);
    else await acceptAs(editor, prompt, () => items.forEach((item) => takeOne(editor, kind, item)));
    announce(items.length > 1 ? `${items.length} changes accepted` : 'Change accepted');
  } catch (error) {
    for (const item of items) changeItem(item.index, { state: 'landed' });
    change({ state: 'failed', problem: asProblem(error) });
  }
  draw();
}

function takeOne(editor, kind, item) {
  const piece = pieceOf(item);
  if (kind === 'page') {
    for (const each of target.old) if (each.parent()) each.remove();
    target.old = [];
    const above = proposal.value.items.filter((each) => each.index < item.index && each.placed).length;
    addSection(editor, piece, target.base + above);
    changeItem(item.index, { placed: true });
  } else if (kind === 'edit') replaceBlock(editor, target.component, piece.html);
  else if (kind === 'content') changeText(target.texts.get(item.id), piece.html);
  else if (kind === 'layout') arrange(editor, target.sections, piece.order);
}

export const accept = (item) => take([item]);
export const acceptAll = () => take(proposal.value.items.filter(isOpen));

export function dismiss() {
  stopper?.abort();
  proposal.value = null;
  target = {};
  clearPreview(theEditor(), site.value.theme);
}
