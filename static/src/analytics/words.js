/* Numbers and names as people say them. Pure. */

/** dimension → [its name as a heading, as one filter]. */
export const DIMENSIONS = {
  path: ['Pages', 'Page'], entry: ['Entry pages', 'Entry page'], not_found: ['Not found', 'Missing page'],
  referrer: ['Sources', 'Source'], utm_source: ['Campaign sources', 'Campaign source'], utm_medium: ['Media', 'Medium'],
  utm_campaign: ['Campaigns', 'Campaign'], device: ['Devices', 'Device'], browser: ['Browsers', 'Browser'],
  os: ['Systems', 'System'], screen: ['Screens', 'Screen'], country: ['Countries', 'Country'],
  event: ['Events', 'Event'], outbound: ['Links away', 'Link away'],
};
const NAMES = {
  device: { desktop: 'Desktop', mobile: 'Phone', tablet: 'Tablet' },
  screen: { small: 'Up to 640 px', medium: 'Up to 1024 px', large: 'Up to 1920 px', wide: 'Wider' },
};
const UNKNOWN = { referrer: 'Direct, or not told', '': 'Unknown' };

const countries = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });

export function nameOf(dimension, value) {
  if (value === '') return UNKNOWN[dimension] ?? UNKNOWN[''];
  if (value === '(other)' || value === '/(other)') return 'All others';
  if (dimension === 'country' && /^[A-Z]{2}$/.test(value)) return countries.of(value);
  return NAMES[dimension]?.[value] ?? value;
}

const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
export const count = (number) => whole.format(number);
export const compact = (number) => (number < 10_000 ? whole.format(number) : short.format(number));
export const percent = (part, all) => (all > 0 ? `${Math.round((100 * part) / all)} %` : '–');

export function duration(seconds) {
  const rounded = Math.round(seconds);
  return rounded < 60 ? `${rounded} s` : `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
}

/** What the cards show: {label, value, text, change: percent against the period before, or null}. */
export function figures(totals, previous) {
  const of = ({ visitors, views, bounces, seconds }) => ({
    visitors, views, duration: visitors ? seconds / visitors : 0, bounce: visitors ? (100 * bounces) / visitors : 0,
  });
  const [now, before] = [of(totals), of(previous)];
  const change = (name) => (previous.visitors && before[name] ? Math.round((100 * (now[name] - before[name])) / before[name]) : null);
  return [
    { name: 'visitors', label: 'Visitors', text: compact(now.visitors), change: change('visitors') },
    { name: 'views', label: 'Page views', text: compact(now.views), change: change('views') },
    { name: 'duration', label: 'Time on the site', text: duration(now.duration), change: change('duration') },
    { name: 'bounce', label: 'Bounce rate', text: totals.visitors ? `${Math.round(now.bounce)} %` : '–', change: change('bounce'), less: true },
  ];
}

const dayFormat = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const longDay = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
export const dayName = (day) => dayFormat.format(new Date(`${day}T00:00:00Z`));
export const dayInFull = (day) => longDay.format(new Date(`${day}T00:00:00Z`));

/** https://web.dev/articles/vitals: [name, good up to, poor from, how it is said]. */
export const VITALS = {
  lcp: ['Largest paint', 2500, 4000, (value) => `${(value / 1000).toFixed(1)} s`],
  inp: ['Response', 200, 500, (value) => `${Math.round(value)} ms`],
  cls: ['Layout shift', 0.1, 0.25, (value) => value.toFixed(2)],
  fcp: ['First paint', 1800, 3000, (value) => `${(value / 1000).toFixed(1)} s`],
  ttfb: ['First byte', 800, 1800, (value) => `${Math.round(value)} ms`],
};
export function grade(metric, value) {
  const [, good, poor] = VITALS[metric];
  return value <= good ? 'good' : value <= poor ? 'fair' : 'poor';
}
