/* What is looked for, in the address: a link shows the same entries, and Back works. */
import { signal } from '@preact/signals';

const NAMES = ['person', 'kind', 'action', 'object', 'from', 'to'];
const SHAPES = {
  person: /^([0-9a-f-]{36}|service|operator)$/,
  kind: /^[a-z_]{1,40}$/,
  action: /^[a-z_]{1,40}\.[a-z_]{1,40}$/,
  object: /^[0-9a-f-]{36}$/,
  from: /^\d{4}-\d\d-\d\d$/,
  to: /^\d{4}-\d\d-\d\d$/,
};

/** What does not look like a filter is none: the address may come from anywhere. */
export function readFilters(search) {
  const asked = new URLSearchParams(search);
  return Object.fromEntries(NAMES.map((name) => {
    const value = asked.get(name) ?? '';
    return [name, SHAPES[name].test(value) ? value : ''];
  }));
}

export const filters = signal(readFilters(location.search));

export const isNarrowed = () => NAMES.some((name) => filters.value[name]);

export function setFilters(changes) {
  filters.value = { ...filters.value, ...changes };
  const address = new URL(location.href);
  for (const name of NAMES) {
    if (filters.value[name]) address.searchParams.set(name, filters.value[name]);
    else address.searchParams.delete(name);
  }
  history.pushState(null, '', address);
}

export const clearFilters = () => setFilters(Object.fromEntries(NAMES.map((name) => [name, ''])));

window.addEventListener('popstate', () => { filters.value = readFilters(location.search); });
