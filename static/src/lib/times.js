/* Dates as people say them, in the form that the person has chosen. */
import { preferences } from './preferences.js';

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const formats = new Map();
const UNITS = [['year', 31_536_000], ['month', 2_592_000], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60]];

export function ago(iso, now = Date.now()) {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const unit = UNITS.find(([, length]) => Math.abs(seconds) >= length);
  return unit ? relative.format(Math.round(seconds / unit[1]), unit[0]) : 'just now';
}

/** "2026-12-03", a day without an hour → "3 December". */
export const dayOf = (day) => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(day));

function formatOf(locale) {
  if (!formats.has(locale)) formats.set(locale, new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
  return formats.get(locale);
}

export function exactly(iso, locale = preferences.value.locale) {
  return formatOf(locale).format(new Date(iso));
}
