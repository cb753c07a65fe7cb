/* A person's picture, or the initials of their name. Decoration: the name stands beside it. */
import { config } from './config.js';

const PICTURES = `${config.supabase_url}/storage/v1/object/public/avatars/`;

export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  return (words.length > 1 ? words[0][0] + words.at(-1)[0] : (words[0] ?? '?').slice(0, 2)).toUpperCase();
}

/** `url` is whatever somebody wrote into their profile: only a picture of our own Storage is shown. */
export function Avatar({ name, url, size }) {
  const looks = size ? `avatar avatar-${size}` : 'avatar';
  if (url?.startsWith(PICTURES)) return <img class={looks} src={url} alt="" width={34} height={34} loading="lazy" />;
  return <span class={looks} data-initials={initials(name || '?')} aria-hidden="true" />;
}
