/* The editor's own JSON, as an editor may have written it straight through the API. The engine believes whatever
   it is given (scripts, toolbars, frame names that become HTML), so nothing passes but what is named here.
   The result is always one page with one frame: what is missing is added, for a page without frames hangs the engine. */
import { isSafeName, isSafeTag, safeAttributes } from './attributes.js';
import { isSafeMedia, isSafeSelector, safeStyle } from './styles.js';

const TYPES = new Set([
  'cell', 'default', 'image', 'label', 'link', 'row', 'svg', 'svg-in', 'table', 'tbody', 'text', 'textnode', 'tfoot',
  'thead', 'rb-block', 'rb-component', 'rb-frame', 'rb-media',
]);
const CLASS = /^-?[_a-zA-Z][\w-]{0,100}$/;
const BLOCK_ID = /^[a-z0-9]{1,40}$/;
const STATE = /^[a-z-]{0,30}(\([\w\s+-]{0,20}\))?$/;
const AT_RULES = new Set(['media', 'supports', 'container', 'keyframes']);
const DEEPEST = 120;
const MOST_COMPONENTS = 20_000;
const LONGEST_TEXT = 200_000;

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const list = (value) => (Array.isArray(value) ? value : []);

function safeClasses(classes, drop) {
  return list(classes).flatMap((each) => {
    const name = isObject(each) ? each.name : each;
    if (typeof name === 'string' && CLASS.test(name) && !name.startsWith('gjs-')) return [name];
    drop('class name');
    return [];
  });
}

function safeTextNode(node) {
  return { type: 'textnode', content: String(node.content ?? '').slice(0, LONGEST_TEXT) };
}

/** `html` turns markup that stands where components should into safe markup; the engine parses it. */
function safeChildren(node, context, depth) {
  const { components, content } = node;
  if (typeof components === 'string') return context.html(components, context.drop);
  // The engine's parser gives an only child without a list around it.
  const children = (isObject(components) ? [components] : list(components)).map((child) => safeComponent(child, context, depth + 1)).filter(Boolean);
  if (children.length || typeof content !== 'string' || !content) return children;
  return context.html(content, context.drop);
}

/** These tags are drawn by a type of ours and never as themselves, whatever type the JSON says. */
const typeOfTag = { iframe: 'rb-frame', video: 'rb-media', audio: 'rb-media', img: 'image' };

function typeOf(node, drop) {
  if (typeOfTag[node.tagName]) return typeOfTag[node.tagName];
  if (!node.type) return undefined;
  if (TYPES.has(node.type)) return node.type;
  drop(`component type ${String(node.type).slice(0, 30)}`);
  return undefined;
}

function tagOf(node, context) {
  if (node.tagName === undefined || node.tagName === '') return undefined;
  const tag = String(node.tagName);
  if (isSafeTag(tag)) return tag;
  context.drop(`<${tag.slice(0, 30)}>`);
  return null;
}

/** The engine's defaults: a component without tagName is one of these, and its attributes are judged as such. */
export const defaultTag = {
  image: 'img', link: 'a', label: 'label', svg: 'svg', table: 'table', tbody: 'tbody', thead: 'thead',
  tfoot: 'tfoot', row: 'tr', cell: 'td', 'rb-frame': 'iframe',
};

function ownAttributes(node, tag, drop) {
  const given = isObject(node.attributes) ? { ...node.attributes } : {};
  delete given.class;
  if (typeof node.src === 'string' && given.src === undefined) given.src = node.src;
  return safeAttributes(tag, given, drop);
}

function safeComponent(node, context, depth = 0) {
  if (typeof node === 'string') return safeTextNode({ content: node });
  context.count += 1;
  if (!isObject(node) || depth > DEEPEST || context.count > MOST_COMPONENTS) {
    context.drop('a component that is no component, or too many of them');
    return null;
  }
  if (node.type === 'textnode') return safeTextNode(node);
  const type = typeOf(node, context.drop);
  const tagName = tagOf(node, context);
  if (tagName === null) return null;
  const kept = {};
  if (type) kept.type = type;
  if (tagName) kept.tagName = tagName;
  const attributes = ownAttributes(node, tagName ?? defaultTag[type] ?? 'div', context.drop);
  if (Object.keys(attributes).length) kept.attributes = attributes;
  const classes = safeClasses(node.classes, context.drop);
  if (classes.length) kept.classes = classes;
  if (isObject(node.style)) kept.style = safeStyle(node.style, context.drop);
  if (node.void === true) kept.void = true;
  if (typeof node.blockId === 'string' && BLOCK_ID.test(node.blockId)) kept.blockId = node.blockId;
  // What a use of a component shows is drawn from the component.
  const components = type === 'rb-component' ? [] : safeChildren(node, context, depth);
  if (components.length) kept.components = components;
  for (const key of Object.keys(node)) if (!KNOWN_PROPERTIES.has(key)) context.drop(`property ${key.slice(0, 40)}`);
  return kept;
}

const KNOWN_PROPERTIES = new Set([
  'type', 'tagName', 'attributes', 'classes', 'components', 'content', 'style', 'void', 'src', 'stylable',
  'resizable', 'editable', 'droppable', 'draggable', 'name', 'head', 'docEl', 'blockId',
]);

function safeSelectors(selectors, drop) {
  if (typeof selectors === 'string') return isSafeSelector(selectors) ? selectors : '';
  return list(selectors).flatMap((each) => {
    if (typeof each === 'string') {
      const name = each.replace(/^[.#]/, '');
      if (CLASS.test(name) || isSafeName(name)) return [each];
    } else if (isObject(each) && typeof each.name === 'string' && CLASS.test(each.name)) {
      return [{ name: each.name, ...(each.type === 2 ? { type: 2 } : {}) }];
    }
    drop('selector');
    return [];
  });
}

function safeRule(rule, drop) {
  if (!isObject(rule)) return null;
  const selectors = safeSelectors(rule.selectors, drop);
  const added = String(rule.selectorsAdd ?? '');
  const media = String(rule.mediaText ?? '');
  const atRule = String(rule.atRuleType ?? '');
  const state = String(rule.state ?? '');
  const isSafe = (!added || isSafeSelector(added)) && isSafeMedia(media) && (!atRule || AT_RULES.has(atRule))
    && STATE.test(state) && (selectors.length || added);
  if (!isSafe) {
    drop('style rule');
    return null;
  }
  const kept = { selectors, style: safeStyle(rule.style, drop) };
  if (added) kept.selectorsAdd = added;
  if (media) kept.mediaText = media;
  if (atRule) kept.atRuleType = atRule;
  if (state) kept.state = state;
  return kept;
}

/** Anything → {pages: [one page], styles}, holding only what is named above. */
export function safeProject(project, { html, drop = () => {} }) {
  const context = { html, drop, count: 0 };
  const frame = list(list(isObject(project) ? project.pages : [])[0]?.frames)[0];
  const root = isObject(frame?.component) ? frame.component : {};
  const wrapper = safeComponent({ ...root, type: '', tagName: '' }, context) ?? {};
  return {
    pages: [{ frames: [{ component: { ...wrapper, type: 'wrapper' } }] }],
    styles: list(project?.styles).map((rule) => safeRule(rule, drop)).filter(Boolean),
  };
}
