/* The checks of everything that the next publish takes: each page, then what pages share. */
import themes from '../../site/theme.json';
import { completeTheme } from '../canvas/appearance.js';
import { contrastOf } from '../panels/contrast.js';
import { checkPage, codeFindings } from './page.js';

/** path → status, with the old addresses that lead on to a page. */
export function sitePathsOf(pages) {
  const paths = new Map(pages.flatMap(({ old_paths: old = [], status }) => old.map((path) => [path, status])));
  for (const { path, status } of pages) paths.set(path, status);
  return paths;
}

export function weakColors(theme) {
  const { colors } = completeTheme(theme);
  return themes.contrast.filter(({ front, back, ratio }) => contrastOf(colors[front], colors[back]) < ratio);
}

function* siteFindings(site, pages) {
  yield* codeFindings('The site’s head code', site.head_code);
  for (const { what } of weakColors(site.theme)) {
    yield { rule: 'weak-theme', level: 'warning', message: `${what} is hard to read in this theme. Choose stronger colours in the Theme panel.` };
  }
  const published = pages.filter(({ status }) => status === 'published');
  if (!published.some(({ path }) => path === '/')) {
    yield { rule: 'no-home-page', level: 'error', message: 'No published page is the home page. Set one as home in the Pages panel.' };
  }
  const titles = new Map();
  for (const page of published) titles.set(page.title, [...(titles.get(page.title) ?? []), page.path]);
  for (const [title, paths] of titles) {
    if (paths.length > 1) yield { rule: 'same-title', level: 'warning', message: `${paths.length} pages are called “${title}” (${paths.join(', ')}). Search engines cannot tell them apart.` };
  }
}

/**
 * Checks the site page by page: `nodesOf(page)` gives a page's nodes, `onProgress(done, total)` hears of each.
 * Resolves with [{page: null | {id, title, path}, findings}], pages without findings left out.
 */
export async function checkSite({ site, pages, nodesOf, onProgress = () => {}, pictureBytes }) {
  const published = pages.filter(({ status }) => status === 'published');
  const results = [{ page: null, findings: [...siteFindings(site, pages)] }];
  const sitePaths = sitePathsOf(pages);
  for (const [index, page] of published.entries()) {
    const { nodes, js } = await nodesOf(page);
    const { id, path, title, seo } = page;
    results.push({ page: { id, path, title }, findings: checkPage(nodes, { path, title, seo, js, siteSeo: site.seo, sitePaths, pictureBytes }) });
    onProgress(index + 1, published.length);
  }
  return results.filter(({ findings }) => findings.length);
}
