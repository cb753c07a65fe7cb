/* Where a link of a page leads, read as the build reads it: relative to the page, case and last slash aside. */

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** {path, anchor} of a link within the site; null for one that leads elsewhere. */
export function internalTarget(href, pagePath) {
  const url = String(href).trim().replace(/[\t\n\r]/g, '');
  if (SCHEME.test(url) || /^[/\\]{2}/.test(url)) return null;
  const [, way, anchor = ''] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/.exec(url) ?? [];
  if (way === undefined) return null;
  const base = `https://site.invalid${pagePath}`;
  const path = way ? new URL(way, base).pathname.toLowerCase().replace(/\/+$/, '') || '/' : pagePath;
  return { path, anchor };
}
