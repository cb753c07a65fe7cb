/* The page as it is saved, block by block. A long page is saved while somebody types: only the block they are in is
   written down and cleaned anew, the others are remembered until something in them changes. */
import { rememberJson } from '../data/page_json.js';
import { safeHtml } from '../safety/html.js';
import { safeProject } from '../safety/project.js';
import { plainJson } from './plain_json.js';

const parts = new WeakMap();
/** Of the blocks that somebody types in: what the engine has of them. */
const beforeTyping = new WeakMap();
/** What the engine says with each key, and of what is chosen: neither changes what it has. */
const SAID_WHILE_TYPING = new Set(['component:update', 'component:input', 'change:status']);
const watched = new WeakSet();

function topOf(component) {
  let at = component;
  while (at.parent() && !at.parent().is('wrapper')) at = at.parent();
  return at;
}

/** Called with the component as `this`. */
function forget(event) {
  const block = topOf(this);
  parts.delete(block);
  if (!SAID_WHILE_TYPING.has(event)) beforeTyping.delete(block);
}

/** Any event of a component means that its block is no longer as it was written down; it says so of its children and classes, too. */
function watch(component) {
  if (watched.has(component)) return;
  watched.add(component);
  component.on('all', forget, component);
}

export function safePart(json) {
  const project = safeProject({ pages: [{ frames: [{ component: { components: [json] } }] }] }, { html: safeHtml });
  return project.pages[0].frames[0].component.components?.[0];
}

/** With its JSON as text. */
export const written = ({ json, html }) => ({ json, html, text: JSON.stringify(json) });

/** {json, text, html} of a block, cleaned. */
export function partOf(block) {
  const known = parts.get(block);
  if (known) return known;
  const part = written({ json: safePart(plainJson(block)), html: safeHtml(block.toHTML()) });
  if (block.is('textnode')) return part;
  block.onAll(watch);
  parts.set(block, part);
  return part;
}

/** The JSON of a block that somebody types in; the engine takes the words over when they stop. */
export function jsonWhileTyping(block) {
  if (!beforeTyping.has(block)) {
    block.onAll(watch);
    beforeTyping.set(block, plainJson(block));
  }
  return beforeTyping.get(block);
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
  const there = parts.filter(({ json }) => json);
  const component = { ...own, ...(there.length && { components: there.map(({ json }) => json) }) };
  const content = { pages: [{ frames: [{ component }] }], styles };
  rememberJson(content, { own, blocks: there.map(({ text }) => text), styles });
  return { content, html: parts.map(({ html }) => html).join(''), css };
}
