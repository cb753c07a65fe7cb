/* A lock keeps an element, and what is in it, from being moved, changed or deleted by accident. It is a mark in the
   markup (data-rb-lock), so it is saved with the page; the build leaves it out. It is a reminder, not a right. */
import { announce } from '../state.js';
import { labelOf } from './labels.js';

const MARK = 'data-rb-lock';
const FREE = { draggable: true, removable: true, editable: true, copyable: true };

const isMarked = (component) => component?.getAttributes()[MARK] !== undefined;

/** The locked element that a component stands in, itself included; or null. */
export function lockOf(component) {
  for (let at = component; at; at = at.parent()) if (isMarked(at)) return at;
  return null;
}

export const isLocked = (component) => Boolean(lockOf(component));

/** What the engine must know to hold to the lock by itself: while dragging, on a double click. */
function tell(component, locked) {
  component.onAll((each) => {
    const before = each.get('rbFree') ?? Object.fromEntries(Object.keys(FREE).map((name) => [name, each.get(name)]));
    const next = locked ? { draggable: false, removable: false, editable: false, copyable: false, rbFree: before } : { ...before, rbFree: undefined };
    each.set(next, { noUndo: true, silent: true });
  });
}

export function toggleLock(component) {
  if (!component || component.is('wrapper')) return;
  const locked = lockOf(component);
  if (locked) {
    locked.removeAttributes(MARK);
    tell(locked, false);
  } else {
    component.addAttributes({ [MARK]: '' });
    tell(component, true);
  }
  announce(`${labelOf(locked ?? component)} ${locked ? 'unlocked' : 'locked'}`);
}

/** Says that nothing happened, and why; true if the component is locked. */
export function refuseLocked(component) {
  const locked = lockOf(component);
  if (locked) announce(`${labelOf(locked)} is locked. Unlock it first.`);
  return Boolean(locked);
}

/** Locks that are in the page as it is opened. */
export function keepLocks(editor) {
  editor.on('component:mount', (component) => { if (isMarked(component)) tell(component, true); });
  // A step back may have brought a mark back, or taken it away.
  editor.on('undo redo', () => editor.getWrapper().onAll((each) => {
    const locked = isLocked(each);
    if (locked !== (each.get('rbFree') !== undefined)) tell(each, locked);
  }));
}
