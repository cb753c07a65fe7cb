/* A page as a still picture of itself: in a sandbox without scripts, under the builder's own policy. */
import { useEffect, useState } from 'preact/hooks';
import { libraryCss, themeCss } from '../canvas/appearance.js';
import { componentsCss, withInstances } from '../parts/instances.js';
import { safeHtml } from '../safety/html.js';
import { safeStylesheet } from '../safety/stylesheet.js';
import { page, site } from '../state.js';

/** A whole document. With `base` its addresses are read from there, for showing it on another origin. */
export async function documentOf({ html, css }, { base } = {}) {
  const { default: library } = await import('site:css');
  const styles = [libraryCss(library), themeCss(site.value.theme), componentsCss(), safeStylesheet(css)].join('\n').replace(/<\//g, '');
  const title = (page.value?.title ?? '').replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${base ? `<base href="${base}/">` : ''}`
    + '<meta name="viewport" content="width=device-width, initial-scale=1">'
    + `<title>${title}</title><style>${styles}</style></head><body>${safeHtml(withInstances(html))}</body></html>`;
}

export function Still({ of, title }) {
  const [source, setSource] = useState('');
  useEffect(() => { documentOf(of).then(setSource); }, [of]);
  // Not before there is something to show: a frame that is still at its empty first page may stay there.
  return source ? <iframe class="b-still" sandbox="" title={title} srcDoc={source} /> : <span class="b-still bone" role="status" aria-label="Loading" />;
}
