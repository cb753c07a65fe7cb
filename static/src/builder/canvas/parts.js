/* The page as it is saved, block by block. A long page is saved while somebody types: only the block they are in is
   written down and cleaned anew, the others are remembered until something in them changes. */
import { safeHtml } from '../safety/html.js';
import { safeProject } from '../safety/project.js';
import { plainJson } from './plain_json.js';

const parts = new WeakMap();
const watched = new WeakSet();

function topOf(component) {
  let at = component;
  while (at.parent() && !at.parent().is('wrapper')) at = at.parent();
  return at;
}

/** Any event of a component, its children or its classes means that its block is no longer as it was written down. */
function watch(component) {
  const forget = () => parts.delete(topOf(component));
  const listen = (object, events) => {
    if (!object || watched.has(object)) return;
    watched.add(object);
    object.on(events, forget);
  };
  listen(component, 'all');
  listen(component.components(), 'add remove reset sort');
  listen(component.get('classes'), 'add remove reset change');
}

export function safePart(json) {
  const project = safeProject({ pages: [{ frames: [{ component: { components: [json] } }] }] }, { html: safeHtml });
  return project.pages[0].frames[0].component.components?.[0];
}

/** {json, html} of a block, cleaned. */
export function partOf(block) {
  const known = parts.get(block);
  if (known) return known;
  const part = { json: safePart(plainJson(block)), html: safeHtml(block.toHTML()) };
  if (block.is('textnode')) return part;
  block.onAll(watch);
  parts.set(block, part);
  return part;
}

/** What the page itself has besides its blocks. */
export function wrapperOf(editor) {
  const { components: _, ...own } = editor.getWrapper().toJSON();
  return safeProject({ pages: [{ frames: [{ component: plainJson(own) }] }] }, { html: safeHtml }).pages[0].frames[0].component;
}

let lastRules = { written: '', css: '', safe: [] };

/** The person's own rules, as JSON and as CSS; written anew only when one of them changed. */
export function rulesOf(editor) {
  const written = JSON.stringify(editor.Css.getAll());
  if (written !== lastRules.written) {
    const { styles } = safeProject({ styles: JSON.parse(written) }, { html: safeHtml });
    lastRules = { written, safe: styles, css: editor.getCss({ avoidProtected: true, keepUnusedStyles: true }) ?? '' };
  }
  return lastRules;
}

/** {content, html, css} of a page made of these parts. */
export function joinParts(own, parts, { safe: styles, css }) {
  const components = parts.map(({ json }) => json).filter(Boolean);
  const component = { ...own, ...(components.length && { components }) };
  return { content: { pages: [{ frames: [{ component }] }], styles }, html: parts.map(({ html }) => html).join(''), css };
}
