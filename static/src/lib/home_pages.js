/* Home pages for the pictures on the cards. Cards come into view one by one; their questions go out together. */
import { readHomePages } from './tables/pages.js';

const GATHER_MS = 30;
const waiting = new Map();
let round = null;

async function ask() {
  await new Promise((resolve) => { setTimeout(resolve, GATHER_MS); });
  const ids = [...waiting.keys()];
  waiting.clear();
  round = null;
  const pages = await readHomePages(ids);
  return new Map(pages.map((page) => [page.site_id, page]));
}

/** {html, css, theme} of a site's home page, or null. */
export async function readHomePage(site) {
  waiting.set(site.id, true);
  round ??= ask();
  const page = (await round).get(site.id);
  return page ? { html: page.html, css: page.css, theme: site.theme } : null;
}
