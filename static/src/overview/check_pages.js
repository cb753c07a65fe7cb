/* Looks at all that a publish would take, as it is stored; the builder's own checks. Fetched when somebody publishes. */
import { listPages } from '../builder/data/pages.js';
import { storedNodes } from '../builder/checks/nodes.js';
import { checkSite } from '../builder/checks/site.js';
import { bytesOfPictures, pageReader } from '../builder/checks/stored.js';
import { parse } from '../lib/page_drawing.js';

export { errorsIn, summaryOf } from '../builder/checks/page.js';

export async function checkStoredSite(site) {
  const [pages, pictureBytes] = await Promise.all([listPages(site.id), bytesOfPictures(site.org_id)]);
  const read = pageReader(pages.filter(({ status }) => status === 'published').map(({ id }) => id));
  const nodesOf = async ({ id }) => {
    const { html, js } = await read(id);
    return { nodes: storedNodes(parse(html)), js };
  };
  return checkSite({ site, pages, nodesOf, pictureBytes });
}
