/* One entry: who did what to what, when, and what it was before and after. */
import { Avatar } from '../lib/avatar.jsx';
import { ago, exactly } from '../lib/times.js';
import { setFilters } from './filters.js';
import { actorOf, changesOf, didWhat, fieldName, valueText } from './words.js';

export function Entry({ entry, avatars }) {
  const { words, label } = didWhat(entry);
  const changes = changesOf(entry);
  const actor = actorOf(entry);
  const onlyActor = () => setFilters({ person: entry.actor_id ?? entry.actor_kind });
  return (
    <li class="entry">
      <Avatar name={actor} url={avatars.get(entry.actor_id)} />
      <div class="entry-main">
        <p>
          <button type="button" class="link-button" title={`Only what ${actor} did`} onClick={onlyActor}>{actor}</button> {words}
          {label && <> <button type="button" class="link-button" title={`Only what happened to ${label}`} onClick={() => setFilters({ object: entry.object_id })}>{label}</button></>}
        </p>
        {changes.length > 0 && <Changes changes={changes} />}
      </div>
      <time class="soft small" dateTime={entry.created_at} title={exactly(entry.created_at)}>{ago(entry.created_at)}</time>
    </li>
  );
}

function Changes({ changes }) {
  if (changes.length === 1) return <div class="changes"><ChangeTable changes={changes} /></div>;
  return (
    <details class="changes">
      <summary>{changes.length} details</summary>
      <ChangeTable changes={changes} />
    </details>
  );
}

function ChangeTable({ changes }) {
  return (
    <table>
      <thead class="visually-hidden"><tr><th scope="col">What</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
      <tbody>
        {changes.map(({ path, before, after }) => (
          <tr key={path.join('.')}>
            <th scope="row">{fieldName(path)}</th>
            <td class="was"><span>{valueText(before, exactly)}</span></td>
            <td class="is"><span>{valueText(after, exactly)}</span></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
