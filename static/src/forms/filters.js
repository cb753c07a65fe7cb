/* What is looked at, in the address: a link shows the same, and Back works. */
import { signal } from '@preact/signals';

export const VIEWS = { inbox: 'Inbox', unread: 'Unread', spam: 'Spam', deleted: 'Deleted', settings: 'Settings' };
const ID = /^[0-9a-f-]{36}$/;
const SHAPES = {
  view: /^(inbox|unread|spam|deleted|settings)$/,
  site: ID,
  form: /^[a-z0-9]+(-[a-z0-9]+)*$/,
  words: /^[^\p{Cc}]{1,120}$/u,
  answer: ID,
};
const NAMES = Object.keys(SHAPES);

/** What does not look like a filter is none: the address may come from anywhere. */
export function readFilters(search) {
  const asked = new URLSearchParams(search);
  const found = Object.fromEntries(NAMES.map((name) => {
    const value = asked.get(name) ?? '';
    return [name, SHAPES[name].test(value) ? value : ''];
  }));
  return { ...found, view: found.view || 'inbox' };
}

export const filters = signal(readFilters(location.search));

export function setFilters(changes, { replace = false } = {}) {
  filters.value = { ...filters.value, ...changes };
  const address = new URL(location.href);
  for (const name of NAMES) {
    const value = filters.value[name];
    if (value && !(name === 'view' && value === 'inbox')) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
}

export const isNarrowed = () => Boolean(filters.value.site || filters.value.form || filters.value.words);
export const clearFilters = () => setFilters({ site: '', form: '', words: '', answer: '' });

window.addEventListener('popstate', () => { filters.value = readFilters(location.search); });
