/* Which CSS a page may hold. Values are judged as text, so this also works where there is no browser. */
import { isSafePicture } from './urls.js';

const PROPERTY = /^(--[\w-]{1,60}|-?[a-z][a-z-]{1,50})$/;
const REFUSED_PROPERTIES = new Set(['behavior', '-moz-binding', '-ms-behavior']);
const REFUSED_VALUE = /[<{}]|@|expression\s*\(|javascript:|vbscript:|image-set\s*\(|image\s*\(|src\s*\(|element\s*\(|\/\*|\\/i;
const URL_CALL = /url\(\s*("([^"]*)"|'([^']*)'|([^)"']*))\s*\)/gi;
const MEDIA = /^[\w\s().,:<>=/-]{0,200}$/;
const SELECTOR = /^[\w\s.#:>+~*,()[\]="'^$|-]{1,400}$/;
const LONGEST_VALUE = 2000;

export function isSafeProperty(name) {
  return PROPERTY.test(name) && !REFUSED_PROPERTIES.has(name);
}

/** A quoted string in `content` may hold anything that cannot end the rule. */
export function isSafeValue(value) {
  const text = String(value);
  if (text.length > LONGEST_VALUE && !/^url\(["']?data:image\//i.test(text)) return false;
  let rest = text;
  for (const [call, , double, single, bare] of text.matchAll(URL_CALL)) {
    if (!isSafePicture((double ?? single ?? bare ?? '').trim())) return false;
    rest = rest.replace(call, '');
  }
  return !/url\s*\(/i.test(rest) && !REFUSED_VALUE.test(rest);
}

export const isSafeMedia = (text) => MEDIA.test(text);
export const isSafeSelector = (text) => SELECTOR.test(text) && !/gjs-|:has-slotted/.test(text);

/** {property: value} with only what may stay; calls `drop` with a reason for the rest. */
export function safeStyle(style, drop = () => {}) {
  const kept = {};
  for (const [property, value] of Object.entries(style ?? {})) {
    const name = property.trim();
    const isText = typeof value === 'string' || typeof value === 'number';
    if (isText && isSafeProperty(name) && isSafeValue(value)) kept[name] = String(value);
    else drop(`style ${name.slice(0, 40)}`);
  }
  return kept;
}

/** The same from text ("color: red; margin: 0"), as in a style attribute. A semicolon inside url(data:…;…) does not end a value. */
export function safeDeclarations(text, drop) {
  const style = {};
  for (const part of String(text).split(/;(?![^(]*\))/)) {
    const colon = part.indexOf(':');
    if (colon > 0) style[part.slice(0, colon).trim()] = part.slice(colon + 1).trim();
  }
  return safeStyle(style, drop);
}

export function safeStyleText(text, drop) {
  return Object.entries(safeDeclarations(text, drop)).map(([name, value]) => `${name}: ${value}`).join('; ');
}
