/* Reading and writing how one thing looks, on the device that is shown. Rules hang on the element's own id. */
import { isSafeValue } from '../safety/styles.js';
import { theEditor } from '../workspace.js';
import { asOneStep } from '../canvas/undo.js';

/** What was set on this element for this device, or ''. */
export function ownValue(component, property) {
  return String(component.getStyle()[property] ?? '');
}

/** What the browser makes of everything that applies. */
export function computedValue(component, property) {
  const element = component.getEl();
  const view = element?.ownerDocument.defaultView;
  return view ? view.getComputedStyle(element).getPropertyValue(property) : '';
}

/** '' takes a property away. A value that no browser could read, or that leads elsewhere, is not taken. */
export function setStyles(component, values) {
  const style = { ...component.getStyle() };
  for (const [property, value] of Object.entries(values)) {
    if (value === '') delete style[property];
    else if (isSafeValue(value) && CSS.supports(property, value)) style[property] = value;
    else return false;
  }
  const key = `${component.cid} ${Object.keys(values).join()}`;
  asOneStep(theEditor(), key, () => component.setStyle(style));
  return true;
}

export const setStyle = (component, property, value) => setStyles(component, { [property]: value });

/** "24" means pixels where a length is asked for; words such as auto stay. */
export function withUnit(text, unit = 'px') {
  const value = text.trim();
  return /^-?\d*\.?\d+$/.test(value) && unit ? `${value}${unit}` : value;
}

/** "16.0004px" → "16" for showing as a hint. */
export function short(value) {
  const number = /^(-?\d*\.?\d+)px$/.exec(value);
  return number ? String(Math.round(number[1] * 10) / 10) : value;
}
