/* A field of a form: under which name its answer is stored, what may be entered, whether it must be. */
import { useState } from 'preact/hooks';
import { Field } from '../../lib/ui.jsx';
import { isSafeName } from '../safety/attributes.js';

const TYPES = { text: 'Words', email: 'E-mail address', tel: 'Telephone', url: 'Web address', number: 'Number', date: 'Date', file: 'A file', checkbox: 'Box to tick', radio: 'One of several', hidden: 'Hidden' };
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,59}$/;
/** What a form sends of itself and what the service keeps; an answer under such a name would be lost. */
const KEPT = new Set(['form', 'site', 'path', 'fields', 'state', 'id']);

export const isField = (tag) => ['input', 'select', 'textarea'].includes(tag);

function formOf(component) {
  let at = component.parent();
  while (at && at.get('tagName') !== 'form') at = at.parent();
  return at;
}

/** Several boxes or choices share a name on purpose; nothing else does. */
const mayShare = (component) => ['checkbox', 'radio'].includes(component.getAttributes().type);

export function nameProblem(component, name) {
  if (!NAME.test(name) || !isSafeName(name)) return 'Begin with a letter; then letters, digits, hyphens and underscores. Some words are kept.';
  if (KEPT.has(name.toLowerCase())) return 'That word is kept for the form itself. Choose another one.';
  const form = formOf(component);
  const others = form ? ['input', 'select', 'textarea'].flatMap((tag) => form.find(tag)).filter((each) => each !== component) : [];
  const same = others.find((each) => each.getAttributes().name?.toLowerCase() === name.toLowerCase());
  if (!same || (mayShare(component) && mayShare(same) && same.getAttributes().name === name)) return '';
  return 'Another field of this form has this name.';
}

const set = (component, name, value) => (value ? component.addAttributes({ [name]: value }) : component.removeAttributes(name));

export function FieldSettings({ component }) {
  const { name = '', type = 'text', placeholder = '', required } = component.getAttributes();
  const [error, setError] = useState('');
  const tag = component.get('tagName');
  const rename = (event) => {
    const next = event.currentTarget.value.trim();
    const problem = next ? nameProblem(component, next) : 'A field without a name is not sent.';
    setError(problem);
    if (!problem) set(component, 'name', next);
  };
  return (
    <>
      <Field label="Field name" hint="Its answer is stored under this name." error={error}>
        <input class="form-control mono" key={name} defaultValue={name} maxLength={60} placeholder="email" onChange={rename} />
      </Field>
      {tag === 'input' && (
        <Field label="What it takes">
          <select class="form-select" value={type} onChange={(event) => set(component, 'type', event.currentTarget.value)}>
            {!TYPES[type] && <option value={type}>{type}</option>}
            {Object.entries(TYPES).map(([value, words]) => <option key={value} value={value}>{words}</option>)}
          </select>
        </Field>
      )}
      {tag !== 'select' && !['checkbox', 'radio', 'hidden'].includes(type) && (
        <Field label="Example in the empty field" optional>
          <input class="form-control" key={placeholder} defaultValue={placeholder} maxLength={120} onChange={(event) => set(component, 'placeholder', event.currentTarget.value.trim())} />
        </Field>
      )}
      <label class="b-check"><input type="checkbox" class="form-check-input" checked={required !== undefined && required !== false} onChange={(event) => set(component, 'required', event.currentTarget.checked ? 'required' : '')} />It must be filled in</label>
    </>
  );
}
