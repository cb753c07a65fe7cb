/* The checks while somebody edits: run when they pause, in slices, so that no key waits for them. */
import { effect, signal } from '@preact/signals';
import { isDragging, isFilling, isReady, isTyping, page, pages, revision, site } from '../state.js';
import { checkPage } from './page.js';
import { canvasNodes } from './nodes.js';
import { sitePathsOf } from './site.js';

const QUIET_MS = 700;
const SLICE_MS = 6;

/** What is wrong with the page on the canvas; null until it has been looked at. */
export const liveFindings = signal(null);

const idle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 30));
let timer;
let run = 0;

async function nodesOf(editor, isCurrent) {
  const nodes = [];
  let until = performance.now() + SLICE_MS;
  for (const node of canvasNodes(editor)) {
    nodes.push(node);
    if (performance.now() < until) continue;
    await new Promise((resolve) => idle(resolve, { timeout: 1000 }));
    if (!isCurrent()) return null;
    until = performance.now() + SLICE_MS;
  }
  return nodes;
}

async function look(editor) {
  const mine = run += 1;
  const isCurrent = () => mine === run && isReady.value && !isFilling.value && !isDragging.value;
  if (!isCurrent() || isTyping.value) return;
  const nodes = await nodesOf(editor, isCurrent);
  if (!nodes || !isCurrent()) return;
  const { path, title, seo, js } = page.value;
  liveFindings.value = checkPage(nodes, { path, title, seo, js, siteSeo: site.value.seo, sitePaths: sitePathsOf(pages.value) });
}

/** Keeps looking for as long as the builder is open. */
export function watchPage(editor) {
  const reasons = () => [revision.value, isTyping.value, isReady.value, isFilling.value, isDragging.value, page.value, pages.value, site.value];
  effect(() => {
    reasons();
    clearTimeout(timer);
    timer = setTimeout(() => idle(() => look(editor), { timeout: 2000 }), QUIET_MS);
  });
}
