/* Everything the palette offers, by name: what can be done now, with the key that does it too. */
import themes from '../site/theme.json';
import { announce, device, inspector, isInspectorOpen, openDialog, page, pages, panel, selection, site } from './state.js';
import * as act from './canvas/commands.js';
import { copy, cut, paste } from './canvas/clipboard.js';
import { sortBlocks } from './canvas/elements.js';
import { labelOf } from './canvas/labels.js';
import { isLocked, toggleLock } from './canvas/lock.js';
import { canUnwrap, canWrap, forAll, selectBeside, selected, unwrap, wrap } from './canvas/structure.js';
import { redo, undo } from './canvas/undo.js';
import { saveTheme } from './data/sites.js';
import { saveNow, switchPage, theEditor } from './workspace.js';

const command = (group, name, run, more = {}) => ({ group, name, run, ...more });

function onSelection(editor) {
  const component = selection.value;
  if (!component) return [];
  const what = labelOf(component);
  return [
    act.isEditableText(component) && command('Selection', `Edit the text of ${what}`, () => act.activate(editor, component), { keys: 'Enter' }),
    component.is('image') && command('Selection', 'Change the picture', () => act.activate(editor, component), { keys: 'Enter' }),
    component.get('tagName') === 'a' && command('Selection', 'Change where the link leads', () => openDialog('link', { component })),
    command('Selection', `Duplicate ${what}`, () => forAll(editor, (each) => act.duplicate(editor, each)), { keys: 'Ctrl D' }),
    command('Selection', `Delete ${what}`, () => forAll(editor, (each) => act.remove(editor, each)), { keys: 'Delete' }),
    act.canMove(component, -1) && command('Selection', `Move ${what} up`, () => act.move(editor, component, -1), { keys: 'Alt ↑' }),
    act.canMove(component, 1) && command('Selection', `Move ${what} down`, () => act.move(editor, component, 1), { keys: 'Alt ↓' }),
    command('Selection', `Copy ${what}`, () => copy(editor), { keys: 'Ctrl C' }),
    command('Selection', `Cut ${what}`, () => cut(editor), { keys: 'Ctrl X' }),
    canWrap(selected(editor)) && command('Selection', 'Put into a group (wrap)', () => wrap(editor), { keys: 'Ctrl G' }),
    canUnwrap(component) && command('Selection', 'Take the group apart (unwrap)', () => unwrap(editor, component), { keys: 'Ctrl Shift G' }),
    command('Selection', `${isLocked(component) ? 'Unlock' : 'Lock'} ${what}`, () => toggleLock(component), { keys: 'Ctrl Shift L' }),
    command('Selection', 'Select what is around it', () => act.selectParent(editor, component), { keys: 'Esc' }),
    command('Selection', 'Select everything beside it', () => selectBeside(editor, component), { keys: 'Ctrl A' }),
    command('Selection', 'Style of the selection', () => { inspector.value = 'style'; isInspectorOpen.value = true; }),
    command('Selection', 'Settings of the selection', () => { inspector.value = 'settings'; isInspectorOpen.value = true; }),
  ].filter(Boolean);
}

const general = (editor) => [
  command('Page', 'Undo', () => undo(editor), { keys: 'Ctrl Z' }),
  command('Page', 'Redo', () => redo(editor), { keys: 'Ctrl Shift Z' }),
  command('Page', 'Paste', () => paste(editor, selection.value), { keys: 'Ctrl V' }),
  command('Page', 'Save now', saveNow, { keys: 'Ctrl S' }),
  command('Page', 'Preview', () => openDialog('preview')),
  command('Page', 'Publish', () => openDialog('publish')),
  command('Page', 'Add a page', () => openDialog('add-page')),
  command('Page', 'Page settings', () => openDialog('page-settings', { target: page.value })),
  command('Site', 'Site settings', () => openDialog('site-settings')),
  command('Site', 'Keyboard shortcuts', () => openDialog('shortcuts'), { keys: '?' }),
  ...['blocks', 'pages', 'outline', 'theme', 'checks'].map((id) => command('Panels', `Open ${id === 'outline' ? 'layers' : id}`, () => { panel.value = id; })),
  ...['desktop', 'tablet', 'phone'].map((id) => command('View', `Show as on a ${id}`, () => { device.value = id; })),
];

const toPages = () => pages.value.filter(({ id }) => id !== page.value?.id)
  .map(({ id, title, path }) => command('Go to page', title, () => switchPage(id), { hint: path }));

const toThemes = () => Object.entries(themes.presets).map(([preset, { name }]) => command('Theme', `Theme: ${name}`, async () => {
  site.value = { ...site.value, theme: { preset } };
  announce(`Theme ${name} chosen`);
  await saveTheme(site.value.id, { preset });
}));

/** Blocks come last: they are many, and wait for the library. */
async function toBlocks(editor) {
  const { sections, elements } = sortBlocks((await import('site:blocks')).default);
  return [...elements, ...sections].map((block) => command('Add', `Add ${block.name}`, () => act.insert(editor, block), { hint: block.group, words: block.description }));
}

export async function paletteCommands() {
  const editor = theEditor();
  return [...onSelection(editor), ...general(editor), ...toPages(), ...toThemes(), ...await toBlocks(editor)];
}

/** Those whose name, group or words have every word that was typed; a name that begins so comes first. */
export function matching(commands, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const text = ({ name, group, hint = '', words: more = '' }) => `${name} ${group} ${hint} ${more}`.toLowerCase();
  const rank = ({ name }) => (words.length && name.toLowerCase().replace(/^(add|open|theme:) /, '').startsWith(words[0]) ? 0 : 1);
  return commands.filter((each) => words.every((word) => text(each).includes(word)))
    .map((each, at) => [rank(each), at, each]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , each]) => each);
}
