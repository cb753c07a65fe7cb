/* A use of a component: its own words, pictures and links; everything else is the component's. */
import pencil from 'icon:pencil';
import unlink from 'icon:unlink';
import { Field, Icon } from '../../lib/ui.jsx';
import { PictureField } from '../dialogs/picture_field.jsx';
import { openDialog } from '../state.js';
import { isSafeLink } from '../safety/urls.js';
import { fieldsOf } from '../parts/fields.js';
import { componentOf, detach, setValue, valuesOf } from '../parts/instances.js';
import { editComponent, theEditor } from '../workspace.js';
import { useState } from 'preact/hooks';

function Value({ instance, field, what, label, own, base, check = () => '' }) {
  const [error, setError] = useState('');
  const commit = (event) => {
    const next = event.currentTarget.value;
    const problem = next && next !== base ? check(next.trim()) : '';
    setError(problem);
    if (!problem) setValue(instance, field.name, { [what]: next === base ? undefined : next });
  };
  return (
    <Field label={label} error={error} hint={own === undefined ? '' : `The component says: “${base.slice(0, 60)}”`}>
      <input class="form-control" key={own ?? base} defaultValue={own ?? base} onChange={commit} />
    </Field>
  );
}

const LINK = (href) => (isSafeLink(href) ? '' : 'Use a page such as /about, a web address, mailto: or tel:.');

function FieldGroup({ instance, field }) {
  const own = valuesOf(instance)[field.name] ?? {};
  const about = field.text.slice(0, 24) || field.alt.slice(0, 24);
  const shared = { instance, field };
  return (
    <fieldset class="b-instance-field">
      <legend>{{ text: 'Text', link: 'Link', picture: 'Picture' }[field.kind]}{about ? `: ${about}` : ''}</legend>
      {field.hasText && <Value {...shared} what="text" label="Words" own={own.text} base={field.text} />}
      {field.kind === 'link' && <Value {...shared} what="href" label="Leads to" own={own.href} base={field.href} check={LINK} />}
      {field.kind === 'picture' && <PictureField label="Picture" value={own.src ?? field.src} onChange={(src) => setValue(instance, field.name, { src: src && src !== field.src ? src : undefined })} />}
      {field.kind === 'picture' && <Value {...shared} what="alt" label="Description" own={own.alt} base={field.alt} />}
    </fieldset>
  );
}

export function InstanceTab({ component: instance }) {
  const row = componentOf(instance);
  if (!row) return <p class="b-hint">This component is still loading, or you are offline.</p>;
  return (
    <div class="b-fields">
      <p class="b-hint">This is the component “{row.name}”. Change it once and every page follows. Here you say only what is different in this place.</p>
      <button type="button" class="btn btn-wide" onClick={() => editComponent(row.id)}><Icon of={pencil} />Edit the component</button>
      <button type="button" class="btn btn-wide" onClick={() => openDialog('uses', { part: row })}>Where it is used ({row.uses})</button>
      <button type="button" class="btn btn-wide" onClick={() => detach(theEditor(), instance)}><Icon of={unlink} />Detach from the component</button>
      {fieldsOf(row.html).map((field) => <FieldGroup key={field.name} instance={instance} field={field} />)}
    </div>
  );
}
