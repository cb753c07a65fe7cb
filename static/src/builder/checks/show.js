/* "Show element": opens the page a finding is about, selects the element and brings it into view. */
import { stopTyping } from '../canvas/text.js';
import { announce, closeDialog, page, panel } from '../state.js';
import { labelOf } from '../canvas/labels.js';
import { switchPage, theEditor } from '../workspace.js';

const inside = (component) => component.components().models.filter((child) => !child.is('textnode'));

function componentAt(editor, path) {
  let component = editor.getWrapper();
  for (const index of path) {
    const next = inside(component)[index];
    if (!next) break;
    component = next;
  }
  return component;
}

export async function showElement(pageId, path) {
  closeDialog();
  if (pageId && pageId !== page.value.id && !(await switchPage(pageId))) return;
  const editor = theEditor();
  stopTyping(editor);
  let component = componentAt(editor, path);
  while (!component.get('selectable') && component.parent()) component = component.parent();
  if (component.is('wrapper')) return;
  if (matchMedia('(max-width: 760px)').matches) panel.value = null;
  editor.select(component);
  component.getEl()?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  announce(`${labelOf(component)} selected`);
}
