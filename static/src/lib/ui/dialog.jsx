/* A native <dialog>: the browser traps the focus, closes on Esc and gives the focus back. */
import { useEffect, useRef } from 'preact/hooks';
import close from 'icon:x';
import { Icon } from './icon.jsx';
import { useUniqueId } from './unique_id.js';

/** Shown while it is rendered. With `onSubmit` its content is one form; `busy` keeps it open. */
export function Dialog({ title, onClose, onSubmit, busy = false, width, foot, children }) {
  const dialog = useRef(null);
  const titleId = useUniqueId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current.showModal();
    // The opener may be a menu item that has left with its menu.
    return () => opener?.isConnected && opener.focus?.();
  }, []);

  const content = (
    <>
      <div class="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Close" disabled={busy} onClick={onClose}><Icon of={close} /></button>
      </div>
      <div class="dialog-main">{children}</div>
      {foot && <div class="dialog-foot">{foot}</div>}
    </>
  );
  const submit = (event) => {
    event.preventDefault();
    if (!busy) onSubmit(event);
  };
  return (
    <dialog
      ref={dialog}
      class="dialog"
      style={width ? { '--dialog-width': width } : undefined}
      aria-labelledby={titleId}
      onCancel={(event) => { event.preventDefault(); if (!busy) onClose(); }}
      onMouseDown={(event) => { if (event.target === dialog.current && !busy) onClose(); }}
    >
      {onSubmit ? <form noValidate onSubmit={submit}>{content}</form> : content}
    </dialog>
  );
}
