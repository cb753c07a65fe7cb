/* From what the browser holds to the plain nodes that checks read: the canvas's components, or a document. */

const SKIPPED = new Set(['script', 'style', 'template']);
const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const colors = new Map();

/** Any colour of CSS as [red, green, blue, alpha 0…1]; the browser itself does the sums. */
function rgba(color) {
  if (!colors.has(color)) {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = color;
    paint.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = paint.getImageData(0, 0, 1, 1).data;
    colors.set(color, [red, green, blue, alpha / 255]);
  }
  return colors.get(color);
}

const over = ([r, g, b, alpha], below) => [r, g, b].map((part, at) => part * alpha + below[at] * (1 - alpha));

/** What an element adds to the ground below it; null once a picture lies there, which nobody can judge from here. */
function groundOf(style, below) {
  if (!below || style.backgroundImage !== 'none') return null;
  const color = rgba(style.backgroundColor);
  return color[3] ? over(color, below) : below;
}

function styleOf(style, ground) {
  if (!ground || style.visibility === 'hidden' || Number(style.opacity) < 1) return undefined;
  const color = over(rgba(style.color), ground);
  return { color, background: ground, size: parseFloat(style.fontSize), isBold: Number(style.fontWeight) >= 700 };
}

const isPositioned = ({ position }) => position === 'absolute' || position === 'fixed';

/** Words that float over their neighbours may stand on a picture: without a ground of their own they are not judged. */
function look(element, ground) {
  const view = element?.ownerDocument?.defaultView;
  if (!view || !element.isConnected) return { ground: null };
  const style = view.getComputedStyle(element);
  if (style.display === 'none') return { ground: null };
  const lifted = isPositioned(style) && !rgba(style.backgroundColor)[3] ? null : ground;
  const next = groundOf(style, lifted);
  return { ground: next, style: styleOf(style, next) };
}

const WHITE = [255, 255, 255];

function componentNode(component, ground) {
  const element = component.getEl();
  const seen = look(element, ground);
  const node = {
    tag: component.get('tagName') || 'div', attributes: component.getAttributes({ noClass: true, noStyle: true }),
    text: '', children: [], style: seen.style, naturalWidth: element?.naturalWidth, component,
  };
  if (component.get('content')) node.text = plain(component.get('content'));
  for (const child of component.components().models) {
    if (child.is('textnode')) node.text += child.get('content') ?? '';
    else node.children.push(componentNode(child, seen.ground));
  }
  return node;
}

const plain = (html) => new DOMParser().parseFromString(html, 'text/html').body.textContent;

/** The blocks of the page on the canvas, one at a time, so that whoever reads may pause between two. */
export function* canvasNodes(editor) {
  const wrapper = editor.getWrapper();
  const { ground } = look(wrapper.getEl(), WHITE);
  for (const block of wrapper.components().models) {
    if (!block.is('textnode')) yield componentNode(block, ground);
  }
}

function elementNode(element) {
  const children = [...element.children].filter(({ localName }) => !SKIPPED.has(localName));
  const text = [...element.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data).join(' ');
  const attributes = Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
  return { tag: element.localName, attributes, text: text.trim(), children: children.map(elementNode) };
}

/** The blocks of a stored page, from its body. It is parsed, never drawn, so nothing in it runs or loads. */
export const storedNodes = (body) => [...body.children].map(elementNode);
