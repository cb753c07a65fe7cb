/* A block of the library links to pages that this site may not have. Such a link becomes one that leads nowhere yet:
   a reminder in the checks, instead of a broken address on the published page. */
import { internalTarget } from '../checks/links.js';
import { sitePathsOf } from '../checks/site.js';
import { page, pages } from '../state.js';

export function withFreshLinks(html) {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  const known = sitePathsOf(pages.value);
  for (const link of body.querySelectorAll('a[href]')) {
    const target = internalTarget(link.getAttribute('href'), page.value?.path ?? '/');
    if (target && target.path !== page.value?.path && !known.has(target.path)) link.setAttribute('href', '#');
  }
  return body.innerHTML;
}
