/* A person's preferences on every device. The database is the truth; this device keeps a copy, so that the next
   screen is drawn right before the answer is there. */
import { signal } from '@preact/signals';
import { inTurn } from './in_turn.js';
import { toastProblem } from './ui/toasts.jsx';
import { changePreferences, readPreferences } from './tables/preferences.js';
import { chooseTheme, themeChoice } from './theme.js';

const write = inTurn();
const KEY = 'roseram-preferences';
const PATIENCE_MS = 3000;
const DEFAULTS = { theme: 'system', locale: 'en', editor_layout: {}, default_org_id: null };

function cached() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return DEFAULTS;
  }
}

export const preferences = signal(cached());

let forgotten = false;

/** For signing out: an answer that is still on its way must not leave a copy behind. */
export function forgetPreferences() {
  forgotten = true;
}

function adopt(values) {
  if (forgotten) return;
  preferences.value = { ...preferences.value, ...values };
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences.value));
  } catch {
    // Storage is blocked: this screen has them, the next asks again.
  }
}

/** Notes a default that the settings have just saved, for the screens to come. */
export const rememberDefaultOrganization = (id) => adopt({ default_org_id: id });

/** Changes some of them here at once and in the account; what the account refuses is taken back, and thrown. */
export async function savePreferences(personId, changes) {
  const before = Object.fromEntries(Object.keys(changes).map((name) => [name, preferences.value[name]]));
  adopt(changes);
  try {
    // What it answers is not adopted: something else may have been changed since.
    await write(() => changePreferences(personId, changes));
  } catch (error) {
    adopt(before);
    throw error;
  }
}

async function load(personId) {
  const found = await readPreferences(personId);
  if (!found) return;
  const { untouched, ...values } = found;
  // Chosen before there was an account: the choice comes along.
  if (untouched && themeChoice.value !== 'system') return savePreferences(personId, { theme: themeChoice.value });
  adopt(values);
  if (themeChoice.value !== values.theme) chooseTheme(values.theme);
}

/** Right after a sign-in: in time for the first screen, or not at all; that screen asks again. */
export async function fetchPreferences(personId) {
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); });
  await Promise.race([load(personId).catch(() => {}), late]);
}

/** For as long as a screen is open: what another device chose arrives, and a theme chosen here goes to the account. */
export async function followPreferences(personId) {
  await load(personId).catch(() => {});
  themeChoice.subscribe(async (theme) => {
    if (theme === preferences.value.theme) return;
    try {
      await savePreferences(personId, { theme });
    } catch (error) {
      toastProblem(error);
    }
  });
}
