/* Which addresses a page may hold: the schemes come from the one allow list that the static build reads too. */
import allowlist from '../../site/allowlist.json';

const CONTROL = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029]/g;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const LONGEST = 2048;
const { urls, image_types: imageTypes, frame_sources: frameSources, limits } = allowlist;
const PICTURE_DATA = new RegExp(`^data:image/(${imageTypes.join('|')}|jpg);base64,[a-z0-9+/=]+$`, 'i');

let storage = '';

/** Pictures people upload may come over plain http, but only from our own storage (a local run has no TLS). */
export function trustStorage(supabaseUrl) {
  storage = `${new URL(supabaseUrl).origin}/storage/v1/object/public/`;
}

/** Browsers ignore tabs and newlines inside a scheme, so a check has to look at the address without them. */
const squeezed = (value) => String(value).replace(CONTROL, '');

function isSafe(value, kind) {
  const url = squeezed(value);
  const scheme = SCHEME.exec(url)?.[1].toLowerCase();
  if (scheme === 'data') {
    return kind.schemes.includes('data') && url.length <= limits.data_url_length && PICTURE_DATA.test(url);
  }
  if (url.length > LONGEST) return false;
  if (scheme) return kind.schemes.includes(scheme);
  return kind.relative && !/^[/\\]{2}/.test(url) && !url.includes('\\');
}

export const isSafeLink = (value) => isSafe(value, urls.link);
export const isSafeForm = (value) => isSafe(value, urls.form);
export const isSafeCitation = (value) => isSafe(value, urls.cite);

export function isSafePicture(value) {
  return (storage && squeezed(value).startsWith(storage)) || isSafe(value, urls.media);
}

/** A picture the app's own screens may load: built-in or uploaded, never from somebody's server. */
export function isOwnPicture(value) {
  const url = String(value);
  return isSafePicture(url) && (/^\/(?!\/)/.test(url) || Boolean(storage && url.startsWith(storage)));
}

/** Only the video and map services on the list; a prefix, so that no other page of theirs is framed. */
export function isSafeFrame(value) {
  const url = squeezed(value);
  return url.length <= LONGEST && frameSources.some((source) => (
    url.startsWith(source) && (source.endsWith('/') || /^([/?#]|$)/.test(url.slice(source.length)))
  ));
}

/** srcset is a list of addresses, each with an optional width or density. */
export function isSafeSrcset(value) {
  return String(value).split(/,\s+/).every((candidate) => isSafePicture(candidate.trim().split(/\s+/)[0]));
}

const checks = { link: isSafeLink, form: isSafeForm, cite: isSafeCitation, frame: isSafeFrame, media: isSafePicture };
const checkOf = {};
for (const [kind, check] of Object.entries(checks)) {
  for (const name of urls[kind].attributes) checkOf[name] = name.endsWith('.srcset') ? isSafeSrcset : check;
}

/** Attributes on no list hold no address: the caller has already refused names it does not know. */
export const isSafeUrlAttribute = (tag, name, value) => (checkOf[`${tag}.${name}`] ?? (() => true))(value);
