/* Keys of the builder, the same in the canvas and around it. While somebody types, keys belong to the text. */
import { canEdit, dialog, isTyping, openDialog, selection } from '../state.js';
import * as act from './commands.js';
import { copy, cut, paste } from './clipboard.js';
import { toggleLock } from './lock.js';
import { forAll, selectBeside, unwrap, wrap } from './structure.js';
import { stopTyping } from './text.js';
import { redo, undo } from './undo.js';

const isField = (target) => target?.closest?.('input, textarea, select, [contenteditable="true"], dialog[open]');

function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const mod = event.ctrlKey || event.metaKey ? 'Mod+' : '';
  return `${mod}${event.shiftKey ? 'Shift+' : ''}${event.altKey ? 'Alt+' : ''}${key}`;
}

const everywhere = (editor) => ({
  'Shift+?': () => openDialog('shortcuts'),
  'Mod+z': () => undo(editor),
  'Mod+Shift+z': () => redo(editor),
  'Mod+y': () => redo(editor),
  'Mod+d': () => forAll(editor, (each) => act.duplicate(editor, each)),
  'Mod+c': () => copy(editor),
  'Mod+x': () => cut(editor),
  'Mod+v': () => paste(editor, selection.value),
  'Alt+ArrowUp': () => act.move(editor, selection.value, -1),
  'Alt+ArrowDown': () => act.move(editor, selection.value, 1),
  'Mod+g': () => wrap(editor),
  'Mod+Shift+g': () => unwrap(editor, selection.value),
  'Mod+Shift+l': () => toggleLock(selection.value),
  Delete: () => forAll(editor, (each) => act.remove(editor, each)),
  Backspace: () => forAll(editor, (each) => act.remove(editor, each)),
  Escape: () => act.selectParent(editor, selection.value),
});

/** Only where the page itself has the focus: in a panel these keys walk the panel. */
const onPage = (editor) => ({
  'Mod+a': () => selectBeside(editor, selection.value),
  Enter: () => act.activate(editor, selection.value),
  ArrowDown: () => act.walk(editor, selection.value, 'next'),
  ArrowUp: () => act.walk(editor, selection.value, 'previous'),
  ArrowRight: () => act.walk(editor, selection.value, 'in'),
  ArrowLeft: () => act.walk(editor, selection.value, 'out'),
});

const needsSelection = /^(Mod\+[dcxg]|Mod\+Shift\+[gl]|Alt|Delete|Backspace|Escape)/;

export function listenForKeys(editor, { save }) {
  const common = everywhere(editor);
  const page = onPage(editor);

  const onKey = (event, isCanvas) => {
    const name = nameOf(event);
    if (name === 'Mod+s') {
      event.preventDefault();
      save();
      return;
    }
    if (name === 'Mod+k') {
      event.preventDefault();
      if (!dialog.value) openDialog('palette');
      return;
    }
    if (isTyping.value) {
      if (name === 'Escape' && isCanvas) stopTyping(editor);
      return;
    }
    if (!canEdit.value || isField(event.target)) return;
    // Text that is selected in a panel is copied as text.
    if (!isCanvas && name === 'Mod+c' && String(getSelection())) return;
    const action = common[name] ?? (isCanvas ? page[name] : undefined);
    if (!action || (needsSelection.test(name) && !selection.value)) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  // The engine repeats the canvas's keys on the frame element; those have been handled where they were pressed.
  document.addEventListener('keydown', (event) => {
    if (event.target?.tagName !== 'IFRAME') onKey(event, false);
  });
  editor.on('canvas:frame:load:body', ({ window }) => {
    window.document.addEventListener('keydown', (event) => onKey(event, true));
  });
}
