/* A block of a page as a part of its own: rules by class instead of by id, since it may stand on a page many times. */
import { digest } from '../save/canonical.js';
import { safeHtml } from '../safety/html.js';
import { nameFields } from './fields.js';

const escapeName = (name) => name.replace(/[^\w-]/g, '\\$&');
const whole = (sign, name) => new RegExp(`${sign === '#' ? '#' : '\\.'}${escapeName(name)}(?![\\w-])`, 'g');

/** A component holds no other: a use that stands in the block becomes what it shows. */
function flatten(body) {
  for (const element of body.querySelectorAll('[data-rb-component]')) {
    element.removeAttribute('data-rb-component');
    element.removeAttribute('data-rb-values');
  }
}

const isAbout = (css, body) => {
  const names = [...css.split('{')[css.startsWith('@') ? 1 : 0].matchAll(/[.#](-?[_a-zA-Z][\w-]*)/g)].map(([, name]) => name);
  return names.length > 0 && names.every((name) => body.querySelector(`[id="${CSS.escape(name)}"], .${CSS.escape(name)}`));
};

function withClasses(body, rules, seed) {
  let css = rules.join('\n');
  for (const element of body.querySelectorAll('[id]')) {
    const pattern = whole('#', element.id);
    if (!pattern.test(css)) continue;
    const name = `rbc-${digest(`${seed} ${element.id}`)}`;
    css = css.replace(pattern, `.${name}`);
    element.classList.add(name);
    element.removeAttribute('id');
  }
  return css;
}

/** {html, css} of a block's markup, with the rules of the page that are about it; `seed` makes its class names its own. */
export function makePart(html, rules, seed) {
  const { body } = new DOMParser().parseFromString(safeHtml(html), 'text/html');
  flatten(body);
  const css = withClasses(body, rules.filter((rule) => isAbout(rule, body)), seed);
  nameFields(body);
  return { html: body.innerHTML, css };
}

export const rulesOn = (editor) => editor.Css.getAll().map((rule) => rule.toCSS()).filter(Boolean);
