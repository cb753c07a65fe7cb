/* What the selected thing is: where it leads, what it says to people who cannot see it, its level and its id. */
import { useState } from 'preact/hooks';
import themes from '../../site/theme.json';
import { Field } from '../../lib/ui.jsx';
import { activate } from '../canvas/commands.js';
import { openDialog, pages } from '../state.js';
import { isSafeName } from '../safety/attributes.js';
import { isSafeFrame, isSafeLink } from '../safety/urls.js';
import { theEditor } from '../workspace.js';
import { FieldSettings, isField } from './field_settings.jsx';
import { FormSettings } from './form_settings.jsx';

const set = (component, name, value) => {
  if (value === '' || value === null) component.removeAttributes(name);
  else component.addAttributes({ [name]: value });
};

/** A text field that is taken over when it is left, if `check` finds nothing wrong. */
function AttributeField({ component, name, label, hint, placeholder, check = () => '', list, keepEmpty = false }) {
  const value = component.getAttributes()[name] ?? '';
  const [error, setError] = useState('');
  const commit = (event) => {
    const next = event.currentTarget.value.trim();
    const problem = next ? check(next) : '';
    setError(problem);
    if (problem || next === value) return;
    if (next === '' && keepEmpty) component.addAttributes({ [name]: '' });
    else set(component, name, next);
  };
  return (
    <Field label={label} hint={hint} error={error}>
      <input class="form-control" key={value} defaultValue={value} placeholder={placeholder} list={list} onChange={commit} onKeyDown={(event) => event.key === 'Enter' && commit(event)} />
    </Field>
  );
}

function LinkSettings({ component }) {
  const { target } = component.getAttributes();
  const check = (href) => (isSafeLink(href) ? '' : 'Use a page such as /about, a web address, mailto: or tel:.');
  const toggle = (event) => {
    set(component, 'target', event.currentTarget.checked ? '_blank' : '');
    set(component, 'rel', event.currentTarget.checked ? 'noopener' : '');
  };
  return (
    <>
      <AttributeField component={component} name="href" label="Leads to" placeholder="/about" list="b-page-paths" check={check} hint="A page of this site, a web address, mailto: or tel:." />
      <datalist id="b-page-paths">{pages.value.map(({ id, path, title }) => <option key={id} value={path}>{title}</option>)}</datalist>
      <label class="b-check"><input type="checkbox" class="form-check-input" checked={target === '_blank'} onChange={toggle} />Open in a new tab</label>
    </>
  );
}

function PictureSettings({ component }) {
  return (
    <>
      <button type="button" class="btn btn-wide" onClick={() => openDialog('picture', { component })}>Change picture…</button>
      <AttributeField component={component} name="alt" label="Description" keepEmpty hint="What the picture shows, for people who cannot see it. Leave it empty if it only decorates." />
    </>
  );
}

function EmbedSettings({ component }) {
  const check = (src) => (isSafeFrame(src) ? '' : 'Use an embed address of YouTube, Vimeo, Google Maps or OpenStreetMap.');
  return (
    <>
      <AttributeField component={component} name="src" label="Embed address" placeholder="https://www.youtube-nocookie.com/embed/…" check={check} />
      <AttributeField component={component} name="title" label="Title" hint="Read to people who cannot see it." />
    </>
  );
}

function HeadingLevel({ component }) {
  return (
    <Field label="Heading level" hint="One level 1 for the page; then 2, 3 … without leaving one out.">
      <select class="form-select" value={component.get('tagName')} onChange={(event) => component.set('tagName', event.currentTarget.value)}>
        {[1, 2, 3, 4, 5, 6].map((level) => <option key={level} value={`h${level}`}>Heading {level}</option>)}
      </select>
    </Field>
  );
}

const BUTTON_LOOKS = { '': 'Filled', 'rb-button--outline': 'Outline' };

function swapClass(component, choices, chosen) {
  for (const name of Object.keys(choices)) if (name) component.removeClass(name);
  if (chosen) component.addClass(chosen);
}

function ClassChoice({ component, label, choices }) {
  const now = component.getClasses().find((name) => name in choices) ?? '';
  return (
    <Field label={label}>
      <select class="form-select" value={now} onChange={(event) => swapClass(component, choices, event.currentTarget.value)}>
        {Object.entries(choices).map(([value, name]) => <option key={value} value={value}>{name}</option>)}
      </select>
    </Field>
  );
}

const tones = { '': 'Page colour', ...Object.fromEntries(Object.entries(themes.tones).map(([id, { name }]) => [id, name])) };

function idProblem(component) {
  return (id) => {
    if (!isSafeName(id) || /\s/.test(id)) return 'Begin with a letter; then letters, digits and hyphens. Some words are kept.';
    const other = theEditor().Components.getById(id);
    return other && other !== component ? 'Something else on this page has this id.' : '';
  };
}

function IdField({ component }) {
  const [error, setError] = useState('');
  const own = component.getAttributes().id ?? '';
  const commit = (event) => {
    const next = event.currentTarget.value.trim();
    const problem = next ? idProblem(component)(next) : '';
    setError(problem);
    // setId moves the element's own style rules along; an attribute alone would leave them behind.
    if (!problem && next && next !== own) component.setId(next);
  };
  return (
    <Field label="Anchor" hint="A link to #name leads here." error={error}>
      <input class="form-control mono" key={own} defaultValue={own} placeholder="contact" onChange={commit} />
    </Field>
  );
}

export function SettingsTab({ component }) {
  const tag = component.get('tagName');
  const classes = component.getClasses();
  const isSection = component.is('rb-block') || classes.includes('rb-section');
  return (
    <div class="b-fields">
      {component.is('image') && <PictureSettings component={component} />}
      {tag === 'a' && <LinkSettings component={component} />}
      {(tag === 'a' || tag === 'button') && <AttributeField component={component} name="data-rb-event" label="Count clicks as" placeholder="Sign up" hint="An event of this name, where the site counts its visitors." />}
      {isField(tag) && <FieldSettings component={component} />}
      {tag === 'form' && <FormSettings component={component} />}
      {component.is('rb-frame') && <EmbedSettings component={component} />}
      {/^h[1-6]$/.test(tag) && <HeadingLevel component={component} />}
      {classes.includes('rb-button') && <ClassChoice component={component} label="Look" choices={BUTTON_LOOKS} />}
      {isSection && <ClassChoice component={component} label="Background tone" choices={tones} />}
      {component.is('text') && <button type="button" class="btn btn-wide" onClick={() => activate(theEditor(), component)}>Edit text</button>}
      {isSection && <AttributeField component={component} name="aria-label" label="Name for screen readers" />}
      <IdField component={component} />
    </div>
  );
}
