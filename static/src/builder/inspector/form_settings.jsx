/* A form: under which name its answers are kept, what it says afterwards, where it leads, and whether it makes robots work. */
import { useState } from 'preact/hooks';
import { Field } from '../../lib/ui.jsx';
import { pages } from '../state.js';

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const SAYS = {
  sent: ['It says after it was sent', 'Thank you. We have received it.'],
  failed: ['It says when it could not be sent', 'That could not be sent. Look at the fields again, or try again in a moment.'],
};

const set = (component, name, value) => (value ? component.addAttributes({ [name]: value }) : component.removeAttributes(name));
const stateOf = (form, state) => form.find(`[data-rb-state="${state}"]`)[0];
const wordsOf = (component) => component?.getEl()?.textContent ?? '';

/** Changes the words where they stand in the form, or puts them there. */
function say(form, state, words) {
  const there = stateOf(form, state);
  // Words, never markup: the engine escapes a text node.
  const components = [{ type: 'textnode', content: words }];
  if (there) there.components(components);
  else form.append({ type: 'text', tagName: 'p', attributes: { class: 'rb-form__message', 'data-rb-state': state }, components });
}

function Says({ form, state }) {
  const [label, usual] = SAYS[state];
  const words = wordsOf(stateOf(form, state)) || usual;
  const change = (event) => { const next = event.currentTarget.value.trim(); if (next && next !== words) say(form, state, next); };
  return <Field label={label}><textarea class="form-control" key={words} rows={2} maxLength={280} defaultValue={words} onChange={change} /></Field>;
}

export function FormSettings({ component }) {
  const attributes = component.getAttributes();
  const name = attributes['data-rb-form'] ?? '';
  const next = attributes['data-rb-next'] ?? '';
  const [error, setError] = useState('');
  const rename = (event) => {
    const wanted = event.currentTarget.value.trim().toLowerCase();
    const wrong = NAME.test(wanted) && wanted.length <= 63 ? '' : 'Small letters, digits and single hyphens, such as “contact”.';
    setError(wrong);
    if (!wrong) set(component, 'data-rb-form', wanted);
  };
  return (
    <>
      <Field label="Form name" hint="Its answers are kept under this name, under Forms." error={error}>
        <input class="form-control mono" key={name} defaultValue={name} maxLength={63} placeholder="contact" onChange={rename} />
      </Field>
      <Says form={component} state="sent" />
      <Says form={component} state="failed" />
      <Field label="Page after sending" hint="Instead of what it says after it was sent.">
        <select class="form-select" value={next} onChange={(event) => set(component, 'data-rb-next', event.currentTarget.value)}>
          <option value="">Stay on the page</option>
          {pages.value.map(({ id, path, title }) => <option key={id} value={path}>{title}</option>)}
          {next && !pages.value.some(({ path }) => path === next) && <option value={next}>{next}</option>}
        </select>
      </Field>
      <label class="b-check"><input type="checkbox" class="form-check-input" checked={'data-rb-proof' in attributes} onChange={(event) => set(component, 'data-rb-proof', event.currentTarget.checked ? 'on' : '')} />Against robots: the visitor’s browser works for a second first. Needs JavaScript and https.</label>
    </>
  );
}
