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

const sum = (style, names) => names.reduce((total, name) => total + parseFloat(style[name]), 0);

/** Takes the size that a block has now for fixed: what happens in it then concerns nothing around it. */
function fixSize(block) {
  const style = getComputedStyle(block);
  const { width, height } = block.getBoundingClientRect();
  const across = width - sum(style, ['paddingLeft', 'paddingRight', 'borderLeftWidth', 'borderRightWidth']);
  const down = height - sum(style, ['paddingTop', 'paddingBottom', 'borderTopWidth', 'borderBottomWidth']);
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

/** Of its box only the height stays; what has a place of its own, beside the others, keeps all it has. */
const canBeEmptied = ({ position, float }) => /^(static|relative)$/.test(position) && float === 'none';

function leaveOutFar(wrapper, window) {
  const reach = window.innerHeight;
  // Elsewhere a block's width may come from what is in it.
  if (getComputedStyle(wrapper).display !== 'block') return () => {};
  const far = [...wrapper.children].flatMap((block) => {
    if (!block.matches(BLOCK)) return [];
    const { top, bottom, height } = block.getBoundingClientRect();
    return (bottom < -reach || top > 2 * reach) && canBeEmptied(getComputedStyle(block)) ? [{ block, height }] : [];
  });
  far.forEach(({ block, height }) => {
    block.style.setProperty('--rb-far', `${height}px`);
    block.setAttribute('data-rb-far', '');
  });
  const show = () => far.forEach(({ block }) => {
    block.removeAttribute('data-rb-far');
    block.style.removeProperty('--rb-far');
  });
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
