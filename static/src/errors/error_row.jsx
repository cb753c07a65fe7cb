import { useSignal } from '@preact/signals';
import { asProblem } from '../lib/problems.js';
import { setErrorState } from '../lib/tables/errors.js';
import { ago, exactly } from '../lib/times.js';
import { toast, toastProblem } from '../lib/ui.jsx';

const SOURCES = { browser: 'In the browser', server: 'On the server', worker: 'While publishing' };
const times = (count) => (count === 1 ? 'once' : `${count.toLocaleString()} times`);

export function ErrorRow({ error, names, onChanged }) {
  const busy = useSignal(false);
  const isOpen = error.state === 'open';
  const change = async () => {
    busy.value = true;
    try {
      await setErrorState(error.id, isOpen ? 'resolved' : 'open');
      toast(isOpen ? 'Resolved. It opens again if a newer release still has it.' : 'Opened again.');
      onChanged();
    } catch (problem) {
      toastProblem(asProblem(problem));
    }
    busy.value = false;
  };
  const { screen, stack, frames, request_id: requestId } = error.detail;
  const lines = stack ?? frames ?? [];
  return (
    <li class="error-row" data-error={error.id}>
      <details>
        <summary>
          <span class="error-message">{error.message}</span>
          <span class={isOpen ? 'badge badge-failed' : 'badge'}>{times(error.times)}</span>
          <span class="error-meta">
            <span>{SOURCES[error.source]}</span>
            {screen && <span>{screen}</span>}
            <span title={exactly(error.last_seen_at)}>Last seen {ago(error.last_seen_at)}</span>
            {error.release && <span>Release {error.release}</span>}
          </span>
        </summary>
        <div class="error-detail">
          <dl class="error-facts">
            <dt>First seen</dt><dd>{exactly(error.first_seen_at)}</dd>
            <dt>Last seen</dt><dd>{exactly(error.last_seen_at)}</dd>
            {requestId && <><dt>Request</dt><dd><code>{requestId}</code></dd></>}
            {error.resolved_at && <><dt>Resolved</dt><dd>{exactly(error.resolved_at)}{names.get(error.resolved_by) && ` by ${names.get(error.resolved_by)}`}</dd></>}
          </dl>
          {lines.length > 0 && <pre tabIndex={0} aria-label="Where it happened">{lines.join('\n')}</pre>}
          <div class="error-actions">
            <button type="button" class="btn btn-sm" disabled={busy.value} aria-busy={busy.value} onClick={change}>{isOpen ? 'Mark as resolved' : 'Open again'}</button>
          </div>
        </div>
      </details>
    </li>
  );
}
