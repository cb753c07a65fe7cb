/* Every block on the page has a name of its own that it keeps while it is edited, moved and saved (save/blocks.js). */
import { isReady } from '../state.js';
import { namer } from '../save/blocks.js';
import { isAdding } from './fill.js';
import { plainJson } from './plain_json.js';

const newId = () => `b${crypto.randomUUID().replace(/-/g, '').slice(0, 16)}`;
const setId = (component, id) => component.set('blockId', id, { silent: true });
const isBlock = (component) => Boolean(component.parent()?.is('wrapper')) && !component.is('textnode');

const storedId = (component) => component.get('blockId');

/** The blocks of the page as it is on the canvas: [{id, component}], from top to bottom. */
export function namedBlocks(editor) {
  const { models } = editor.getWrapper().components();
  const nameOf = namer(models.map(storedId));
  return models.map((component) => ({ id: nameOf(storedId(component), () => plainJson(component)), component }));
}

/** After blocks were loaded: whoever loads the same page gives the same names. `nameOf` is asked for each from the top. */
export function nameBlocks(components, nameOf) {
  for (const component of components) {
    const id = nameOf(storedId(component), () => plainJson(component));
    if (isBlock(component)) setId(component, id);
  }
}

/** A new block gets a name, and a copy does not keep that of its original. */
export function nameNewBlocks(editor) {
  editor.on('component:add', (component) => {
    if (!isReady.value || isAdding() || !isBlock(component)) return;
    const own = component.get('blockId');
    const isTaken = component.parent().components().some((each) => each !== component && each.get('blockId') === own);
    if (!own || isTaken) setId(component, newId());
  });
}
