/* The site that is open, with its pages and its organization's saved parts: read into the state that screens show. */
import { config } from '../lib/config.js';
import { Problem } from '../lib/problems.js';
import * as state from './state.js';
import { addPage, listPages, readPage } from './data/pages.js';
import { listParts } from './data/parts.js';
import { readSite, standingIn } from './data/sites.js';
import { trustStorage } from './safety/urls.js';

/** The page that will be opened first, asked for while the engine is still loading. */
let firstPage = {};

export async function loadSite(siteId, userId) {
  trustStorage(config.supabase_url);
  const [site, pages] = await Promise.all([readSite(siteId), listPages(siteId)]);
  state.site.value = site;
  state.organization.value = site.organizations;
  document.documentElement.dataset.organization = site.org_id;
  state.pages.value = pages;
  const { role, visit } = await standingIn(site, userId);
  state.role.value = role;
  state.visit.value = visit;
  // A site that another program made may have no page yet; an editor begins with a home page.
  if (!pages.length && state.canEdit.value) state.pages.value = [await addPage({ site_id: siteId, path: '/', title: 'Home' })];
  if (!state.pages.value.length) throw new Problem('This site has no page yet.', { code: 'no_page', status: 404 });
  firstPage = { id: firstPageId(), row: readPage(firstPageId()) };
  // Whoever opens the page hears of a failure; until then it must not count as unhandled.
  firstPage.row.catch(() => {});
}

/** The page asked for by ?page=, else the home page. */
export function firstPageId() {
  const wanted = new URLSearchParams(location.search).get('page');
  const pages = state.pages.value;
  return (pages.find(({ id }) => id === wanted) ?? pages.find(({ path }) => path === '/') ?? pages[0])?.id;
}

/** A page to open: the first one is on its way already. */
export async function takePage(id) {
  const row = firstPage.id === id ? firstPage.row : readPage(id);
  firstPage = {};
  return row;
}

export async function refreshPages() {
  state.pages.value = await listPages(state.site.value.id);
}

/** Components and sections of the organization, read anew. */
export async function readParts() {
  const { id } = state.organization.value;
  const [components, sections] = await Promise.all([listParts('components', id), listParts('sections', id)]);
  state.components.value = components;
  state.sections.value = sections;
}

export async function refreshCounts() {
  state.components.value = await listParts('components', state.organization.value.id);
}
