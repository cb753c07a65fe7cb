/* Copy and paste of elements, also between pages, sites and tabs: what is copied lies in this browser as markup, and
   is cleaned when it is pasted, since anything may have been put there. */
import { announce, me } from '../state.js';
import { safeHtml } from '../safety/html.js';
import { blockOf, remove } from './commands.js';
import { counted, forAll, selected } from './structure.js';
import { withFreshLinks } from './fresh_links.js';

/** One for each person: whoever signs in next on this computer does not find it. */
const key = () => `roseram-copied-${me.value?.id}`;
let inMemory = null;

function keep(copied) {
  inMemory = copied;
  try {
    sessionStorage.setItem(key(), JSON.stringify(copied));
  } catch {
    // Too large, or blocked: then it lives as long as this page.
  }
}

function kept() {
  if (inMemory) return inMemory;
  try {
    const copied = JSON.parse(sessionStorage.getItem(key()));
    return Array.isArray(copied?.parts) ? copied : null;
  } catch {
    return null;
  }
}

export function copy(editor) {
  const all = selected(editor);
  if (!all.length) return;
  keep({ parts: all.map((each) => ({ html: each.toHTML(), isBlock: each.is('rb-block') })), name: counted(all) });
  announce(`${counted(all)} copied`);
}

export function cut(editor) {
  copy(editor);
  forAll(editor, (each) => remove(editor, each));
}

function placeFor(editor, beside, isBlock) {
  const wrapper = editor.getWrapper();
  const at = isBlock && beside ? blockOf(beside) : beside;
  return !at || at.is('wrapper') ? [wrapper, wrapper.components().length] : [at.parent(), at.index() + 1];
}

export function paste(editor, beside) {
  const copied = kept();
  if (!copied) return;
  let after = beside;
  const added = [];
  for (const { html, isBlock } of copied.parts) {
    const [parent, at] = placeFor(editor, after, isBlock);
    const made = parent.append(withFreshLinks(safeHtml(String(html))), { at });
    // The copy must not carry the id of the original: rules and links belong to that one.
    for (const each of made) each.onAll((inner) => inner.resetId());
    added.push(...made);
    after = made.at(-1) ?? after;
  }
  editor.select(added);
  added[0]?.getEl()?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  announce(`${copied.name} pasted`);
}
