/* The whole of what is looked for as one CSV file, fetched page by page. */
import { useRef, useState } from 'preact/hooks';
import save from 'icon:download';
import { saveAs } from '../lib/api.js';
import { asProblem } from '../lib/problems.js';
import { endIfOver } from '../lib/session.js';
import { listActivity } from '../lib/tables/activity.js';
import { Icon, toast, toastProblem } from '../lib/ui.jsx';
import { head, lines } from './csv.js';
import { filters } from './filters.js';

// The most that the API gives at once.
const AT_ONCE = 1000;

async function collect(orgId, wanted, { signal, onProgress }) {
  const parts = [head()];
  let count = 0;
  for (let before; ;) {
    const entries = await listActivity(orgId, wanted, { before, limit: AT_ONCE, signal });
    parts.push(lines(entries));
    count += entries.length;
    onProgress(count);
    // A project may give fewer at once than were asked for: only an empty answer is the end.
    if (!entries.length) return { file: new Blob(parts, { type: 'text/csv;charset=utf-8' }), count };
    before = entries.at(-1).sequence;
  }
}

export function Export({ organization }) {
  const [count, setCount] = useState(null);
  const canceling = useRef(null);
  const start = async () => {
    canceling.current = new AbortController();
    setCount(0);
    try {
      const done = await collect(organization.id, filters.value, { signal: canceling.current.signal, onProgress: setCount });
      saveAs(done.file, `activity-${organization.slug}-${new Date().toISOString().slice(0, 10)}.csv`);
      toast(done.count === 1 ? 'One entry was exported.' : `${done.count} entries were exported.`);
    } catch (error) {
      if (!canceling.current.signal.aborted && !(await endIfOver(error))) toastProblem(asProblem(error));
    }
    setCount(null);
  };
  if (count === null) return <button type="button" class="btn" onClick={start}><Icon of={save} />Export as CSV</button>;
  return <button type="button" class="btn" aria-busy="true" onClick={() => canceling.current.abort()}>{count} so far. Cancel</button>;
}
