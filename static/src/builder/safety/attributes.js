/* Which tags and attributes a page may hold, from the allow list that the static build reads too. */
import allowlist from '../../site/allowlist.json';
import { safeStyleText } from './styles.js';
import { isSafeUrlAttribute } from './urls.js';

const { attributes, names, limits } = allowlist;
const svgTags = new Set(allowlist.svg_tags);
const tags = new Set([...allowlist.tags, ...allowlist.svg_tags]);
const common = new Set(attributes['*']);
const svgAttributes = new Set(allowlist.svg_attributes);
const spelled = new Map(allowlist.svg_attributes.map((name) => [name.toLowerCase(), name]));
const byTag = Object.fromEntries(Object.entries(attributes).map(([tag, list]) => [tag, new Set(list)]));
const whole = (pattern) => new RegExp(`^(?:${pattern})$`);
const patterns = Object.fromEntries(Object.entries(allowlist.attribute_patterns).map(([name, text]) => [name, whole(text)]));
const namePattern = whole(names.pattern);
const nameAttributes = new Set(names.attributes);
const deniedNames = new Set(names.denied);
const EXTRA_PREFIX = new RegExp(`^(?:${allowlist.attribute_prefixes.join('|')})[a-z0-9-]{1,60}$`);

export const tagNames = [...tags];
export const attributeNames = [...new Set([...Object.values(attributes).flat(), ...svgAttributes])];
export const droppedWithContent = allowlist.drop_content;
/** `viewbox` as SVG spells it; every other name as it is. */
export const spelledOut = (name) => spelled.get(name) ?? name;
export const isSafeTag = (tag) => tags.has(tag);
export const isSvgTag = (tag) => svgTags.has(tag);

/** An id called `config` or `location` would stand in front of the real thing wherever the page is shown. */
export function isSafeName(value) {
  return namePattern.test(value) && !deniedNames.has(value.toLowerCase());
}

function isKnown(tag, name) {
  if (common.has(name) || EXTRA_PREFIX.test(name)) return true;
  return svgTags.has(tag) ? svgAttributes.has(name) : Boolean(byTag[tag]?.has(name));
}

function isSafeValue(tag, name, value) {
  const allowed = allowlist.attribute_values[`${tag}.${name}`];
  if (allowed && !allowed.includes(value.toLowerCase())) return false;
  if (patterns[name] && !patterns[name].test(value)) return false;
  if (nameAttributes.has(name) && value && !isSafeName(value)) return false;
  return isSafeUrlAttribute(tag, name, value);
}

/** The value to keep, or null for none. Everything is text here: no object, no array, no function. */
export function safeAttribute(tag, name, value, drop = () => {}) {
  if (value === true || value === false || typeof value === 'number') value = String(value);
  const isText = typeof value === 'string' && value.length <= limits.data_url_length;
  if (isText && isKnown(tag, name)) {
    if (name === 'style') return safeStyleText(value, drop) || null;
    if (isSafeValue(tag, name, value)) return value;
  }
  drop(`${tag} ${name}`.slice(0, 60));
  return null;
}

/** {name: value} with only what may stay. */
export function safeAttributes(tag, given, drop) {
  const kept = {};
  for (const name of Object.keys(given ?? {})) {
    const value = safeAttribute(tag, name, given[name], drop);
    if (value !== null) kept[name] = value;
  }
  return kept;
}
