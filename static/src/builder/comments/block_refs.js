/*
 * Which block a comment is about. A member cannot write into the page, so nothing in it is marked: a block is named by its
 * kind, its place among those of its kind, and the words it began with, and found again by as many of them as still hold.
 */
import { labelOf } from '../canvas/labels.js';

const WORDS = 60;
const LONGEST = 110;

const kindOf = (component) => String(component.getAttributes()['data-rb-block'] || component.get('tagName') || 'block').replace(/[^\w-]/g, '').slice(0, 60) || 'block';

/** No sign that the database would not take into one line, and no half of one. */
const oneLine = (text, most) => [...text.slice(0, 4 * most).normalize('NFC').replace(/[\p{C}\p{Z}\s]+/gu, ' ').trim()].slice(0, most).join('').trim();

function labelWithWords(component) {
  const words = oneLine(component.getEl()?.textContent.trim() ?? '', WORDS);
  return oneLine(words ? `${labelOf(component)}: ${words}` : labelOf(component), LONGEST);
}

/** [{id, label, component}] from top to bottom. */
export function blocksOf(editor) {
  const counts = new Map();
  return editor.getWrapper().components().models.filter((each) => !each.is('textnode') && !each.is('comment')).map((component) => {
    const kind = kindOf(component);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return { id: `${kind}/${counts.get(kind)}`, label: labelWithWords(component), component };
  });
}

/** The block a comment is about; undefined when it has left the page. */
export function findBlock(blocks, { block_id: id, block_label: label }) {
  const kind = id.split('/')[0];
  const alike = blocks.filter((each) => each.id.split('/')[0] === kind);
  return alike.find((each) => each.label === label) ?? alike.find((each) => each.id === id);
}
