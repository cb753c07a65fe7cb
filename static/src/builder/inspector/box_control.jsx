/* Four sides at once: inner or outer space, drawn as the box they make. */
import { useSignal } from '@preact/signals';
import link from 'icon:link';
import unlink from 'icon:unlink';
import { Icon } from '../../lib/ui.jsx';
import { computedValue, ownValue, setStyles, short, withUnit } from './style_model.js';

const SIDES = ['top', 'right', 'bottom', 'left'];

export function BoxControl({ component, property, label }) {
  const isLinked = useSignal(false);
  const set = (event, side) => {
    const value = withUnit(event.currentTarget.value);
    const sides = isLinked.value ? SIDES : [side];
    const ok = setStyles(component, Object.fromEntries(sides.map((each) => [`${property}-${each}`, value])));
    if (!ok) event.currentTarget.value = short(ownValue(component, `${property}-${side}`));
  };
  const step = (event, side) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    const now = parseFloat(event.currentTarget.value || computedValue(component, `${property}-${side}`)) || 0;
    event.currentTarget.value = now + direction * (event.shiftKey ? 10 : 1);
    set(event, side);
  };
  return (
    <div class="b-box" role="group" aria-label={label}>
      <span class="b-box-name">{label}</span>
      {SIDES.map((side) => {
        const own = ownValue(component, `${property}-${side}`);
        return (
          <input
            key={`${side} ${own}`}
            class={`b-box-side b-box-${side}`}
            inputMode="decimal"
            aria-label={`${label}, ${side}`}
            placeholder={short(computedValue(component, `${property}-${side}`))}
            defaultValue={short(own)}
            data-set={own !== ''}
            onChange={(event) => set(event, side)}
            onKeyDown={(event) => step(event, side)}
          />
        );
      })}
      <button type="button" class="b-box-link" aria-pressed={isLinked.value} aria-label="All sides alike" title="All sides alike" onClick={() => { isLinked.value = !isLinked.value; }}><Icon of={isLinked.value ? link : unlink} size={14} /></button>
    </div>
  );
}
