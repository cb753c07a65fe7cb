/* A picture chosen inside another form: pick from the built-in ones or upload, without leaving the form. */
import { useState } from 'preact/hooks';
import { isOwnPicture } from '../safety/urls.js';
import { PictureChooser } from './picture_chooser.jsx';

function Chosen({ value }) {
  if (!value) return <span class="b-no-picture">No picture yet</span>;
  if (isOwnPicture(value)) return <img src={value} alt="Chosen picture" />;
  return <span class="b-no-picture">A picture on another server</span>;
}

export function PictureField({ label, value, error, onChange }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div class="field">
      <span class="field-label">{label}<span class="optional">Optional</span></span>
      <div class="b-picture-field">
        <Chosen value={value} />
        <div class="b-buttons">
          <button type="button" class="btn btn-sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{value ? 'Change' : 'Choose'}…</button>
          {value && <button type="button" class="btn btn-sm" onClick={() => onChange('')}>Remove</button>}
        </div>
      </div>
      {error && <p class="field-error">{error}</p>}
      {isOpen && <PictureChooser chosen={value} onChoose={({ src }) => { onChange(src); setOpen(false); }} />}
    </div>
  );
}
