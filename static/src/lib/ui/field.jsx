/* A label, a control, a hint and an error that a screen reader reads with the control. */
import { cloneElement } from 'preact';
import alert from 'icon:alert-circle';
import { Icon } from './icon.jsx';
import { useUniqueId } from './unique_id.js';

/** `children` is the one control; it gets its id and its descriptions here. */
export function Field({ label, hint, error, optional = false, children }) {
  const id = useUniqueId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label class="field-label" for={id}>{label}{optional && <span class="optional">Optional</span>}</label>
      {cloneElement(children, { id, 'aria-describedby': described || undefined, 'aria-invalid': error ? 'true' : undefined })}
      {hint && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
      {error && <p class="field-error" id={`${id}-error`}><Icon of={alert} />{error}</p>}
    </div>
  );
}
