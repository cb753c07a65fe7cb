/* Between a stored page and the engine: both ways through the sanitiser. */
import { safeHtml } from '../safety/html.js';
import { safeProject } from '../safety/project.js';
import { namer } from '../save/blocks.js';
import { nameBlocks } from './block_ids.js';
import { fillNow, fillPage, stopFilling } from './fill.js';
import { joinParts, jsonWhileTyping, partOf, rulesOf, safePart, wrapperOf, written } from './parts.js';
import { editedView } from './text.js';

/** Collects what the sanitiser leaves out, each kind once, to tell the person and the console. */
export function dropList() {
  const seen = new Set();
  return { drop: (what) => seen.add(what), list: () => [...seen] };
}

function hasProject(content) {
  return Array.isArray(content?.pages) && content.pages.length > 0;
}

/** A page that was never opened here has only html and css: the engine parses them into its own form. */
function projectFromMarkup(editor, row, drop) {
  const components = safeHtml(row.html, drop);
  return { pages: [{ frames: [{ component: { type: 'wrapper', components } }] }], styles: editor.Parser.parseCss(row.css ?? '') };
}

/** A stored page as safe JSON, also of a page that was written as markup: for comparing it with what is open. */
export function projectOfRow(editor, row) {
  if (hasProject(row.content)) return safeProject(row.content, { html: safeHtml });
  const { pages: [{ frames: [{ component }] }], styles } = projectFromMarkup(editor, row, () => {});
  const parsed = editor.Parser.parseHtml(component.components).html;
  return safeProject({ pages: [{ frames: [{ component: { components: [parsed].flat() } }] }], styles }, { html: safeHtml });
}

// So many blocks are put on the canvas at once; of a page with more than LONG the others follow while the person looks.
const AT_ONCE = 10;
const LONG = 40;

/** Markup as a list of its topmost nodes: text as the engine stores it, elements as markup. */
function topNodes(markup) {
  const { body } = new DOMParser().parseFromString(markup, 'text/html');
  return [...body.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent.trim() ? [{ type: 'textnode', content: node.textContent }] : [];
    return node.nodeType === Node.ELEMENT_NODE ? [node.outerHTML] : [];
  });
}

/** Takes from a long project what is not put on the canvas at once. */
function takeRest(project) {
  const [{ frames: [{ component }] }] = project.pages;
  const { components } = component;
  const nodes = typeof components === 'string' ? topNodes(components) : components ?? [];
  if (nodes.length <= LONG) return { nodes, rest: [] };
  component.components = nodes.slice(0, AT_ONCE);
  return { nodes, rest: nodes.slice(AT_ONCE) };
}

/**
 * Puts a page (or a draft of one) on the canvas; resolves with {dropped}, what had to be left out, as soon as it can be
 * used. Of a long page the rest follows by itself; `drawn(blocks)` is called for what came, `whole(snapshot)` when all is
 * there, with the page as it was before anybody changed it.
 */
export function showPage(editor, row, { drawn, whole, atOnce = false }) {
  const { drop, list } = dropList();
  stopFilling();
  const project = hasProject(row.content)
    ? safeProject(row.content, { html: safeHtml, drop })
    : projectFromMarkup(editor, row, drop);
  const { nodes, rest } = atOnce ? { nodes: null, rest: [] } : takeRest(project);
  return new Promise((resolve) => {
    editor.once('canvas:frame:load:body', ({ window: frame }) => {
      const blocks = () => editor.getWrapper().components().models;
      const nameOf = namer(rest.length ? nodes.map(({ blockId }) => blockId) : blocks().map((each) => each.get('blockId')));
      /** What is drawn may take the place of what was there, one for one. */
      const arrived = (from, until) => {
        drawn(blocks().slice(from, until));
        const now = blocks().slice(from, until);
        nameBlocks(now, nameOf);
        return now.map(partOf);
      };
      fillPage(editor, rest, { arrived, whole, frame });
      resolve({ dropped: list() });
    });
    editor.loadProjectData(project);
  });
}

/** While somebody types, the words are only in the canvas; the engine takes them over when they stop. */
function typedText(editor) {
  const view = editedView(editor);
  if (!view) return null;
  const path = [];
  for (let at = view.model; at.parent(); at = at.parent()) path.unshift(at.index());
  const copy = view.getChildrenContainer().cloneNode(true);
  // The ids in here are the engine's, one for each element it draws.
  for (const element of copy.querySelectorAll('[id]')) element.removeAttribute('id');
  return { path, model: view.model, html: safeHtml(copy.innerHTML) };
}

const LIVE = 'data-rb-live';

/** A copy of `node` in which the one at `path` holds this markup; everything else is shared. */
function withMarkup(node, [index, ...path], html) {
  if (!node) return node;
  if (index === undefined) return { ...node, components: html };
  const components = [...(node.components ?? [])];
  if (index in components) components[index] = withMarkup(components[index], path, html);
  return { ...node, components };
}

/** The block that is being typed in, with what has been typed so far. */
function typedPart(block, { path, model, html }) {
  const json = withMarkup(jsonWhileTyping(block), path.slice(1), html);
  return written({ json: safePart(json), html: safeHtml(typedMarkup(block, model, html)) });
}

function typedMarkup(block, model, html) {
  const { attributes } = model.attributes;
  model.set('attributes', { ...attributes, [LIVE]: '' }, { silent: true });
  const markup = block.toHTML();
  model.set('attributes', attributes, { silent: true });
  const { body } = new DOMParser().parseFromString(markup, 'text/html');
  const element = body.querySelector(`[${LIVE}]`);
  element.innerHTML = html;
  element.removeAttribute(LIVE);
  return body.innerHTML;
}

/**
 * {content, html, css} as it is stored: the project, the body's markup, the person's own rules.
 * Not the engine's own getProjectData(): that redraws the text that is being typed, and the caret jumps.
 */
export function takeSnapshot(editor) {
  fillNow();
  const typed = typedText(editor);
  const blocks = editor.getWrapper().components().models.map((block, index) => (
    typed?.path[0] === index ? typedPart(block, typed) : partOf(block)
  ));
  return joinParts(wrapperOf(editor), blocks, rulesOf(editor));
}
