/* The site's look: presets, then colours, fonts, corners, space and shadow. Everything on every page follows at once. */
import { signal } from '@preact/signals';
import check from 'icon:check';
import warning from 'icon:alert-triangle';
import themes from '../../site/theme.json';
import { Icon, toastProblem } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { completeTheme } from '../canvas/appearance.js';
import { saveTheme } from '../data/sites.js';
import { announce, site } from '../state.js';
import { contrastOf } from './contrast.js';

const SAVE_MS = 600;
const saving = signal('');
let timer;

/** Shown on the canvas at once, stored when the person pauses. */
function change(theme) {
  site.value = { ...site.value, theme };
  saving.value = 'Saving…';
  clearTimeout(timer);
  timer = setTimeout(async () => {
    try {
      await saveTheme(site.value.id, theme);
      saving.value = 'Saved for the whole site';
    } catch (error) {
      saving.value = 'Not saved';
      toastProblem(asProblem(error));
    }
  }, SAVE_MS);
}

function Preset({ id, preset, isChosen }) {
  const { colors } = preset;
  const choose = () => { change({ preset: id }); announce(`Theme ${preset.name} chosen`); };
  return (
    <button type="button" class="b-preset" aria-pressed={isChosen} title={preset.description} onClick={choose}>
      <span class="b-preset-paper" style={{ background: colors.background, color: colors.text, fontFamily: themes.fonts[preset.fonts.heading]?.stack }}>
        Aa
        <span class="b-preset-dots">
          {['primary', 'accent', 'surface', 'text'].map((name) => <i key={name} style={{ background: colors[name] }} />)}
        </span>
      </span>
      <span class="b-preset-name">{preset.name}{isChosen && <Icon of={check} size={14} />}</span>
    </button>
  );
}

function Color({ name, theme }) {
  const value = theme.colors[name];
  const set = (event) => change({ ...theme, colors: { ...theme.colors, [name]: event.currentTarget.value } });
  return (
    <label class="b-color-row" title={themes.colors[name].description}>
      <input type="color" value={value} onInput={set} />
      <span>{themes.colors[name].name}</span>
      <code>{value}</code>
    </label>
  );
}

function Contrast({ theme }) {
  const weak = themes.contrast.filter(({ front, back, ratio }) => contrastOf(theme.colors[front], theme.colors[back]) < ratio);
  if (!weak.length) return <p class="b-good"><Icon of={check} size={16} />All colours are easy to read.</p>;
  return (
    <ul class="b-weak" role="status">
      {weak.map(({ what, front, back }) => (
        <li key={what}><Icon of={warning} size={16} />{what} is hard to read ({contrastOf(theme.colors[front], theme.colors[back]).toFixed(1)} : 1).</li>
      ))}
    </ul>
  );
}

function Font({ use, label, theme }) {
  const set = (event) => change({ ...theme, fonts: { ...theme.fonts, [use]: event.currentTarget.value } });
  return (
    <label class="b-row"><span>{label}</span>
      <select class="form-select" value={theme.fonts[use]} onChange={set}>
        {Object.entries(themes.fonts).map(([id, font]) => <option key={id} value={id}>{font.name}</option>)}
      </select>
    </label>
  );
}

const WORDS = { none: 'None', sm: 'Small', md: 'Medium', lg: 'Large', full: 'Round', compact: 'Tight', normal: 'Normal', roomy: 'Airy', soft: 'Soft', strong: 'Strong' };

function Choice({ part, label, theme }) {
  return (
    <div class="b-row" role="group" aria-label={label}><span>{label}</span>
      <div class="segments b-segments">
        {Object.keys(themes[part]).map((value) => (
          <button key={value} type="button" aria-pressed={theme[part] === value} onClick={() => change({ ...theme, [part]: value })}>{WORDS[value] ?? value}</button>
        ))}
      </div>
    </div>
  );
}

export function ThemePanel() {
  const theme = completeTheme(site.value.theme);
  return (
    <div class="b-side-scroll">
      <p class="b-hint" role="status">{saving.value || 'A theme changes every page of this site.'}</p>
      <div class="b-presets">
        {Object.entries(themes.presets).map(([id, preset]) => <Preset key={id} id={id} preset={preset} isChosen={theme.preset === id} />)}
      </div>
      <h3 class="b-group-name">Colours</h3>
      <div class="b-colors">{Object.keys(themes.colors).map((name) => <Color key={name} name={name} theme={theme} />)}</div>
      <Contrast theme={theme} />
      <h3 class="b-group-name">Type and shape</h3>
      <div class="b-rows">
        <Font use="heading" label="Headings" theme={theme} />
        <Font use="body" label="Text" theme={theme} />
        <Choice part="radius" label="Corners" theme={theme} />
        <Choice part="space" label="Space" theme={theme} />
        <Choice part="shadow" label="Shadow" theme={theme} />
      </div>
    </div>
  );
}
