/* Uses of components on the canvas. A use stores which component and what is its own; what it shows is drawn here from
   the component as it is now, and cannot be changed in place. */
import { announce, components } from '../state.js';
import { safeHtml } from '../safety/html.js';
import { safeStylesheet } from '../safety/stylesheet.js';
import { filled, readValues } from './fields.js';

const ID = 'data-rb-component';
const VALUES = 'data-rb-values';
const LOCKED = { selectable: false, hoverable: false, editable: false, draggable: false, droppable: false, copyable: false, removable: false, layerable: false };

export const isInstance = (component) => Boolean(component?.is('rb-component'));
export const componentOf = (instance) => components.value?.find(({ id }) => id === instance.getAttributes()[ID]);
export const valuesOf = (instance) => readValues(instance.getAttributes()[VALUES]);
export const instanceMarkup = ({ id, html }) => `<div ${ID}="${id}">${html}</div>`;

const shown = (row, values) => safeHtml(filled(row.html, values));

function draw(editor, instance) {
  const row = componentOf(instance);
  if (!row) return;
  editor.UndoManager.skip(() => {
    instance.components(shown(row, valuesOf(instance)));
    instance.components().forEach((child) => child.onAll((each) => each.set(LOCKED)));
  });
}

/** What a use showed when the page was saved; it stays when the component is gone. */
function leftovers(html) {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  return [...body.querySelectorAll(`[${ID}]`)].filter((each) => !each.parentElement.closest(`[${ID}]`));
}

/** Draws all uses anew. */
export function drawInstances(editor) {
  const draws = instancePainter(editor);
  draws([editor.getWrapper()]);
}

/** A function that draws the uses in blocks of a page with this markup; one whose component was deleted becomes plain content. */
export function instancePainter(editor, html = '') {
  const left = components.value && html?.includes(ID) ? leftovers(html) : [];
  return (blocks) => {
    if (!components.value) return;
    for (const instance of blocks.flatMap(usesIn)) paint(editor, instance, left);
  };
}

const usesIn = (block) => [...(isInstance(block) ? [block] : []), ...block.findType('rb-component')];

function paint(editor, instance, left) {
  const at = left.findIndex((each) => each.getAttribute(ID) === instance.getAttributes()[ID]);
  const [own] = at < 0 ? [] : left.splice(at, 1);
  if (componentOf(instance)) draw(editor, instance);
  else editor.UndoManager.skip(() => detachAs(instance, own?.innerHTML ?? instance.getInnerHTML()));
}

function detachAs(instance, html) {
  const parent = instance.parent();
  const at = instance.index();
  instance.remove();
  return parent.append(`<div>${safeHtml(html)}</div>`, { at })[0];
}

/** From now on this use is content of the page like any other. */
export function detach(editor, instance) {
  const row = componentOf(instance);
  const html = row ? shown(row, valuesOf(instance)).replace(/ data-rb-field="[^"]*"/g, '') : instance.getInnerHTML();
  if (row?.css) editor.Css.addRules(safeStylesheet(row.css));
  editor.select(detachAs(instance, html));
  announce('Detached: it no longer follows the component');
}

export function setValue(instance, name, given) {
  const values = { ...valuesOf(instance), [name]: { ...valuesOf(instance)[name], ...given } };
  for (const [key, value] of Object.entries(values[name])) if (value === undefined) delete values[name][key];
  if (!Object.keys(values[name]).length) delete values[name];
  if (Object.keys(values).length) instance.addAttributes({ [VALUES]: JSON.stringify(values) });
  else instance.removeAttributes(VALUES);
}

/** Markup of a page with its uses as they are now, for looking at it. */
export function withInstances(html) {
  if (!html.includes(ID)) return html;
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const element of body.querySelectorAll(`[${ID}]`)) {
    const row = components.value?.find(({ id }) => id === element.getAttribute(ID));
    if (row) element.innerHTML = shown(row, readValues(element.getAttribute(VALUES)));
  }
  return body.innerHTML;
}

/** The rules of all components; a page shows only those of its own, and names are their own. */
export const componentsCss = () => (components.value ?? []).map(({ css }) => safeStylesheet(css)).join('\n');

export function followInstances(editor) {
  const redraw = (component) => { if (isInstance(component)) draw(editor, component); };
  editor.on('component:add', redraw);
  editor.on('component:update:attributes', redraw);
}
