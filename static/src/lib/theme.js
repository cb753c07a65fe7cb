/* Light, dark, or as the system has it. theme_boot.js applies the same choice before the first paint. */
import { signal } from '@preact/signals';

const KEY = 'roseram-theme';
const night = matchMedia('(prefers-color-scheme: dark)');

function stored() {
  try {
    return localStorage.getItem(KEY) ?? 'system';
  } catch {
    return 'system';
  }
}

export const themeChoice = signal(stored());

function apply() {
  const dark = themeChoice.value === 'dark' || (themeChoice.value === 'system' && night.matches);
  document.documentElement.dataset.bsTheme = dark ? 'dark' : 'light';
}

export function chooseTheme(choice) {
  themeChoice.value = choice;
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Blocked storage: the choice holds until the page is left.
  }
  apply();
}

export function isDark() {
  return document.documentElement.dataset.bsTheme === 'dark';
}

night.addEventListener('change', apply);
window.addEventListener('storage', ({ key }) => {
  if (key !== KEY) return;
  themeChoice.value = stored();
  apply();
});
