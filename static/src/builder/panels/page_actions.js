/* What the Pages panel does, each with its words for a screen reader and its way back. */
import { signal } from '@preact/signals';
import { toast, toastProblem } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { addPage, readPage } from '../data/pages.js';
import * as tree from '../data/page_tree.js';
import { announce, page, pages, site } from '../state.js';
import { changeSettings, changeTree, openPage, saveNow, switchPage } from '../workspace.js';
import { refreshPages } from '../load_site.js';
import { orderWith, pathUnder, rowsOf } from './page_tree.js';
import { freePath } from './paths.js';

export const isBusy = signal(false);
/** Grows when a page was deleted or brought back, so that the list of deleted ones is read again. */
export const deletions = signal(0);

/** One change at a time: a second one would be made from a list that is no longer true. */
async function run(change) {
  if (isBusy.value) return;
  isBusy.value = true;
  try {
    await change();
  } catch (error) {
    toastProblem(asProblem(error));
    await refreshPages().catch(() => {});
  } finally {
    isBusy.value = false;
  }
}

export const copyPage = (original) => run(async () => {
  if (original.id === page.value.id && !(await saveNow())) return;
  const { title, seo, content, html, css, js } = await readPage(original.id);
  const path = freePath(original.path === '/' ? '/home-copy' : `${original.path}-copy`, pages.value);
  const made = await addPage({
    site_id: site.value.id, path, title: `${title} copy`.slice(0, 120), seo, content, html, css, js, position: original.position,
  });
  await refreshPages();
  await tree.orderPages(site.value.id, orderWith(made, original, 'after', pages.value));
  await refreshPages();
  await switchPage(made.id);
  announce(`${made.title} added`);
});

export const rename = (target, title) => run(async () => {
  await changeSettings(target, { title });
  announce(`Renamed to ${title}`);
});

export const setStatus = (target, status) => run(async () => {
  await changeSettings(target, { status });
  announce(`${target.title} is ${status === 'draft' ? 'a draft' : 'part of the next publish'}`);
});

export const makeHome = (target) => run(async () => {
  const given = await changeTree(() => tree.setHomePage(target.id));
  toast(`“${target.title}” is the home page now. The one before is at ${given}.`);
});

const published = ({ status }) => status === 'published';

async function moveTo(moved, path) {
  if (path === moved.path) return;
  await changeTree(() => tree.movePage(moved.id, path, published(moved)));
}

const order = (ids) => changeTree(() => tree.orderPages(site.value.id, ids));

/** Puts a page before or after another row, under the same parent as that one. */
export const keepOrder = (moved, row, side) => run(async () => {
  await moveTo(moved, pathUnder(moved, row.parent, pages.value));
  const now = pages.value.find(({ id }) => id === moved.id);
  await order(orderWith(now, row.page, row.page.path === '/' ? 'after' : side, pages.value));
  announce(`${moved.title} moved ${side} ${row.page.title}`);
});

export const nest = (moved, parent) => run(async () => {
  await moveTo(moved, pathUnder(moved, parent, pages.value));
  announce(`${moved.title} is now under ${parent.title}`);
});

export const unnest = ({ page: moved, parent }) => run(async () => {
  const above = rowsOf(pages.value).find((row) => row.page.id === parent.id);
  await moveTo(moved, pathUnder(moved, above.parent, pages.value));
  const now = pages.value.find(({ id }) => id === moved.id);
  await order(orderWith(now, parent, 'after', pages.value));
  announce(`${moved.title} moved out of ${parent.title}`);
});

export const step = (row, by) => run(async () => {
  const other = row.siblings[row.place + by];
  if (!other || other.path === '/' || row.page.path === '/') return;
  await order(orderWith(row.page, other, by < 0 ? 'before' : 'after', pages.value));
  announce(`${row.page.title} moved ${by < 0 ? 'up' : 'down'}`);
});

export const restore = ({ id, title }) => run(async () => {
  const path = await changeTree(() => tree.undeletePage(id));
  deletions.value += 1;
  toast(`“${title}” is back at ${path}.`);
});

export const remove = (target) => run(async () => {
  await changeTree(() => tree.deletePage(target.id));
  deletions.value += 1;
  if (target.id === page.value.id) await openPage((pages.value.find(({ path }) => path === '/') ?? pages.value[0]).id);
  toast(`“${target.title}” was deleted.`, { action: { label: 'Undo', run: () => restore(target) } });
  announce(`${target.title} deleted`);
});
