/* Changes a picture on the page, and asks for the words that stand for it. With `onPick` it only chooses one. */
import { useState } from 'preact/hooks';
import { Dialog, Field } from '../../lib/ui.jsx';
import { sizeOf } from '../data/assets.js';
import { change } from '../data/library.js';
import { announce } from '../state.js';
import { PictureChooser } from './picture_chooser.jsx';

async function apply(component, picture, alt) {
  const size = picture.width ? picture : await sizeOf(picture.src);
  component.removeAttributes(['srcset', 'sizes']);
  component.set('src', picture.src);
  component.addAttributes({ src: picture.src, alt, ...(size ? { width: String(size.width), height: String(size.height) } : {}) });
}

export default function Picture({ component, onPick, onClose }) {
  const present = component?.getAttributes() ?? {};
  const [picture, setPicture] = useState({ src: present.src ?? '' });
  const [alt, setAlt] = useState(present.alt ?? '');
  const [decorates, setDecorates] = useState(component ? present.alt === '' : true);
  const [error, setError] = useState('');

  const choose = (next) => {
    setPicture(next);
    if (next.alt) { setAlt(next.alt); setDecorates(false); }
  };
  const submit = async () => {
    if (!picture.src) return setError('Choose a picture first.');
    if (component && !decorates && !alt.trim()) return setError('Describe the picture, or say that it only decorates.');
    if (component) await apply(component, picture, decorates ? '' : alt.trim());
    else onPick(picture.src);
    // The picture remembers its first description for its next use.
    if (picture.id && !picture.alt && !decorates && alt.trim()) change(picture, { alt: alt.trim() }).catch(() => {});
    announce('Picture changed');
    return onClose();
  };
  const foot = (
    <>
      <button type="button" class="btn" onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={!picture.src}>Use this picture</button>
    </>
  );
  return (
    <Dialog title={component ? 'Change picture' : 'Choose a picture'} width="640px" onClose={onClose} onSubmit={submit} foot={foot}>
      <PictureChooser chosen={picture.src} onChoose={choose} />
      {component && (
        <div class="b-alt">
          <Field label="Description" error={error} hint="Say what the picture shows, for people who cannot see it.">
            <input class="form-control" value={alt} disabled={decorates} maxLength={300} onInput={(event) => { setAlt(event.currentTarget.value); setError(''); }} />
          </Field>
          <label class="b-check"><input type="checkbox" class="form-check-input" checked={decorates} onChange={(event) => setDecorates(event.currentTarget.checked)} />It only decorates the page</label>
        </div>
      )}
    </Dialog>
  );
}
