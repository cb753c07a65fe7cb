/* All of what is looked at as one CSV file. */
import { useRef, useState } from 'preact/hooks';
import save from 'icon:download';
import { saveAs } from '../lib/api.js';
import { asProblem } from '../lib/problems.js';
import { endIfOver } from '../lib/session.js';
import { listSubmissions } from '../lib/tables/forms.js';
import { Icon, toast, toastProblem } from '../lib/ui.jsx';
import { tableOf } from './csv.js';
import { filters } from './filters.js';

// The most that the API gives at once.
const AT_ONCE = 1000;

async function collect(orgId, wanted, { signal, onProgress }) {
  const answers = [];
  for (;;) {
    const found = await listSubmissions(orgId, wanted, { before: answers.at(-1), limit: AT_ONCE, signal });
    answers.push(...found);
    onProgress(answers.length);
    // A project may give fewer at once than were asked for: only an empty answer is the end.
    if (!found.length) return answers;
  }
}

export function Export({ organization, siteNames }) {
  const [count, setCount] = useState(null);
  const canceling = useRef(null);
  const start = async () => {
    canceling.current = new AbortController();
    setCount(0);
    try {
      const answers = await collect(organization.id, filters.value, { signal: canceling.current.signal, onProgress: setCount });
      saveAs(new Blob([tableOf(answers, siteNames)], { type: 'text/csv;charset=utf-8' }), `forms-${organization.slug}-${new Date().toISOString().slice(0, 10)}.csv`);
      toast(answers.length === 1 ? 'One answer was exported.' : `${answers.length} answers were exported.`);
    } catch (error) {
      if (!canceling.current.signal.aborted && !(await endIfOver(error))) toastProblem(asProblem(error));
    }
    setCount(null);
  };
  if (count === null) return <button type="button" class="btn" onClick={start}><Icon of={save} />Export as CSV</button>;
  return <button type="button" class="btn" aria-busy="true" onClick={() => canceling.current.abort()}>{count} so far. Cancel</button>;
}
