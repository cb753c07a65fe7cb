/* The canvas: the engine's frame at the width of the chosen device, scaled down where the screen is narrower. */
import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { asProblem } from '../lib/problems.js';
import { fetched } from '../lib/fetched.jsx';
import { Failed } from '../lib/ui.jsx';
import { canEdit, components, device, isFilling, isReady, isTyping, page, panel, revision, selection, site } from './state.js';
import { dress, dressComponents } from './canvas/appearance.js';
import { nameNewBlocks } from './canvas/block_ids.js';
import { isAdding } from './canvas/fill.js';
import { componentsCss, followInstances } from './parts/instances.js';
import { fitCanvas } from './canvas/fit.js';
import { keepLocks } from './canvas/lock.js';
import { listenForKeys } from './canvas/keys.js';
import { listenForTyping } from './canvas/text.js';
import { trackSteps } from './canvas/undo.js';
import { watchPage } from './checks/live.js';
import { EmptyPage } from './empty_page.jsx';
import { Overlay } from './overlay.jsx';
import { connect, openFirst, saveNow } from './workspace.js';
import { openDialog } from './state.js';

/** Beside the comments only. */
const Pins = fetched(() => import('./comments/pins.jsx').then((found) => found.Pins));

/** So long after the last key the panels look again. */
const TYPING_PAUSE_MS = 400;

/** Panels read the engine's model; one signal per frame tells them to look again. */
function trackChanges(editor) {
  let waiting = false;
  let pause;
  const tell = () => {
    if (waiting || isAdding()) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; revision.value += 1; });
  };
  editor.on('component:add component:remove component:styleUpdate styleable:change component:toggled undo redo device:select', tell);
  editor.on('component:update', () => {
    clearTimeout(pause);
    // A key would wait for all of them; whoever changes something in a panel meanwhile has left the page.
    const isKey = isTyping.value && document.activeElement === editor.Canvas.getFrameEl();
    if (isKey) pause = setTimeout(tell, TYPING_PAUSE_MS);
    else tell();
  });
  editor.on('component:selected component:deselected component:toggled', () => {
    const selected = editor.getSelected();
    selection.value = selected && !selected.is('wrapper') ? selected : null;
  });
  // The bar of the selection says its name already, so the engine's label stays away from it.
  let hovered = null;
  const hideLabel = () => editor.getContainer().classList.toggle('b-hovers-selected', hovered === editor.getSelected());
  editor.on('component:hovered', (component) => { hovered = component; hideLabel(); });
  editor.on('component:toggled', hideLabel);
  // A step back may take away the very thing that is selected.
  editor.on('undo redo', () => {
    if (selection.value && !selection.value.parent()) editor.select(null);
  });
}

function lockForReaders(editor) {
  editor.on('canvas:frame:load:body', ({ window }) => {
    if (canEdit.value) return;
    // Readers see the page as it is: nothing on it takes a click or a key.
    window.document.body.inert = true;
  });
}

function start(editor, library) {
  editor.on('canvas:frame:load:head', ({ window }) => dress(window.document, library, site.value.theme));
  editor.on('canvas:frame:load:body', ({ el }) => { el.title = `Page: ${page.value?.title ?? ''}`; });
  lockForReaders(editor);
  trackChanges(editor);
  trackSteps(editor);
  nameNewBlocks(editor);
  followInstances(editor);
  listenForTyping(editor);
  keepLocks(editor);
  listenForKeys(editor, { save: saveNow });
  editor.on('rb:picture', (component) => openDialog('picture', { component }));
  connect(editor);
  if (canEdit.value) watchPage(editor);
}

/** What links to a page's own code ask for (the paid features of a publish). Opening a page changes the address. */
const asksForSettings = new URLSearchParams(location.search).has('settings');

function openAskedSettings() {
  if (!asksForSettings || !canEdit.value || page.value.isComponent) return;
  openDialog('page-settings', { target: page.value });
}

export function Stage({ startEngine, library }) {
  const box = useRef(null);
  const problem = useSignal(null);
  const editor = useRef(null);

  const open = () => {
    problem.value = null;
    openFirst().then(openAskedSettings, (error) => { problem.value = asProblem(error); });
  };
  useEffect(() => {
    editor.current = startEngine(box.current);
    start(editor.current, library);
    const stopFitting = fitCanvas(editor.current, box.current.parentElement);
    open();
    return stopFitting;
  }, []);
  useEffect(() => {
    const theme = site.value?.theme;
    const document = editor.current?.Canvas.getDocument();
    if (document?.head && isReady.value) {
      dress(document, library, theme);
      dressComponents(document, componentsCss());
    }
  }, [site.value?.theme, isReady.value, components.value]);

  return (
    <div class="b-canvas" data-device={device.value} data-ready={isReady.value}>
      <div ref={box} class="b-canvas-frame" />
      {problem.value && <Failed problem={problem.value} onRetry={open} />}
      {isReady.value && canEdit.value && <Overlay editor={editor.current} />}
      {isReady.value && panel.value === 'comments' && <Pins editor={editor.current} />}
      {isReady.value && canEdit.value && <EmptyPage editor={editor.current} />}
      {isFilling.value && <p class="b-filling" role="status">Loading the rest of this long page</p>}
    </div>
  );
}
