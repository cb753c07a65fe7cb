/* Draws a page into a dead frame. Loaded when the first picture comes into view. */
import siteCss from 'site:css';
import { themeCss, themeVariables } from '../builder/canvas/appearance.js';
import { safeHtml } from '../builder/safety/html.js';
import { safeStylesheet } from '../builder/safety/stylesheet.js';
import { trustStorage } from '../builder/safety/urls.js';
import { config } from './config.js';

trustStorage(config.supabase_url);

const MOST_BLOCKS = 8;
const STILL = '*, ::before, ::after { animation: none !important; transition: none !important; } html { overflow: hidden; }';

// DOMPurify's output is what Trusted Types asks for; browsers without them take the string.
const trusted = window.trustedTypes?.createPolicy('roseram-picture', { createHTML: (html) => safeHtml(html) });

/** Somebody's page as a body, cleaned. */
export function parse(html) {
  return new DOMParser().parseFromString(trusted ? trusted.createHTML(html) : safeHtml(html), 'text/html').body;
}

function isOurs(address) {
  if (/^(data:image\/|blob:)/i.test(address)) return true;
  try {
    return [location.origin, new URL(config.supabase_url).origin].includes(new URL(address, location.origin).origin);
  } catch {
    return false;
  }
}

/** The policy of the screen lets only our own pictures load; the others stay away instead of failing loudly. */
function leaveOutForeign(body) {
  for (const each of body.querySelectorAll('iframe, video, audio, object, embed')) each.remove();
  for (const each of body.querySelectorAll('[src], [srcset]')) {
    each.removeAttribute('srcset');
    if (!isOurs(each.getAttribute('src') ?? '')) each.removeAttribute('src');
  }
}

function withoutForeignUrls(css) {
  return css.replace(/url\(\s*(["']?)(.*?)\1\s*\)/g, (text, quote, address) => (isOurs(address) ? text : 'none'));
}

/** A card is too small for the difference between a site's own typeface and its fallback, and for large pictures. */
function lightThemeCss(theme) {
  const properties = Object.entries(themeVariables(theme)).map(([name, value]) => `${name}: ${value};`);
  return `:root { ${properties.join(' ')} }`;
}

/** Pictures wait until the page is laid out; then those in view come, small. Gives the function that shows them. */
function holdPictures(body, height) {
  const held = [...body.querySelectorAll('img[src]')].map((each) => [each, each.getAttribute('src')]);
  for (const [each] of held) each.removeAttribute('src');
  return () => {
    for (const [each, address] of held) {
      if (each.getBoundingClientRect().top < height) each.setAttribute('src', address.replace(/^\/static\/stock\/(?=[^/]+$)/, '/static/stock/small/'));
      else each.style.visibility = 'hidden';
    }
  };
}

/** Style attributes go in through the CSSOM, which the policy allows; the markup itself may carry none. */
function restyle(body) {
  const styles = [...body.querySelectorAll('[style]')].map((each) => [each, each.getAttribute('style')]);
  for (const [each] of styles) each.removeAttribute('style');
  return () => styles.forEach(([each, css]) => { each.style.cssText = withoutForeignUrls(css); });
}

function sheet(view, css) {
  const made = new view.CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

export async function draw(box, { html, css = '', theme }, { width, height, tall }) {
  const frame = document.createElement('iframe');
  // Same origin so that we may fill it; without allow-scripts nothing in it ever runs.
  frame.setAttribute('sandbox', 'allow-same-origin');
  frame.setAttribute('scrolling', 'no');
  Object.assign(frame, { tabIndex: -1, title: '', width, height });
  box.replaceChildren(frame);

  const page = frame.contentDocument;
  const body = parse(html);
  leaveOutForeign(body);
  if (!tall) while (body.children.length > MOST_BLOCKS) body.lastElementChild.remove();
  const showPictures = tall ? () => {} : holdPictures(body, height);
  const applyStyles = restyle(body);
  const own = withoutForeignUrls(safeStylesheet(css));
  page.adoptedStyleSheets = [siteCss.base, ...Object.values(siteCss.kinds), tall ? themeCss(theme) : lightThemeCss(theme), own, STILL]
    .map((each) => sheet(frame.contentWindow, each));
  page.body.replaceChildren(...body.childNodes);
  applyStyles();
  showPictures();
  if (tall) {
    frame.height = Math.min(6000, Math.max(height, page.documentElement.scrollHeight));
    box.style.setProperty('--drawn-height', `${frame.height}px`);
  }
}
