/* What on the page a question is about: its blocks, its texts, the selected block. */
import { blockOf } from '../canvas/commands.js';
import { labelOf } from '../canvas/labels.js';

const MOST_TEXTS = 60;
const LONGEST_TEXT = 4000;

export const blocksOf = (editor) => [...editor.getWrapper().components().models].filter((each) => !each.is('textnode'));

export const selectedBlock = (editor) => {
  const selected = editor.getSelected();
  return selected && !selected.is('wrapper') ? blockOf(selected) : null;
};

export const kindOf = (component) => component.getAttributes()['data-rb-block'] ?? component.get('tagName') ?? '';

export const nameOf = (component) => labelOf(component);

/** Every text in the component (or the page) that has words: [{id, text, component}]. */
export function textsOf(editor, root = editor.getWrapper()) {
  const found = [];
  const look = (component) => {
    const isText = component.is('text') || (component.is('link') && component.components().models.every((each) => each.is('textnode')));
    if (isText) {
      const text = component.getInnerHTML();
      if (/\p{L}/u.test(text.replace(/<[^>]*>/g, '')) && text.length <= LONGEST_TEXT) found.push({ id: `t${found.length}`, text, component });
      return;
    }
    component.components().models.forEach(look);
  };
  look(root);
  return found.slice(0, MOST_TEXTS);
}

/** The page's blocks as the layout question wants them: [{id, kind, text, component}]. */
export const sectionsOf = (editor) => blocksOf(editor).map((component, index) => ({
  id: `s${index}`,
  kind: kindOf(component).slice(0, 60),
  text: (component.getEl()?.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 300),
  component,
}));
