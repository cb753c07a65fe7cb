/* What somebody has typed and not saved yet, kept in this tab: it is there again after a sign-in in between.
   For one person only, and never for passwords. Signing out clears it with everything else. */
import { useState } from 'preact/hooks';

const PREFIX = 'roseram-typed ';
let person = '';

/** Whose typing is kept from now on; what another person left in this tab goes. */
export function keepFor(personId) {
  person = personId;
  const others = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX) && !key.startsWith(PREFIX + person));
  for (const key of others) sessionStorage.removeItem(key);
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** As useState, for a value that is saved by a button: [value, change, settle]; settle() once it is saved. */
export function useKept(name, saved) {
  const key = `${PREFIX}${person} ${location.pathname} ${name}`;
  const [value, setValue] = useState(() => read(key) ?? saved);
  const settle = () => sessionStorage.removeItem(key);
  const change = (next) => {
    setValue(next);
    try {
      sessionStorage.setItem(key, JSON.stringify(next));
    } catch {
      // Storage is full or blocked: the form works, only a sign-in in between would lose it.
    }
  };
  return [value, change, settle];
}
