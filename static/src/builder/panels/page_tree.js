/* The pages as a tree: /a/b hangs under /a. Pure: what is shown, and what a move means for addresses and order. */
import { freePath } from './paths.js';

const isBelow = (path, top) => top !== '/' && path.startsWith(`${top}/`);

/** The page whose address is the longest beginning of this one's, or null. */
export function parentOf(page, pages) {
  const above = pages.filter(({ path }) => isBelow(page.path, path));
  return above.sort((one, other) => other.path.length - one.path.length)[0] ?? null;
}

const bySetOrder = (one, other) => (one.path !== '/') - (other.path !== '/') || one.position - other.position || one.path.localeCompare(other.path);

/** [{page, level, parent, place, siblings}] from top to bottom, the home page first. */
export function rowsOf(pages) {
  const parents = new Map(pages.map((page) => [page.id, parentOf(page, pages)]));
  const under = (parent, level) => {
    const siblings = pages.filter(({ id }) => (parents.get(id)?.id ?? null) === (parent?.id ?? null)).sort(bySetOrder);
    return siblings.flatMap((page, place) => [{ page, level, parent, place, siblings }, ...under(page, level + 1)]);
  };
  return under(null, 1);
}

const leafOf = (path) => path.slice(path.lastIndexOf('/'));

/** The address of a page once it hangs under `parent` (null: at the top). */
export function pathUnder(page, parent, pages) {
  const wanted = `${parent && parent.path !== '/' ? parent.path : ''}${leafOf(page.path)}`;
  return wanted === page.path ? wanted : freePath(wanted, pages.filter(({ id }) => id !== page.id));
}

/** All ids in order, after `page` with what hangs under it was put before (or after) `other`. */
export function orderWith(page, other, side, pages) {
  const rows = rowsOf(pages).map((row) => row.page);
  const block = rows.filter(({ id, path }) => id === page.id || isBelow(path, page.path));
  const rest = rows.filter((each) => !block.includes(each));
  let at = rest.findIndex(({ id }) => id === other.id);
  if (side === 'after') {
    at += 1;
    while (rest[at] && isBelow(rest[at].path, other.path)) at += 1;
  }
  return [...rest.slice(0, at), ...block, ...rest.slice(at)].map(({ id }) => id);
}

/** Whether a page may hang under another: not the home page, not under itself, not deeper than eight. */
export function mayNest(page, parent, pages) {
  if (page.path === '/' || (parent && (parent.id === page.id || parent.path === '/' || isBelow(parent.path, page.path)))) return false;
  const depth = (path) => path.split('/').length - 1;
  const deepest = Math.max(...pages.filter(({ path }) => path === page.path || isBelow(path, page.path)).map(({ path }) => depth(path)));
  return (parent ? depth(parent.path) : 0) + 1 + deepest - depth(page.path) <= 8;
}
