/* The controls of the style panel. Each shows what is set here, hints at what applies, and can be reset. */
import reset from 'icon:rotate-2';
import themes from '../../site/theme.json';
import { Icon } from '../../lib/ui.jsx';
import { themeVariables } from '../canvas/appearance.js';
import { site } from '../state.js';
import { computedValue, ownValue, setStyle, short, withUnit } from './style_model.js';

function Row({ component, property, label, children }) {
  const isSet = ownValue(component, property) !== '';
  return (
    <div class="b-row" data-set={isSet}>
      <span class="b-row-label">
        {label}
        {isSet && <button type="button" class="b-reset" aria-label={`Reset ${label.toLowerCase()}`} title="Reset" onClick={() => setStyle(component, property, '')}><Icon of={reset} size={13} /></button>}
      </span>
      {children}
    </div>
  );
}

/** A length or number: typed, or stepped with the arrow keys (Shift for tens). */
export function NumberInput({ component, property, label, unit = 'px', class: className = 'form-control' }) {
  const own = ownValue(component, property);
  const hint = short(computedValue(component, property));
  const commit = (event) => {
    const input = event.currentTarget;
    if (!setStyle(component, property, withUnit(input.value, unit))) input.value = own;
  };
  const step = (event) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === 'Enter') commit(event);
    if (!direction) return;
    event.preventDefault();
    const [, number, ending] = /^(-?\d*\.?\d+)([a-z%]*)$/.exec(event.currentTarget.value || hint) ?? [null, '0', unit];
    const size = (unit === '' ? 0.1 : 1) * (event.shiftKey ? 10 : 1);
    const next = `${Math.round((Number(number) + direction * size) * 100) / 100}${ending || unit}`;
    if (setStyle(component, property, next)) event.currentTarget.value = short(next);
  };
  return <input class={className} inputMode="decimal" aria-label={label} placeholder={hint} defaultValue={short(own)} key={own} onChange={commit} onKeyDown={step} />;
}

export function NumberControl(props) {
  return <Row {...props}><NumberInput {...props} /></Row>;
}

export function SelectControl({ options, ...props }) {
  const { component, property, label } = props;
  const own = ownValue(component, property);
  const isOther = own !== '' && !options.some(([value]) => value === own);
  return (
    <Row {...props}>
      <select class="form-select" aria-label={label} value={own} onChange={(event) => setStyle(component, property, event.currentTarget.value)}>
        <option value="">From the design</option>
        {options.map(([value, name]) => <option key={value} value={value}>{name}</option>)}
        {isOther && <option value={own}>{own}</option>}
      </select>
    </Row>
  );
}

/** A few values side by side; pressing the chosen one takes it away again. */
export function ChoiceControl({ options, ...props }) {
  const { component, property, label } = props;
  const now = ownValue(component, property) || computedValue(component, property);
  return (
    <Row {...props}>
      <div class="segments b-segments" role="group" aria-label={label}>
        {options.map(([value, name, icon]) => (
          <button key={value} type="button" aria-label={icon ? name : undefined} title={name} aria-pressed={now === value} onClick={() => setStyle(component, property, ownValue(component, property) === value ? '' : value)}>
            {icon ? <Icon of={icon} /> : name}
          </button>
        ))}
      </div>
    </Row>
  );
}

function hexOf(color) {
  const [red, green, blue] = (/rgba?\((\d+),\s*(\d+),\s*(\d+)/.exec(color) ?? [0, 0, 0, 0]).slice(1).map(Number);
  return `#${[red, green, blue].map((each) => each.toString(16).padStart(2, '0')).join('')}`;
}

const tokens = Object.keys(themes.colors).map((name) => ({
  name: themes.colors[name].name, token: `--rb-color-${name.replace(/_/g, '-')}`,
}));

/** The theme's colours first: what uses them follows the theme. Any other colour stays as it is. */
export function ColorControl(props) {
  const { component, property, label } = props;
  const own = ownValue(component, property);
  const colors = themeVariables(site.value.theme);
  return (
    <Row {...props}>
      <div class="b-swatches" role="group" aria-label={label}>
        {tokens.map(({ name, token }) => (
          <button key={token} type="button" class="b-swatch" aria-label={`${name} colour`} title={name} aria-pressed={own === `var(${token})`} style={{ background: colors[token] }} onClick={() => setStyle(component, property, `var(${token})`)} />
        ))}
        <label class="b-swatch b-swatch-own" title="Own colour" data-chosen={own !== '' && !own.startsWith('var(')}>
          <input type="color" aria-label={`${label}: own colour`} value={hexOf(computedValue(component, property))} onInput={(event) => setStyle(component, property, event.currentTarget.value)} />
        </label>
      </div>
    </Row>
  );
}
