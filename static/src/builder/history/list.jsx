/* Every state of the page that is kept: who, when, and why. */
import { ago, exactly } from '../../lib/times.js';
import { me } from '../state.js';

const WORDS = { autosave: 'Saved', checkpoint: 'Named version', publish: 'Published', restore: 'Restored' };

export const nameOfVersion = ({ kind, label }) => label || WORDS[kind];
export const authorOf = ({ created_by: by, profiles }) => (by === me.value.id ? 'You' : profiles?.display_name || 'Somebody');

export function VersionList({ rows, chosen, against, present, onChoose, onCompare }) {
  return (
    <ol class="b-version-list" aria-label="Versions">
      {rows.map((row) => (
        <li key={row.id} aria-current={row.id === chosen ? 'true' : undefined}>
          <button type="button" class="b-version" aria-pressed={row.id === chosen} onClick={() => onChoose(row.id)}>
            <span><b>{nameOfVersion(row)}</b>{row.kind !== 'autosave' && row.label && <span class="badge">{WORDS[row.kind]}</span>}{row.version === present && <span class="badge badge-live">Now</span>}</span>
            <span class="b-version-when" title={exactly(row.updated_at)}>{authorOf(row)} · {ago(row.updated_at)} · {exactly(row.updated_at)}</span>
          </button>
          <label class="b-version-against" title="Compare with this one"><input type="radio" name="against" checked={against === row.id} onChange={() => onCompare(row.id)} /><span class="visually-hidden">Compare with {nameOfVersion(row)}, {exactly(row.updated_at)}</span></label>
        </li>
      ))}
    </ol>
  );
}
