/* A block's JSON as markup, for looking at it; never stored, and cleaned again by whoever shows it. */
import { defaultTag } from '../safety/project.js';

const VOID = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'source', 'track', 'wbr']);
const escape = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const styleText = (style) => Object.entries(style ?? {}).map(([name, value]) => `${name}: ${value}`).join('; ');

function attributesOf({ attributes = {}, classes = [], style }) {
  const given = { ...attributes };
  if (classes.length) given.class = classes.map((each) => each.name ?? each).join(' ');
  if (style && Object.keys(style).length) given.style = styleText(style);
  return Object.entries(given).map(([name, value]) => ` ${name}="${escape(value)}"`).join('');
}

export function markupOfNode(node) {
  if (!node) return '';
  if (typeof node === 'string') return node;
  if (node.type === 'textnode') return escape(node.content ?? '');
  const tag = node.tagName ?? defaultTag[node.type] ?? 'div';
  const { components = '' } = node;
  const inner = typeof components === 'string' ? components : components.map(markupOfNode).join('');
  return VOID.has(tag) ? `<${tag}${attributesOf(node)}>` : `<${tag}${attributesOf(node)}>${inner}</${tag}>`;
}
