/* The places of a component that each use may fill with its own words, picture or link. Works on plain DOM. */

const TEXT = 'h1, h2, h3, h4, h5, h6, p, li, dt, dd, figcaption, blockquote, summary, span, small, button';
const FORMATTING = new Set(['B', 'STRONG', 'I', 'EM', 'U', 'S', 'BR', 'SMALL', 'SUB', 'SUP', 'MARK', 'CODE']);
const MARK = 'data-rb-field';

const parse = (html) => new DOMParser().parseFromString(html ?? '', 'text/html').body;
const isPlain = (element) => [...element.querySelectorAll('*')].every(({ nodeName }) => FORMATTING.has(nodeName));
const isPlace = (element) => {
  if (element.nodeName === 'IMG' || element.nodeName === 'A') return true;
  return element.matches(TEXT) && isPlain(element) && element.textContent.trim() !== '' && !element.parentElement.closest(`a, ${TEXT}`);
};

const newName = () => `f${crypto.randomUUID().slice(0, 8)}`;

/** Names every place, and keeps the names that are there: uses hold on to them. */
export function nameFields(body) {
  const taken = new Set();
  for (const element of body.querySelectorAll('*')) {
    const own = element.getAttribute(MARK);
    if (!isPlace(element)) element.removeAttribute(MARK);
    else if (!own || taken.has(own)) element.setAttribute(MARK, newName());
    taken.add(element.getAttribute(MARK));
  }
}

/** The same on the canvas, where a component is edited: what was added gets a name that is saved with it. */
export function nameFieldsOnCanvas(editor) {
  const taken = new Set();
  editor.UndoManager.skip(() => editor.getWrapper().onAll((each) => {
    const element = each.is('textnode') ? null : each.getEl();
    if (!element?.parentElement || each.is('wrapper') || !isPlace(element)) return;
    const own = each.getAttributes()[MARK];
    const name = own && !taken.has(own) ? own : newName();
    taken.add(name);
    if (name !== own) each.addAttributes({ [MARK]: name });
  }));
}

const kindOf = ({ nodeName }) => ({ IMG: 'picture', A: 'link' }[nodeName] ?? 'text');

/** [{name, kind, text, href, src, alt}]: what the component itself says there. */
export function fieldsOf(html) {
  return [...parse(html).querySelectorAll(`[${MARK}]`)].map((element) => ({
    name: element.getAttribute(MARK),
    kind: kindOf(element),
    hasText: element.nodeName !== 'IMG' && isPlain(element),
    text: element.textContent.trim().replace(/\s+/g, ' '),
    href: element.getAttribute('href') ?? '',
    src: element.getAttribute('src') ?? '',
    alt: element.getAttribute('alt') ?? '',
  }));
}

export function readValues(text) {
  try {
    const read = JSON.parse(text || '{}');
    return read && typeof read === 'object' && !Array.isArray(read) ? read : {};
  } catch {
    return {};
  }
}

function fill(element, given) {
  for (const name of ['src', 'alt', 'href']) {
    if (typeof given[name] === 'string' && (name !== 'href' || element.hasAttribute('href'))) element.setAttribute(name, given[name]);
  }
  if (typeof given.src === 'string') element.removeAttribute('srcset');
  if (typeof given.text === 'string') element.replaceChildren(...given.text.split('\n').flatMap((line, at) => (at ? [document.createElement('br'), line] : [line])));
}

/** The component's markup with one use's own values, as the static build makes it. Still to be cleaned. */
export function filled(html, values) {
  const body = parse(html);
  for (const element of body.querySelectorAll(`[${MARK}]`)) {
    const given = values[element.getAttribute(MARK)];
    if (given && typeof given === 'object' && body.contains(element)) fill(element, given);
  }
  return body.innerHTML;
}
