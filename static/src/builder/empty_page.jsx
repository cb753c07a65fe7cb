/* A page with nothing on it says what to do first. */
import plus from 'icon:layout-grid-add';
import { Icon } from '../lib/ui.jsx';
import { panel, revision } from './state.js';

export function EmptyPage({ editor }) {
  if (revision.value < 0 || editor.getWrapper()?.components().length) return null;
  return (
    <div class="b-empty">
      <Icon of={plus} size={36} />
      <h2>This page is empty</h2>
      <p>Drag a block here, or choose one from the list.</p>
      <button type="button" class="btn btn-primary" onClick={() => { panel.value = 'blocks'; }}>Choose a block</button>
    </div>
  );
}
