/* Puts somebody else's changes on the canvas, block by block: what did not change keeps its selection, its caret and
   its steps back. They are not the person's own doing, so there is no step for them. */
import { blocksOf, pageItem, rulesOf } from '../save/blocks.js';
import { canonical } from '../save/canonical.js';
import { namedBlocks } from './block_ids.js';
import { plainJson } from './plain_json.js';
import { editedView, stopTyping } from './text.js';

const blockAbove = (component) => {
  let at = component;
  while (at?.parent() && !at.parent().is('wrapper')) at = at.parent();
  return at;
};

/** A text that is being typed may only stay open where its block neither changes nor moves. */
async function closeText(editor, wanted, changes) {
  const typed = blockAbove(editedView(editor)?.model);
  if (!typed) return;
  const now = namedBlocks(editor).map(({ id }) => id);
  const before = now.filter((id) => wanted.some((block) => block.id === id));
  const after = wanted.map(({ id }) => id).filter((id) => now.includes(id));
  const { id } = namedBlocks(editor).find(({ component }) => component === typed) ?? {};
  if (!changes.has(id) && before.join() === after.join()) return;
  stopTyping(editor);
  // The engine takes the words over in promises.
  await new Promise((resolve) => { setTimeout(resolve); });
}

function placeBlocks(editor, wanted, changes) {
  const wrapper = editor.getWrapper();
  const present = new Map(namedBlocks(editor).map(({ id, component }) => [id, component]));
  const kept = new Set(wanted.map(({ id }) => id));
  for (const [id, component] of present) {
    if (!kept.has(id) || changes.has(id)) component.remove();
  }
  wanted.forEach(({ id, node }, at) => {
    const component = changes.has(id) ? null : present.get(id);
    if (!component) wrapper.append(node, { at });
    else if (component.index() !== at) component.move(wrapper, { at });
  });
}

function placeRules(editor, wanted) {
  const { models } = editor.Css.getAll();
  const present = new Map(rulesOf({ styles: models.map(plainJson) }).map(({ id }, at) => [id, models[at]]));
  for (const { id, node } of wanted) {
    const rule = present.get(id);
    present.delete(id);
    if (!rule) editor.Css.addCollection([node]);
    else if (canonical(rule.getStyle()) !== canonical(node.style ?? {})) rule.setStyle(node.style ?? {});
  }
  for (const rule of present.values()) editor.Css.remove(rule);
}

function placePage(editor, own) {
  const wrapper = editor.getWrapper();
  if (canonical(pageItem({ pages: [{ frames: [{ component: plainJson(wrapper) }] }] })) === canonical(own)) return;
  wrapper.setAttributes(own.attributes ?? {});
  wrapper.setClass((own.classes ?? []).map((each) => each.name ?? each));
}

/** `changes` are the ids of the blocks whose content is new here; the others are only put in their place. */
export async function applyProject(editor, { project, changes }) {
  const fresh = new Set(changes);
  const blocks = blocksOf(project);
  await closeText(editor, blocks, fresh);
  editor.UndoManager.skip(() => {
    placeBlocks(editor, blocks, fresh);
    placeRules(editor, rulesOf(project));
    placePage(editor, pageItem(project));
  });
}
