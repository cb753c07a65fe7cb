import { Dialog } from '../../lib/ui.jsx';

const KEYS = [
  ['Ctrl K', 'Command palette: find anything'], ['?', 'This list'], ['Ctrl Z', 'Undo'], ['Ctrl Shift Z', 'Redo'], ['Ctrl S', 'Save now'], ['Ctrl D', 'Duplicate'], ['Ctrl C, X, V', 'Copy, cut, paste'],
  ['Ctrl G', 'Put into a group'], ['Ctrl Shift G', 'Take the group apart'], ['Ctrl Shift L', 'Lock, unlock'],
  ['Ctrl A', 'Select everything beside it (in the canvas)'], ['Shift click', 'Add to the selection'], ['Delete', 'Delete'], ['Alt ↑, ↓', 'Move up, down'], ['Enter', 'Edit the text or change the picture'],
  ['Esc', 'Stop editing; select what is around it'], ['↑ ↓ ← →', 'Walk the page (in the canvas or in Layers)'],
];

export default function Shortcuts({ onClose }) {
  return (
    <Dialog title="Keyboard shortcuts" width="720px" onClose={onClose}>
      <dl class="b-shortcuts" tabIndex={0} aria-label="Shortcuts">
        {KEYS.map(([keys, what]) => <div key={keys}><dt>{what}</dt><dd><kbd>{keys}</kbd></dd></div>)}
      </dl>
    </Dialog>
  );
}
