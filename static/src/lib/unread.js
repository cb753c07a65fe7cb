/* How many answers to forms nobody has read, beside "Forms" in the navigation. */
import { atLeast } from './roles.js';
import { countUnread } from './tables/forms.js';

export async function showUnread({ id, role }) {
  const place = document.querySelector('.places a[href="/forms"]');
  if (!place) return;
  // Only a help: without it the screen is as good.
  const count = atLeast(role, 'editor') ? await countUnread(id).catch(() => 0) : 0;
  place.querySelector('.count')?.remove();
  if (!count) return;
  const badge = Object.assign(document.createElement('span'), { className: 'count', textContent: count > 99 ? '99+' : String(count) });
  const words = Object.assign(document.createElement('span'), { className: 'visually-hidden', textContent: ' unread' });
  badge.append(words);
  place.append(badge);
}
