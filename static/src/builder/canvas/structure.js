/* Changes of how things stand in each other: wrap, unwrap, and what is done to several at once. */
import { announce } from '../state.js';
import { refuseLocked } from './lock.js';
import { labelOf } from './labels.js';

const GROUP_TAGS = new Set(['div', 'section', 'article', 'aside', 'figure', 'header', 'footer', 'main', 'ul', 'ol', 'a', 'span']);

const isInside = (component, other) => {
  for (let at = component.parent(); at; at = at.parent()) if (at === other) return true;
  return false;
};

const placeOf = (component) => {
  const path = [];
  for (let at = component; at.parent(); at = at.parent()) path.unshift(at.index());
  return path;
};

const inOrder = (one, other) => {
  const [a, b] = [placeOf(one), placeOf(other)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) if (a[at] !== b[at]) return (a[at] ?? -1) - (b[at] ?? -1);
  return 0;
};

/** Everything selected, in the order of the page; what stands in something selected is part of that. */
export function selected(editor) {
  const all = editor.getSelectedAll().filter((each) => !each.is('wrapper') && each.parent());
  return all.filter((each) => !all.some((other) => other !== each && isInside(each, other))).sort(inOrder);
}

export const counted = (components) => (components.length === 1 ? labelOf(components[0]) : `${components.length} elements`);

/** Does `act` to each; the engine makes one step back of what happens in one go. */
export function forAll(editor, act) {
  const all = selected(editor);
  if (all.some((each) => refuseLocked(each))) return;
  for (const each of all) act(each);
}

/** A block stands on the page itself, so only what is in a block can be wrapped, and only side by side. */
export function canWrap(components) {
  const parent = components[0]?.parent();
  return Boolean(parent) && !parent.is('wrapper') && !parent.is('text') && components.every((each) => each.parent() === parent);
}

export function wrap(editor) {
  const all = selected(editor);
  if (!canWrap(all)) {
    announce('Only elements that stand side by side in a block can be put into a group.');
    return;
  }
  if (all.some((each) => refuseLocked(each))) return;
  const parent = all[0].parent();
  const isList = ['ul', 'ol'].includes(parent.get('tagName'));
  const [group] = parent.append(isList ? '<li></li>' : '<div></div>', { at: all[0].index() });
  all.forEach((each, at) => each.move(group, { at }));
  editor.select(group);
  announce(`${counted(all)} put into a group`);
}

export function canUnwrap(component) {
  return Boolean(component) && !component.is('wrapper') && !component.is('rb-block') && !component.is('text')
    && GROUP_TAGS.has(component.get('tagName')) && component.components().length > 0 && Boolean(component.parent());
}

export function unwrap(editor, component) {
  if (!canUnwrap(component)) {
    announce('Only a group inside a block can be taken apart.');
    return;
  }
  if (refuseLocked(component)) return;
  const parent = component.parent();
  const at = component.index();
  const inside = [...component.components().models];
  inside.forEach((each, index) => each.move(parent, { at: at + index }));
  component.remove();
  editor.select(inside.filter((each) => !each.is('textnode')));
  announce(`Group taken apart, ${inside.length} inside`);
}

/** Everything beside what is selected; on the page itself, every block. */
export function selectBeside(editor, component) {
  const parent = component?.parent() ?? editor.getWrapper();
  const all = parent.components().models.filter((each) => each.get('selectable') && !each.is('textnode'));
  editor.select(all);
  announce(`${all.length} elements selected`);
}

/** Adds to the selection, or takes from it. */
export function toggleSelected(editor, component) {
  if (editor.getSelectedAll().includes(component)) editor.selectRemove(component);
  else editor.selectAdd(component);
  announce(`${editor.getSelectedAll().length} selected`);
}
