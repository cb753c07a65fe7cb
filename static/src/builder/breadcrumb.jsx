/* Where the selected thing stands: page › block › group › text. Each step selects. */
import { labelOf } from './canvas/labels.js';
import { canEdit, revision, selection } from './state.js';
import { theEditor } from './workspace.js';

function pathTo(component) {
  const path = [];
  for (let at = component; at?.parent(); at = at.parent()) path.unshift(at);
  return path;
}

export function Breadcrumb() {
  if (!canEdit.value) return null;
  const path = revision.value >= 0 ? pathTo(selection.value) : [];
  const select = (component) => theEditor()?.select(component);
  return (
    <nav class="b-crumbs" aria-label="Selected element">
      <ol>
        <li><button type="button" aria-current={path.length ? undefined : 'true'} onClick={() => select(null)}>Page</button></li>
        {path.map((component, index) => (
          <li key={component.cid}>
            <button type="button" aria-current={index === path.length - 1 ? 'true' : undefined} onClick={() => select(component)}>{labelOf(component)}</button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
