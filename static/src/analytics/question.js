/* Which days and which filters, in the address: a link shows the same numbers, and Back works. Days are UTC. */
import { signal } from '@preact/signals';

export const RANGES = { today: 'Today', '7d': '7 days', '30d': '30 days', '90d': '90 days', '365d': '12 months' };
export const FILTERS = ['path', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'device', 'browser', 'os', 'country', 'screen', 'event'];
const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 86_400_000;
const LONGEST_DAYS = 400;

const iso = (ms) => new Date(ms).toISOString().slice(0, 10);

/** What does not look like a question is none: the address may come from anywhere. */
export function readQuestion(search, now = Date.now()) {
  const asked = new URLSearchParams(search);
  const [from, to] = [asked.get('from') ?? '', asked.get('to') ?? ''];
  const filters = Object.fromEntries(FILTERS.filter((name) => asked.has(name)).map((name) => [name, asked.get(name).slice(0, 300)]));
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  if (DAY.test(from) && DAY.test(to) && days >= 0 && days <= LONGEST_DAYS) return { range: 'custom', from, to, filters };
  const range = RANGES[asked.get('range')] ? asked.get('range') : '30d';
  const back = range === 'today' ? 0 : Number.parseInt(range, 10) - 1;
  return { range, from: iso(now - back * DAY_MS), to: iso(now), filters };
}

export const question = signal(readQuestion(location.search));

function go(change) {
  const address = new URL(location.href);
  change(address.searchParams);
  history.pushState(null, '', address);
  question.value = readQuestion(address.search);
}

export const setRange = (range) => go((search) => { search.set('range', range); search.delete('from'); search.delete('to'); });
export const setDays = (from, to) => go((search) => { search.set('from', from); search.set('to', to); search.delete('range'); });
export const setFilter = (name, value) => go((search) => search.set(name, value));
export const removeFilter = (name) => go((search) => search.delete(name));
export const clearFilters = () => go((search) => FILTERS.forEach((name) => search.delete(name)));

window.addEventListener('popstate', () => { question.value = readQuestion(location.search); });
