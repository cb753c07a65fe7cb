/* A theme is the site's and not of the page, yet accepting one is a step back like any other: the engine's history
   keeps this one value beside the page, and whoever goes back or forth in it saves the theme again. */
import { asProblem } from '../../lib/problems.js';
import { toastProblem } from '../../lib/ui.jsx';
import { completeTheme } from '../canvas/appearance.js';
import { asOneStep } from '../canvas/undo.js';
import { saveTheme } from '../data/sites.js';
import { announce, site } from '../state.js';

const kept = new WeakMap();
let count = 0;
let saving = Promise.resolve();

const isSame = (one, other) => JSON.stringify(completeTheme(one)) === JSON.stringify(completeTheme(other));

async function put(theme) {
  const before = site.value.theme;
  site.value = { ...site.value, theme };
  try {
    await saveTheme(site.value.id, theme);
  } catch (error) {
    site.value = { ...site.value, theme: before };
    throw asProblem(error);
  }
}

function follow(model, theme) {
  // Somebody chose another theme since: theirs is newer than this step.
  if (!isSame(site.value.theme, model.previous('theme'))) {
    announce('The theme was changed since, so it stays as it is.');
    return;
  }
  saving = put(theme);
  saving.catch(() => {});
}

function modelOf(editor) {
  if (!kept.has(editor)) {
    // The engine records changes of its own kind of model alone, and exports no way to make one.
    const Model = Object.getPrototypeOf(editor.getModel().constructor);
    const model = new Model({ _undo: true, theme: null });
    editor.UndoManager.add(model);
    model.on('change:theme', follow);
    editor.on('undo redo', () => saving.catch(toastProblem));
    kept.set(editor, model);
  }
  return kept.get(editor);
}

/** Makes the theme the site's, as one step. Throws a Problem when it cannot be saved: then nothing has changed. */
export async function acceptTheme(editor, theme) {
  const model = modelOf(editor);
  model.set({ theme: site.value.theme }, { silent: true });
  count += 1;
  asOneStep(editor, `theme ${count}`, () => model.set({ theme }));
  await saving;
}
