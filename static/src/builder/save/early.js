/* Work that was begun while the rest of a long page was still coming (canvas/fill.js): nothing is written before all of the
   page is there, and whoever asks about such work gets the whole page first. */
import { fillNow } from '../canvas/fill.js';

const VERBS = ['save', 'flush', 'keepDraft', 'isDirty'];
let isBegun = false;

export const noteEarly = () => { isBegun = true; };
export const forgetEarly = () => { isBegun = false; };

/** Whether there was any; asked once, when the page is there. */
export function takeEarly() {
  const was = isBegun;
  isBegun = false;
  return was;
}

/** A saver that brings the whole page before it looks at work that was begun early. */
export function careful(saver) {
  const asked = VERBS.map((name) => [name, () => {
    if (isBegun) fillNow();
    return saver[name]();
  }]);
  return { ...saver, ...Object.fromEntries(asked) };
}
