/* Earlier publishes; any that went live can be live again. */
import { useState } from 'preact/hooks';
import { ago, exactly } from '../../lib/times.js';
import { site } from '../state.js';

const WORDS = { ready: 'Published', error: 'Failed', canceled: 'Stopped', queued: 'Waiting', building: 'Building', uploading: 'Uploading', processing: 'Going live' };

function Row({ row, busy, onRestore }) {
  const [asks, setAsks] = useState(false);
  const isLive = row.id === site.value.published_deployment_id;
  const canRestore = row.status === 'ready' && row.host === 'local' && !isLive;
  return (
    <li>
      <span class="b-history-words">
        <b>{row.message || (row.restored_from ? 'Restored an earlier publish' : WORDS[row.status])}</b>
        <span title={exactly(row.created_at)}>{row.host === 'archive' ? 'ZIP · ' : ''}{WORDS[row.status]} · {ago(row.created_at)}</span>
      </span>
      {isLive && <span class="badge badge-live">Live</span>}
      {canRestore && !asks && <button type="button" class="btn btn-sm" disabled={busy} onClick={() => setAsks(true)}>Restore</button>}
      {asks && <button type="button" class="btn btn-sm btn-primary" disabled={busy} onClick={() => onRestore(row.id)}>Make this one live</button>}
    </li>
  );
}

export function PublishHistory({ rows, busy, onRestore }) {
  if (!rows.length) return null;
  return (
    <details class="b-log">
      <summary>Earlier publishes ({rows.length})</summary>
      <ul class="b-history">{rows.map((row) => <Row key={row.id} row={row} busy={busy} onRestore={onRestore} />)}</ul>
    </details>
  );
}
