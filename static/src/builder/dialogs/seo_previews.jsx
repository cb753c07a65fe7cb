/* How a page may look in a search result and when it is shared, as somebody types. */
import { site } from '../state.js';
import { isOwnPicture } from '../safety/urls.js';

const TITLE_SHOWN = 60;
const TEXT_SHOWN = 158;

const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text);

/** As the build joins them: services/site_build/head.py. */
function fullTitle(title) {
  const suffix = typeof site.value.seo?.title_suffix === 'string' ? site.value.seo.title_suffix.trim() : '';
  if (!suffix || title.toLowerCase().includes(suffix.replace(/^[\s–—|·-]+|[\s–—|·-]+$/g, '').toLowerCase())) return title;
  return /^[-–—|·:,]/.test(suffix) ? `${title}${suffix}` : `${title} · ${suffix}`;
}

function addressOf(path) {
  const { published_url: live, domain, slug } = site.value;
  const base = domain ? `https://${domain}` : live ?? `https://${slug}.example`;
  return `${base.replace(/^https?:\/\//, '').replace(/\/$/, '')}${path === '/' ? '' : path}`;
}

export function SearchPreview({ title, path, description, noindex }) {
  if (noindex) return <p class="b-search-preview b-search-text" role="status">Search engines are asked not to show this page.</p>;
  return (
    <div class="b-search-preview" role="img" aria-label={`How a search result may look: ${title}`}>
      <span class="b-search-address">{addressOf(path)}</span>
      <span class="b-search-title">{cut(fullTitle(title || 'Untitled'), TITLE_SHOWN)}</span>
      <span class="b-search-text">{cut(description || site.value.seo?.description || 'Search engines will pick a sentence of the page. A description of your own is better.', TEXT_SHOWN)}</span>
    </div>
  );
}

export function SocialPreview({ title, path, description, picture }) {
  const shown = picture || site.value.seo?.og_image;
  return (
    <div class="b-social-preview" role="img" aria-label={`How a shared link may look: ${title}`}>
      {shown && isOwnPicture(shown)
        ? <img src={shown} alt="" />
        : <span class="b-social-empty">{shown ? 'A picture on another server' : 'No picture'}</span>}
      <div>
        <span class="b-search-address">{addressOf(path).split('/')[0]}</span>
        <b>{cut(title || 'Untitled', 70)}</b>
        <span class="b-search-text">{cut(description || site.value.seo?.description || '', 110)}</span>
      </div>
    </div>
  );
}
