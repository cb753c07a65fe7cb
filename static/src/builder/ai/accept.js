/* What accepting does to the page. Each verb is one step back and one version in the history. */
import { safeHtml, safeInlineHtml } from '../safety/html.js';
import { withFreshLinks } from '../canvas/fresh_links.js';
import { asOneStep } from '../canvas/undo.js';
import { rowsOf } from '../../lib/problems.js';
import { supa } from '../../lib/supa.js';
import { page } from '../state.js';
import { saveNow } from '../workspace.js';

let count = 0;

const LONGEST_LABEL = 80;

/** Changes the page, and keeps the result as a version that says where it comes from. */
export async function acceptAs(editor, prompt, change) {
  count += 1;
  asOneStep(editor, `ai ${count}`, change);
  if (!(await saveNow())) return;
  const label = `AI: ${prompt.replace(/\s+/g, ' ')}`.slice(0, LONGEST_LABEL);
  // The work is saved either way; only its name in the history would be missing.
  await rowsOf(supa.rpc('create_checkpoint', { page_id: page.value.id, label })).catch(() => {});
}

export function addSection(editor, { html, css }, at) {
  // The engine reads styles through the sanitiser.
  if (css) editor.Css.addRules(css);
  return editor.getWrapper().append(withFreshLinks(safeHtml(html)), { at })[0];
}

export function replaceBlock(editor, component, html) {
  const [added] = [component.replaceWith(safeHtml(html))].flat();
  editor.select(added);
  return added;
}

export const changeText = (component, text) => component.components(safeInlineHtml(text));

const TONES = ['rb-tone-surface', 'rb-tone-primary', 'rb-tone-inverse'];

export function arrange(editor, components, order) {
  const wrapper = editor.getWrapper();
  order.forEach(({ id, tone }, at) => {
    const component = components.get(id);
    if (!component.parent()) return;
    component.move(wrapper, { at });
    if (!component.getClasses().includes('rb-section')) return;
    component.removeClass(TONES);
    if (tone !== 'none') component.addClass(`rb-tone-${tone}`);
  });
}
