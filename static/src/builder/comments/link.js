/* A mail leads to one comment: /sites/…/edit?page=…#comment-<id>. */
import { canEdit, panel } from '../state.js';
import { current } from './talk.js';

// Read at once: opening the page writes its own address over this one.
const wanted = /^#comment-([0-9a-f-]{36})$/.exec(location.hash)?.[1];

export function followLink() {
  if (wanted) current.value = wanted;
  if (wanted || !canEdit.value) panel.value = 'comments';
}
