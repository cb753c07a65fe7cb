/* A block drawn small, in the site's theme. Shadow roots share two style sheets, so thirty of them cost little;
   each is drawn when it comes into view. */
import { useEffect, useRef } from 'preact/hooks';
import { effect } from '@preact/signals';
import { fontFaces, libraryCss, themeCss } from '../canvas/appearance.js';
import { safeHtml } from '../safety/html.js';
import { site } from '../state.js';

const DRAWN_WIDTH = 1200;
const librarySheet = new CSSStyleSheet();
const themeSheet = new CSSStyleSheet();
const frameSheet = new CSSStyleSheet();
/** A font is known to a whole document or not at all: a shadow root cannot bring its own. */
const fontSheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(fontSheet);
let ready = null;

/** What styles a document styles the shadow root's host instead. */
const asHost = (css) => css.replace(/:root\b/g, ':host').replace(/:where\((html|body)\)/g, ':host');

frameSheet.replaceSync(`
  :host { display: block; position: relative; overflow: hidden; container-type: inline-size; }
  .page { background: var(--rb-bg); inline-size: ${DRAWN_WIDTH}px; transform-origin: 0 0; pointer-events: none; }
  [popover]:not(:popover-open) { display: flex; }
`);

function prepare() {
  ready ??= import('site:css').then(({ default: library }) => {
    librarySheet.replaceSync(asHost(libraryCss(library)));
    effect(() => {
      themeSheet.replaceSync(asHost(themeCss(site.value?.theme)));
      fontSheet.replaceSync(fontFaces(site.value?.theme));
    });
  });
  return ready;
}

async function draw(host, html) {
  await prepare();
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [librarySheet, themeSheet, frameSheet];
  const box = document.createElement('div');
  box.className = 'page';
  box.inert = true;
  box.innerHTML = safeHtml(html);
  root.replaceChildren(box);
  const scale = host.clientWidth / DRAWN_WIDTH;
  box.style.transform = `scale(${scale})`;
  host.style.blockSize = `${Math.min(Math.max(box.offsetHeight * scale, 18), 190)}px`;
}

export function Thumbnail({ html }) {
  const host = useRef(null);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      draw(host.current, html);
    }, { rootMargin: '200px' });
    observer.observe(host.current);
    return () => observer.disconnect();
  }, [html]);
  return <span ref={host} class="b-thumbnail" aria-hidden="true" />;
}
