/* Pages that were deleted in the last 30 days, with the way back. */
import { useEffect, useState } from 'preact/hooks';
import { asProblem } from '../../lib/problems.js';
import { ago } from '../../lib/times.js';
import { deletedPages } from '../data/page_tree.js';
import { site } from '../state.js';
import { deletions, isBusy, restore } from './page_actions.js';

export function DeletedPages() {
  const [rows, setRows] = useState([]);
  const [problem, setProblem] = useState(null);
  useEffect(() => {
    deletedPages(site.value.id).then((found) => { setRows(found); setProblem(null); }, (error) => setProblem(asProblem(error)));
  }, [deletions.value]);
  if (problem) return <p class="b-hint" role="status">The deleted pages could not be listed. {problem.message}</p>;
  if (!rows.length) return null;
  return (
    <details class="b-deleted">
      <summary>Deleted pages ({rows.length})</summary>
      <ul>
        {rows.map((row) => (
          <li key={row.id}>
            <span class="b-page-words"><b>{row.title}</b><span>{row.path} · {ago(row.deleted_at)}</span></span>
            <button type="button" class="btn btn-sm" disabled={isBusy.value} aria-label={`Bring back ${row.title}`} onClick={() => restore(row)}>Bring back</button>
          </li>
        ))}
      </ul>
    </details>
  );
}
