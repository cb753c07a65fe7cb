/* Short messages that leave by themselves; errors stay until they are read. */
import { signal } from '@preact/signals';
import { render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import done from 'icon:circle-check';
import failed from 'icon:alert-circle';
import close from 'icon:x';
import { Icon } from './icon.jsx';

const SHOWN_MS = 5000;
const SHOWN_WITH_ACTION_MS = 12_000;
const toasts = signal([]);
let last = 0;

/** `action`: {label, run}, a button such as Undo. */
export function toast(message, { kind = 'done', action } = {}) {
  mount();
  const id = (last += 1);
  toasts.value = [...toasts.value.slice(-3), { id, message, kind, action }];
  if (kind === 'done') setTimeout(() => dismiss(id), action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
}

export function toastProblem(problem) {
  toast(problem.message, { kind: 'failed' });
}

function dismiss(id) {
  toasts.value = toasts.value.filter((each) => each.id !== id);
}

function Toasts() {
  const box = useRef(null);
  const shown = toasts.value;
  useEffect(() => {
    // Shown anew each time, so that it lies above a dialog opened since.
    if (box.current.matches(':popover-open')) box.current.hidePopover();
    if (shown.length) box.current.showPopover();
  }, [shown]);
  return (
    <div ref={box} popover="manual" class="toasts" role="status" aria-live="polite">
      {shown.map(({ id, message, kind, action }) => (
        <div key={id} class="toast" role={kind === 'failed' ? 'alert' : undefined}>
          <Icon of={kind === 'failed' ? failed : done} />
          <p>{message}</p>
          {action && <button type="button" class="btn btn-sm toast-action" onClick={() => { dismiss(id); action.run(); }}>{action.label}</button>}
          <button type="button" aria-label="Dismiss" onClick={() => dismiss(id)}><Icon of={close} /></button>
        </div>
      ))}
    </div>
  );
}

function mount() {
  if (document.getElementById('toasts')) return;
  const root = Object.assign(document.createElement('div'), { id: 'toasts' });
  document.body.append(root);
  render(<Toasts />, root);
}
