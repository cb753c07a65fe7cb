/* With each key the browser lays out and looks over whatever stands beside the text: on a long page hundreds of blocks. So while
   somebody types there, the block they are in keeps its size until something in it gets another size, and the
   blocks that are far from it are left out. The page looks as before. */

import { LONG_PAGE } from './appearance.js';
import { tellsItsSize } from './quiet_tools.js';

/** So long after a part of the block got another size, its own is taken for fixed again. */
const SETTLED_MS = 150;
/** Blocks have a size of their own while they are not drawn (appearance.js); anything else of the page has not. */
const BLOCK = '[data-rb-block]';

function blockOf(element, wrapper) {
  let at = element;
  while (at && at.parentElement !== wrapper) at = at.parentElement;
  return at?.matches(BLOCK) ? at : null;
}

function between(element, block) {
  const found = [];
  for (let at = element; at !== block; at = at.parentElement) found.push(at);
  return found;
}

const EDGES = ['paddingTop', 'paddingBottom', 'borderTopWidth', 'borderBottomWidth'];
/** As the browser lays out: in 64ths of a pixel, or hundreds of blocks would add up to a few pixels. */
const sum = (style, names) => names.reduce((total, name) => total + Math.floor(parseFloat(style[name]) * 64) / 64, 0);

/** Takes the size that a block has now for fixed: what happens in it then concerns nothing around it. */
function fixSize(block) {
  const style = getComputedStyle(block);
  const { width, height } = block.getBoundingClientRect();
  const across = width - sum(style, ['paddingLeft', 'paddingRight', 'borderLeftWidth', 'borderRightWidth']);
  const down = height - sum(style, EDGES);
  block.style.setProperty('contain-intrinsic-size', `${Math.max(0, across)}px ${Math.max(0, down)}px`);
  block.style.setProperty('contain', 'size layout style paint');
  // Laid out here, and not when the next key asks for it.
  block.getBoundingClientRect();
}

function keepSize(block, edited) {
  // The text itself and what it stands in; beside them, what may come late, such as a picture.
  const parts = [...between(edited, block), ...block.children];
  if (!CSS.supports('contain-intrinsic-size', '1px') || !parts.every(tellsItsSize)) return () => {};
  let waiting = 0;
  const observer = new ResizeObserver(() => {
    block.style.removeProperty('contain');
    // Not now: whoever looks where something is would lay out the whole page a second time for this key.
    clearTimeout(waiting);
    waiting = setTimeout(() => fixSize(block), SETTLED_MS);
  });
  parts.forEach((part) => observer.observe(part));
  return () => {
    observer.disconnect();
    clearTimeout(waiting);
    ['contain', 'contain-intrinsic-size'].forEach((name) => block.style.removeProperty(name));
  };
}

/** What stands beside the others, and not below them, stays as it is. */
const isInFlow = ({ display, position, float }) => /^(block|flex|grid|flow-root)$/.test(display) && /^(static|relative)$/.test(position) && float === 'none';

/** The blocks that are out of sight, in runs without anything between them. */
function farRuns(wrapper, reach) {
  const runs = [];
  let run = null;
  for (const block of wrapper.children) {
    const { top, bottom, height } = block.getBoundingClientRect();
    const style = getComputedStyle(block);
    if (block.matches(BLOCK) && (bottom < -reach || top > 2 * reach) && isInFlow(style)) {
      if (!run) runs.push(run = []);
      run.push({ block, top, bottom, inner: height - sum(style, EDGES), margin: style.marginBottom });
    } else run = null;
  }
  return runs;
}

/** The first of a run takes the room of all of them, and the others go. */
function leaveOut(run) {
  const [{ block, top }, ...others] = run;
  const { bottom, margin } = run.at(-1);
  // The browser forgets how high they were when they were last seen.
  for (const each of run) each.block.style.setProperty('contain-intrinsic-height', `auto ${Math.max(0, each.inner)}px`);
  block.style.setProperty('--rb-far', `${bottom - top}px`);
  block.style.setProperty('--rb-far-margin', margin);
  block.setAttribute('data-rb-far', '');
  for (const each of others) each.block.setAttribute('data-rb-gone', '');
}

function bringBack(run) {
  for (const { block } of run) {
    ['data-rb-far', 'data-rb-gone'].forEach((name) => block.removeAttribute(name));
    ['--rb-far', '--rb-far-margin'].forEach((name) => block.style.removeProperty(name));
  }
}

function leaveOutFar(wrapper, window) {
  // Elsewhere a block's place may come from what is in it, or in the others.
  if (getComputedStyle(wrapper).display !== 'block') return () => {};
  const runs = farRuns(wrapper, window.innerHeight);
  runs.forEach(leaveOut);
  const show = () => runs.forEach(bringBack);
  window.addEventListener('scroll', show, { once: true, passive: true });
  return () => {
    window.removeEventListener('scroll', show);
    show();
  };
}

export function quickenTyping(editor) {
  let ends = [];
  const end = () => {
    ends.forEach((undo) => undo());
    ends = [];
  };
  editor.on('rte:enable', (view) => {
    end();
    const wrapper = editor.getWrapper()?.getEl();
    const block = blockOf(view?.el, wrapper);
    if (!block || wrapper.childElementCount < LONG_PAGE) return;
    ends = [leaveOutFar(wrapper, editor.Canvas.getWindow())];
    if (block !== view.el) ends.push(keepSize(block, view.el));
  });
  editor.on('rte:disable sorter:drag:start canvas:frame:load:body', end);
}
