/* Checking the whole site before a publish: the open page from the canvas, the others as they are stored. */
import { organization, page, pages, site } from '../state.js';
import { theEditor } from '../workspace.js';
import { refreshPages } from '../load_site.js';
import { canvasNodes, storedNodes } from './nodes.js';
import { bytesOfPictures, pageReader } from './stored.js';
import { checkSite } from './site.js';

export async function checkWholeSite(onProgress) {
  const [pictureBytes] = await Promise.all([bytesOfPictures(organization.value.id), refreshPages()]);
  const open = page.value;
  const others = pages.value.filter(({ id, status }) => status === 'published' && id !== open.id).map(({ id }) => id);
  const read = pageReader(others);
  const nodesOf = async ({ id }) => {
    if (id === open.id) return { nodes: [...canvasNodes(theEditor())], js: open.js };
    const { html, js } = await read(id);
    return { nodes: storedNodes(new DOMParser().parseFromString(html, 'text/html').body), js };
  };
  return checkSite({ site: site.value, pages: pages.value, nodesOf, onProgress, pictureBytes });
}
