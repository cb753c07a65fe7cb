/* Typing on the page: what a paste may bring, what Enter does, and when it is over. */
import { announce, isTyping } from '../state.js';
import { safeInlineHtml } from '../safety/html.js';

function insertHtml(document, html) {
  // Deprecated, and the only way that keeps the browser's own undo inside the text.
  document.execCommand('insertHTML', false, html);
}

const asLines = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\r?\n/g, '<br>');

function onPaste(event) {
  if (!isTyping.value) return;
  event.preventDefault();
  event.stopPropagation();
  const { clipboardData, currentTarget } = event;
  const html = clipboardData.getData('text/html');
  insertHtml(currentTarget, html ? safeInlineHtml(html) : asLines(clipboardData.getData('text/plain')));
}

/** A heading or a button is one line of meaning: Enter breaks the line instead of making a new block inside it. */
function onEnter(event) {
  if (!isTyping.value || event.key !== 'Enter' || event.isComposing) return;
  event.preventDefault();
  event.currentTarget.execCommand('insertLineBreak');
}

/** The view of the text that is being edited, if any. */
export const editedView = (editor) => editor.getModel().getEditing()?.getView();

export const stopTyping = (editor) => editedView(editor)?.disableEditing();

/** A press leaves a caret that nobody sees. With each change the browser would look where it is: on a long page through all of it. */
function dropCaret({ currentTarget }) {
  const selection = currentTarget.getSelection();
  if (!isTyping.value && selection.isCollapsed) selection.removeAllRanges();
}

export function listenForTyping(editor) {
  editor.on('canvas:frame:load:body', ({ window }) => {
    window.document.addEventListener('mouseup', dropCaret, true);
    window.document.addEventListener('paste', onPaste, true);
    window.document.addEventListener('keydown', onEnter, true);
  });
  editor.on('rte:enable', (view) => {
    // While the canvas is being resized the engine takes no selecting click, yet a double click begins to type.
    if (view?.model && editor.getSelected() !== view.model) editor.select(view.model);
    isTyping.value = true;
    announce('Editing text. Escape ends it.');
  });
  editor.on('rte:disable', () => { isTyping.value = false; });
}

/** bold, italic, underline, strikeThrough, createLink, unlink, removeFormat: on what is selected in the text. */
export function format(editor, command, value) {
  editor.Canvas.getDocument().execCommand(command, false, value);
  editor.trigger('component:input', editor.getSelected());
}

export function formatState(editor) {
  const document = editor.Canvas.getDocument();
  const anchor = document.getSelection()?.anchorNode;
  const link = (anchor?.nodeType === Node.ELEMENT_NODE ? anchor : anchor?.parentElement)?.closest('a');
  return {
    bold: document.queryCommandState('bold'),
    italic: document.queryCommandState('italic'),
    underline: document.queryCommandState('underline'),
    strikeThrough: document.queryCommandState('strikeThrough'),
    link: link?.getAttribute('href') ?? '',
  };
}
