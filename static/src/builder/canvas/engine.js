/* Starts GrapesJS as an engine only: model, canvas, rules, undo. Panels, toolbars, storage and keys are ours.
   Nothing it ships for other cases (scripts in components, icon fonts from a CDN, telemetry) is left on. */
import grapesjs from 'grapesjs';
import { readStylesheet } from '../safety/stylesheet.js';
import { lightenElements } from './light_elements.js';
import { quickenDrag } from './quick_drag.js';
import { quickenTyping } from './quick_typing.js';
import { quietTools } from './quiet_tools.js';
import { registerTypes } from './types.js';
import { devices } from './devices.js';
import { labelOf } from './labels.js';

const TEXT_TAGS = ['br', 'b', 'strong', 'i', 'em', 'u', 's', 'a', 'span', 'small', 'sub', 'sup', 'mark', 'code'];

const escapeHtml = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** WebKit does not deliver clicks from a sandboxed canvas (bug 218086); there the inherited policy holds alone. */
const isWebKit = () => /AppleWebKit/.test(navigator.userAgent) && !/Chrom(e|ium)/.test(navigator.userAgent);

function sandboxCanvas(editor) {
  if (isWebKit()) return;
  editor.on('frame:render', ({ el }) => el.setAttribute('sandbox', 'allow-same-origin'));
}

/** The engine's own style panel is not shown, yet it would give every selected element an id, a rule and an undo step. */
function silenceStyleManager({ StyleManager }) {
  StyleManager.model.stopListening();
}

/** Keys are ours (keys.js); an empty setting would only be merged with the engine's own list. */
function removeKeys(editor) {
  editor.on('load', () => editor.Keymaps.removeAll());
}

/** The engine's undo looks a collection up in a list of all of them, since only models have an id: quadratic in a long page. */
function quickenUndo({ UndoManager }) {
  const registry = UndoManager.getInstance().objectRegistry;
  const { register } = registry;
  let count = 0;
  registry.register = (each) => {
    if (each && !each.cid) each.cid = `undo${count += 1}`;
    return register.call(registry, each);
  };
}

const off = { defaults: [] };

export function startEngine(container) {
  const editor = grapesjs.init({
    container,
    autorender: false,
    height: '100%',
    width: 'auto',
    fromElement: false,
    storageManager: false,
    telemetry: false,
    noticeOnUnload: false,
    cssIcons: '',
    protectedCss: '',
    showToolbar: false,
    showDevices: false,
    multipleSelection: true,
    keepUnusedStyles: true,
    panels: off,
    blockManager: { custom: true },
    layerManager: { custom: true },
    traitManager: { custom: true },
    styleManager: { custom: true, sectors: [] },
    selectorManager: { custom: true, componentFirst: true },
    assetManager: { custom: true, upload: false, dropzone: false },
    // One that does nothing: with none the engine asks the browser about its own six after every key.
    richTextEditor: { custom: true, actions: [{ name: 'none', icon: '', state: () => 0 }] },
    undoManager: { maximumStackLength: 2000, trackSelection: false },
    deviceManager: { default: 'desktop', devices },
    parser: {
      parserCss: (css) => readStylesheet(css),
      textTags: TEXT_TAGS,
      optionsHtml: { allowScripts: false, allowUnsafeAttr: false, allowUnsafeAttrValue: false },
    },
    canvas: {
      frameStyle: '',
      allowExternalDrop: false,
      customBadgeLabel: (component) => escapeHtml(labelOf(component)),
    },
    plugins: [registerTypes, lightenElements, sandboxCanvas, silenceStyleManager, removeKeys, quickenUndo, quickenDrag, quickenTyping, quietTools],
  });
  // Switched off or not, it would gather the project with every change and redraw the text that is being typed.
  editor.StorageManager.setAutosave(false);
  // Nor is its bar of text ever seen, whose place it would look for with every key.
  editor.RichTextEditor.updatePosition = () => {};
  editor.render();
  return editor;
}
