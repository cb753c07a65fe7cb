/* The rest of a long page. What is seen first is put on the canvas at once; the other blocks follow from the top, a few at
   a time, whenever the person pauses. Whoever needs the whole page asks fillNow() first. */
import { isFilling, revision } from '../state.js';
import { forgetFormer } from './light_elements.js';
import { joinParts, rulesOf, wrapperOf } from './parts.js';

/** After a key or a press the person goes on; what comes does not stand in their way. But not for ever. */
const PAUSE_MS = 400;
const LONGEST_WAIT_MS = 6000;
/** What one block takes at least; a slice of idle time shorter than that is left alone. */
const BLOCK_MS = 10;
const SHOW_EVERY = 50;

const idle = globalThis.requestIdleCallback ?? ((run) => setTimeout(() => run({ timeRemaining: () => BLOCK_MS }), 30));
const QUIETLY = { noUndo: true, avoidStore: true };

let filling = null;
let adding = false;
let lastInput = 0;
let lastSlice = 0;

export const isAdding = () => adding;

/** The engine's own listeners need not look at what only arrives. */
function add({ editor, rest, arrived, parts, after }) {
  const wrapper = editor.getWrapper();
  adding = true;
  try {
    const at = wrapper.components().length - after;
    const added = wrapper.append(rest.shift(), { at, ...QUIETLY });
    parts.push(...arrived(at, at + added.length));
    added.forEach(forgetFormer);
  } finally {
    adding = false;
  }
  if (rest.length % SHOW_EVERY === 0) revision.value += 1;
}

function end() {
  const { own, parts, rules, whole, stopWatching } = filling;
  filling = null;
  stopWatching();
  isFilling.value = false;
  revision.value += 1;
  whole(joinParts(own, parts, rules));
}

function addSome(mine, deadline) {
  if (filling !== mine) return;
  const now = performance.now();
  if (now - lastInput < PAUSE_MS && now - lastSlice < LONGEST_WAIT_MS) {
    setTimeout(() => idle((next) => addSome(mine, next)), PAUSE_MS);
    return;
  }
  lastSlice = now;
  do add(mine); while (mine.rest.length && deadline.timeRemaining() > BLOCK_MS);
  if (mine.rest.length) idle((next) => addSome(mine, next));
  else end();
}

/** What a person puts below everything stays there: the rest of the page belongs above it. */
function watchEnd(editor, mine) {
  const onAdd = (component) => {
    if (adding || !component.parent()?.is('wrapper')) return;
    if (component.index() >= editor.getWrapper().components().length - 1 - mine.after) mine.after += 1;
  };
  const onRemove = () => { mine.after = Math.min(mine.after, editor.getWrapper().components().length); };
  editor.on('component:add', onAdd);
  editor.on('component:remove', onRemove);
  const noteInput = ({ type, buttons }) => { if (type !== 'pointermove' || buttons) lastInput = performance.now(); };
  const places = [window, mine.frame];
  const events = ['keydown', 'pointerdown', 'pointermove', 'wheel'];
  for (const place of places) for (const event of events) place.addEventListener(event, noteInput, { capture: true, passive: true });
  return () => {
    editor.off('component:add', onAdd);
    editor.off('component:remove', onRemove);
    for (const place of places) for (const event of events) place.removeEventListener(event, noteInput, { capture: true });
  };
}

/** `arrived(from, until)` gives the parts of blocks that came; `whole(snapshot)` is called once, with the page as it was opened. */
export function fillPage(editor, rest, { arrived, whole, frame }) {
  const parts = arrived(0, Infinity);
  filling = { editor, frame, rest, arrived, whole, parts, own: wrapperOf(editor), rules: { ...rulesOf(editor) }, after: 0, stopWatching: () => {} };
  if (!rest.length) {
    end();
    return;
  }
  isFilling.value = true;
  lastSlice = performance.now();
  filling.stopWatching = watchEnd(editor, filling);
  const mine = filling;
  idle((next) => addSome(mine, next));
}

/** All that is missing, now: for what needs the whole page. */
export function fillNow() {
  if (!filling) return;
  while (filling.rest.length) add(filling);
  end();
}

/** Another page is opened instead. */
export function stopFilling() {
  filling?.stopWatching();
  filling = null;
  isFilling.value = false;
}
