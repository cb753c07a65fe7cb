/* Dragging a block from the list into the page. The engine draws the drop line; the browser carries the drag. */
import { announce } from '../state.js';
import { safeHtml } from '../safety/html.js';
import { withFreshLinks } from './fresh_links.js';

let block = null;

export function startDrag(editor, event, { kind, name, html }) {
  editor.select(null);
  const { Blocks } = editor;
  Blocks.remove(kind);
  block = Blocks.add(kind, { label: '', content: withFreshLinks(safeHtml(html)), select: true });
  event.dataTransfer.effectAllowed = 'copy';
  event.dataTransfer.setData('text/plain', name);
  // The list would otherwise open again under the pointer on a phone; here it only stops covering the page.
  Blocks.startDrag(block, event);
}

export function endDrag(editor, { name }) {
  if (!block) return;
  editor.Blocks.endDrag();
  block = null;
  const added = editor.getSelected();
  if (!added) return;
  added.getEl()?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  announce(`${name} added`);
}
