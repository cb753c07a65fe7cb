/* The ids are ours from the start, so that a second try after a lost answer finds what the first one made. */
import { asProblem } from './problems.js';
import { copyPages, listPages } from './tables/pages.js';
import { createSite, readSite } from './tables/sites.js';

export const BLANK = { id: 'blank', name: 'Blank page', description: 'One empty page in a quiet theme. Add blocks one by one.', theme: {}, seo: {}, pages: [{ path: '/', title: 'Home' }] };

/** Gives {site, home}: what the builder opens. */
export async function makeSite({ id, orgId, name, slug, starter = BLANK }) {
  const seo = starter.seo.title_suffix ? { ...starter.seo, title_suffix: name.slice(0, 60) } : starter.seo;
  const site = await createOnce({ id, orgId, name, slug, theme: starter.theme, seo, pages: starter.pages });
  const pages = await listPages(id);
  return { site, home: pages.find(({ path }) => path === '/') ?? pages[0] };
}

async function createOnce(values) {
  try {
    return await createSite(values);
  } catch (error) {
    const problem = asProblem(error);
    if (problem.code !== '23505' || problem.fields.slug) throw problem;
    // The first try did arrive: its answer was lost on the way.
    return readSite(values.id);
  }
}

export async function duplicateSite(site) {
  const [whole, pages] = await Promise.all([readSite(site.id), copyPages(site.id)]);
  const id = crypto.randomUUID();
  const name = `${whole.name.slice(0, 73)} (copy)`;
  return createSite({ id, orgId: whole.org_id, name, theme: whole.theme, seo: whole.seo, headCode: whole.head_code, pages });
}
