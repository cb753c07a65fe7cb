/* One thing a person did is one step back. The engine records every model change and groups those of one tick;
   typing a text and dragging a slider take longer, so their changes are put into one group here. */
import { steps } from '../state.js';

const GROUP = 'magicFusionIndex';
const SAME_GESTURE_MS = 900;

const recorded = (editor) => editor.UndoManager.getStack();

function countSteps(stack, from, to) {
  return new Set(stack.models.slice(from, to).map((action) => action.get(GROUP))).size;
}

function showCounts(editor) {
  const stack = recorded(editor);
  steps.value = { undo: countSteps(stack, 0, stack.pointer + 1), redo: countSteps(stack, stack.pointer + 1) };
}

/** Everything recorded since there were `length` actions becomes one step. */
function join(editor, length, into) {
  const fresh = recorded(editor).models.slice(length);
  const group = into ?? fresh[0]?.get(GROUP);
  for (const action of fresh) action.set(GROUP, group);
}

function joinTyping(editor) {
  let length = 0;
  editor.on('rte:enable', () => { length = recorded(editor).pointer + 1; });
  editor.on('rte:disable', () => {
    const since = length;
    // The engine writes the text into its model after this event, in promises: one macrotask later it is there.
    setTimeout(() => { join(editor, since); showCounts(editor); });
  });
}

let lastGesture = { key: '', at: 0, group: undefined };

/** Runs `change`; the same `key` again within a moment adds to the same step, as while a slider is dragged. */
export function asOneStep(editor, key, change) {
  const isSame = key === lastGesture.key && Date.now() - lastGesture.at < SAME_GESTURE_MS;
  const length = recorded(editor).pointer + 1;
  change();
  setTimeout(() => {
    join(editor, length, isSame ? lastGesture.group : undefined);
    lastGesture = { key, at: Date.now(), group: recorded(editor).models[length]?.get(GROUP) ?? lastGesture.group };
    showCounts(editor);
  });
}

export function trackSteps(editor) {
  joinTyping(editor);
  editor.on('update undo redo component:selected', () => setTimeout(() => showCounts(editor)));
}

/** A page that has just been opened has nothing to take back. The engine still records for one macrotask. */
export function clearSteps(editor) {
  setTimeout(() => { editor.UndoManager.clear(); showCounts(editor); });
}

export function undo(editor) {
  if (editor.UndoManager.hasUndo()) editor.UndoManager.undo();
}

export function redo(editor) {
  if (editor.UndoManager.hasRedo()) editor.UndoManager.redo();
}
