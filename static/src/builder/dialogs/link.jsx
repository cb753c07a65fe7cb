/* Where a link or a button leads: a page of the site, or an address. */
import { useState } from 'preact/hooks';
import { Dialog, Field } from '../../lib/ui.jsx';
import { asOneStep } from '../canvas/undo.js';
import { announce, pages } from '../state.js';
import { isSafeLink } from '../safety/urls.js';
import { theEditor } from '../workspace.js';

export default function LinkDialog({ component, onClose }) {
  const [href, setHref] = useState(component.getAttributes().href ?? '');
  const [error, setError] = useState('');
  const isPage = pages.value.some(({ path }) => path === href);

  const submit = () => {
    const value = href.trim();
    if (!value || !isSafeLink(value)) {
      setError('Choose a page, or enter a web address, mailto: or tel:.');
      return;
    }
    asOneStep(theEditor(), 'link', () => component.addAttributes({ href: value }));
    announce(`The link leads to ${value}`);
    onClose();
  };
  const foot = (
    <>
      <button type="button" class="btn" onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary">Set link</button>
    </>
  );
  return (
    <Dialog title="Where it leads" onClose={onClose} onSubmit={submit} foot={foot}>
      <Field label="Page of this site">
        <select class="form-select" value={isPage ? href : ''} onChange={(event) => setHref(event.currentTarget.value)}>
          <option value="">Somewhere else…</option>
          {pages.value.map(({ id, path, title }) => <option key={id} value={path}>{title} ({path})</option>)}
        </select>
      </Field>
      <Field label="Address" error={error} hint="A page, a web address, mailto: or tel:.">
        <input class="form-control mono" value={href} spellcheck={false} inputMode="url" onInput={(event) => setHref(event.currentTarget.value)} />
      </Field>
    </Dialog>
  );
}
