import { ago, exactly } from './times.js';

/** A publish takes some seconds; an edit it has taken must not count as newer than it. */
export function PublishedState({ site, editedAt }) {
  if (!site.published_at) return <span class="badge">Draft</span>;
  const changed = editedAt > site.published_at;
  const when = `Published ${exactly(site.published_at)}`;
  return changed
    ? <span class="badge badge-changed" title={`${when}; edited since`}>Edited since publish</span>
    : <span class="badge badge-live" title={when}>Published {ago(site.published_at)}</span>;
}
