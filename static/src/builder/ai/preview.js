/* A proposal drawn into the canvas, beside the page and not of it: the engine's model does not know of it, so it is
   never saved, published or undone. What is proposed is put after what it replaces, which is hidden meanwhile. */
import { themeCss } from '../canvas/appearance.js';
import { safeHtml } from '../safety/html.js';

const CSS = `
[data-rb-proposed] { position: relative; outline: 2px dashed #2e7d5b; outline-offset: -2px; }
[data-rb-proposed]::after { content: attr(data-rb-proposed); position: absolute; inset-block-start: 6px; inset-inline-end: 6px; z-index: 9; padding: 3px 8px; border-radius: 6px; background: #2e7d5b; color: #fff; font: 600 12px/1.4 system-ui; }
[data-rb-replaced] { display: none !important; }
`;

const documentOf = (editor) => editor.Canvas.getDocument();

function addStyle(document) {
  if (document.getElementById('rb-proposal')) return;
  document.head.append(Object.assign(document.createElement('style'), { id: 'rb-proposal', textContent: CSS }));
}

export function clearPreview(editor, theme) {
  const document = documentOf(editor);
  for (const element of document.querySelectorAll('[data-rb-proposed]')) element.remove();
  for (const element of document.querySelectorAll('[data-rb-replaced]')) element.removeAttribute('data-rb-replaced');
  showTheme(editor, theme);
}

/** The theme alone; the page stays as it is. */
export function showTheme(editor, theme) {
  const style = documentOf(editor).getElementById('rb-theme');
  const css = themeCss(theme);
  if (style && style.textContent !== css) style.textContent = css;
}

function elementOf(document, html, like) {
  const box = document.createElement('div');
  box.innerHTML = safeHtml(html);
  if (like) {
    const element = like.cloneNode(false);
    element.removeAttribute('id');
    for (const name of element.getAttributeNames()) if (name.startsWith('data-gjs') || name === 'contenteditable') element.removeAttribute(name);
    element.classList.remove('gjs-selected', 'gjs-hovered');
    element.append(...box.childNodes);
    return element;
  }
  return box.firstElementChild;
}

/** `patches`: [{html, label, after?, into?, before?, like?}]; `replaced`: elements that are not shown meanwhile. */
export function showPreview(editor, { patches, replaced = [] }) {
  const document = documentOf(editor);
  addStyle(document);
  for (const element of replaced) element?.setAttribute('data-rb-replaced', '');
  for (const { html, label, after, into, before, like } of patches) {
    const element = elementOf(document, html, like);
    if (!element) continue;
    element.inert = true;
    element.setAttribute('data-rb-proposed', label);
    if (after) after.after(element);
    else into.insertBefore(element, before ?? null);
  }
}

export function scrollToProposed(editor, number) {
  const element = documentOf(editor).querySelectorAll('[data-rb-proposed]')[number];
  element?.scrollIntoView({ block: 'center', behavior: 'smooth' });
}
