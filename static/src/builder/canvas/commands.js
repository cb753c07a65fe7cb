/* What can be done to the thing that is selected: one function each, for the mouse, the keys and the menus alike. */
import { announce } from '../state.js';
import { labelOf } from './labels.js';
import { isLocked, refuseLocked } from './lock.js';
import { safeHtml } from '../safety/html.js';
import { withFreshLinks } from './fresh_links.js';

/** The block on the page that a component stands in. */
export function blockOf(component) {
  let at = component;
  while (at?.parent() && !at.parent().is('wrapper')) at = at.parent();
  return at;
}

const isContainer = (component) => component.get('droppable') !== false && !component.is('text')
  && !component.is('wrapper') && ['div', 'section', 'li', 'figure', 'article', 'aside', 'main', 'nav'].includes(component.get('tagName'));

function select(editor, component) {
  editor.select(component);
  component?.getEl()?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
}

function blockPlace(editor, kind, selected) {
  const blocks = editor.getWrapper().components();
  if (selected && !selected.is('wrapper')) return blockOf(selected).index() + 1;
  if (/^nav/.test(kind)) return 0;
  const last = blocks.at(blocks.length - 1);
  const endsWithFooter = /^footer/.test(last?.getAttributes()['data-rb-block'] ?? '');
  return endsWithFooter && !/^footer/.test(kind) ? blocks.length - 1 : blocks.length;
}

function elementPlace(editor, selected) {
  if (selected && !selected.is('wrapper')) {
    if (isContainer(selected)) return { parent: selected, at: selected.components().length };
    let at = selected;
    while (at.parent() && (at.parent().is('text') || at.parent().is('link'))) at = at.parent();
    return { parent: at.parent(), at: at.index() + 1 };
  }
  return null;
}

const SECTION = '<section class="rb-section" data-rb-block="section"><div class="rb-container"></div></section>';

/** Adds a block of the library, or a single element, where a person would expect it; selects what it added. */
export function insert(editor, { html, kind, name, isElement }) {
  const selected = editor.getSelected();
  const markup = withFreshLinks(safeHtml(html));
  let place = isElement && elementPlace(editor, selected);
  if (isElement && !place) {
    const [section] = editor.getWrapper().append(SECTION, { at: blockPlace(editor, 'section', null) });
    place = { parent: section.components().at(0), at: 0 };
  }
  const [added] = place
    ? place.parent.append(markup, { at: place.at })
    : editor.getWrapper().append(markup, { at: blockPlace(editor, kind, selected) });
  select(editor, added);
  announce(`${name} added`);
  return added;
}

export function canMove(component, step) {
  if (!component || component.is('wrapper') || isLocked(component)) return false;
  const place = component.index() + step;
  return place >= 0 && place < component.parent().components().length;
}

export function move(editor, component, step) {
  if (!canMove(component, step)) return;
  const place = component.index() + step;
  // The engine counts the place before the component has left its own.
  component.move(component.parent(), { at: step > 0 ? place + 1 : place });
  select(editor, component);
  announce(`${labelOf(component)} moved ${step > 0 ? 'down' : 'up'}, ${place + 1} of ${component.parent().components().length}`);
}

export function moveInto(editor, component, parent, at) {
  if (refuseLocked(component)) return;
  component.move(parent, { at });
  select(editor, component);
  announce(`${labelOf(component)} moved`);
}

export function duplicate(editor, component) {
  if (!component || component.is('wrapper')) return;
  const copy = component.clone();
  component.parent().append(copy, { at: component.index() + 1 });
  select(editor, copy);
  announce(`${labelOf(component)} duplicated`);
}

export function remove(editor, component) {
  if (!component || component.is('wrapper') || refuseLocked(component)) return;
  const parent = component.parent();
  const at = component.index();
  component.remove();
  const next = parent.components().at(at) ?? parent.components().at(at - 1) ?? parent;
  editor.select(next.is('wrapper') || next.is('textnode') ? null : next);
  announce(`${labelOf(component)} deleted`);
}

export function selectParent(editor, component) {
  let parent = component?.parent();
  while (parent && !parent.get('selectable')) parent = parent.parent();
  if (!parent || parent.is('wrapper')) editor.select(null);
  else select(editor, parent);
  announce(labelOf(parent));
}

/** Starts typing in a text, or opens the picture dialog for a picture. */
export function activate(editor, component) {
  if (!component || refuseLocked(component)) return;
  if (component.is('image')) editor.trigger('rb:picture', component);
  else component.trigger('active');
}

export const isEditableText = (component) => Boolean(component?.is('text') || component?.is('link') || component?.is('label'));

/** The next thing in reading direction, the first inside, or the one around: walking the page by arrow keys. */
export function walk(editor, component, direction) {
  const from = component ?? editor.getWrapper();
  const siblings = from.parent()?.components().models.filter((each) => each.get('selectable')) ?? [];
  const inside = from.components().models.filter((each) => each.get('selectable'));
  const target = {
    next: siblings[siblings.indexOf(from) + 1],
    previous: siblings[siblings.indexOf(from) - 1],
    in: inside[0],
    out: from.parent(),
  }[component ? direction : 'in'];
  if (!target || target.is('wrapper')) return;
  select(editor, target);
  announce(labelOf(target));
}
