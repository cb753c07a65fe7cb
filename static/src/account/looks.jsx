/* How the app looks to a person, on every device: theme, dates, and what stands open in the builder. */
import device from 'icon:device-desktop';
import moon from 'icon:moon';
import sun from 'icon:sun';
import { asProblem } from '../lib/problems.js';
import { preferences, savePreferences } from '../lib/preferences.js';
import { endIfOver } from '../lib/session.js';
import { chooseTheme, themeChoice } from '../lib/theme.js';
import { exactly } from '../lib/times.js';
import { Field, Icon, toast, toastProblem } from '../lib/ui.jsx';

const THEMES = [['light', 'Light', sun], ['dark', 'Dark', moon], ['system', 'System', device]];
const LOCALES = [
  ['en', 'English (United States)'], ['en-GB', 'English (United Kingdom)'], ['en-CA', 'English (Canada)'],
  ['en-AU', 'English (Australia)'], ['en-IN', 'English (India)'], ['da-DK', 'Danish'], ['de-DE', 'German'],
  ['es-ES', 'Spanish'], ['fi-FI', 'Finnish'], ['fr-FR', 'French'], ['it-IT', 'Italian'], ['ja-JP', 'Japanese'],
  ['nb-NO', 'Norwegian'], ['nl-NL', 'Dutch'], ['pl-PL', 'Polish'], ['pt-BR', 'Portuguese (Brazil)'], ['pt-PT', 'Portuguese'],
  ['sv-SE', 'Swedish'], ['tr-TR', 'Turkish'], ['uk-UA', 'Ukrainian'],
];
const PANELS = [['blocks', 'Blocks'], ['pages', 'Pages'], ['outline', 'Layers'], ['theme', 'Theme'], ['none', 'Only the page']];
const TABS = [['style', 'Style'], ['settings', 'Settings']];
const SAMPLE = '2026-11-05T14:30:00';

export function Looks({ personId }) {
  const { locale, editor_layout: layout } = preferences.value;
  const save = async (changes) => {
    try {
      await savePreferences(personId, changes);
      toast('Saved for all your devices.');
    } catch (error) {
      if (!(await endIfOver(error))) toastProblem(asProblem(error));
    }
  };
  const arrange = (name) => (event) => save({ editor_layout: { ...layout, [name]: event.currentTarget.value } });
  const known = LOCALES.some(([value]) => value === locale) ? LOCALES : [...LOCALES, [locale, locale]];
  return (
    <section class="card card-main stack" aria-labelledby="looks-heading">
      <div><h2 id="looks-heading">Preferences</h2><p class="soft">They follow you to every device.</p></div>
      <div class="field">
        <p class="field-label" id="theme-label">Theme</p>
        <div><div class="segments" role="group" aria-labelledby="theme-label">
          {THEMES.map(([value, label, icon]) => (
            <button key={value} type="button" aria-pressed={themeChoice.value === value} onClick={() => chooseTheme(value)}><Icon of={icon} />{label}</button>
          ))}
        </div></div>
      </div>
      <Field label="Dates">
        <select class="form-select" value={locale} onChange={(event) => save({ locale: event.currentTarget.value })}>
          {known.map(([value, label]) => <option key={value} value={value}>{label}: {exactly(SAMPLE, value)}</option>)}
        </select>
      </Field>
      <div class="pair">
        <Field label="The builder opens with">
          <select class="form-select" value={layout.panel ?? 'blocks'} onChange={arrange('panel')}>{PANELS.map(asOption)}</select>
        </Field>
        <Field label="Properties begin at">
          <select class="form-select" value={layout.inspector ?? 'style'} onChange={arrange('inspector')}>{TABS.map(asOption)}</select>
        </Field>
      </div>
    </section>
  );
}

const asOption = ([value, label]) => <option key={value} value={value}>{label}</option>;
