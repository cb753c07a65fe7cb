/* A list of what the visits had in common; a click on a line asks for those visits alone. */
import { useState } from 'preact/hooks';
import { FILTERS, question, setFilter } from './question.js';
import { DIMENSIONS, count, nameOf, percent } from './words.js';

const SHOWN = 10;

export function Panel({ report, dimensions, title }) {
  const [dimension, setDimension] = useState(dimensions[0]);
  const rows = report.panels[dimension] ?? [];
  const [all, setAll] = useState(false);
  return (
    <section class="card panel" aria-label={title}>
      <div class="panel-head">
        {dimensions.length === 1
          ? <h2>{title}</h2>
          : (
            <div class="panel-tabs" role="group" aria-label={title}>
              {dimensions.map((each) => <button key={each} type="button" aria-pressed={each === dimension} onClick={() => { setDimension(each); setAll(false); }}>{DIMENSIONS[each][0]}</button>)}
            </div>
          )}
      </div>
      {rows.length === 0 ? <p class="soft panel-none">Nothing in these days.</p> : <Rows rows={all ? rows : rows.slice(0, SHOWN)} dimension={dimension} total={report.totals.visitors} />}
      {rows.length > SHOWN && <button type="button" class="link panel-more" onClick={() => setAll(!all)}>{all ? 'Show fewer' : `Show all ${rows.length}`}</button>}
    </section>
  );
}

function Rows({ rows, dimension, total }) {
  const most = Math.max(1, ...rows.map(({ visitors, views }) => Math.max(visitors, visitors ? 0 : views)));
  const counted = ['event', 'outbound', 'not_found'].includes(dimension) ? 'Times' : 'Views';
  return (
    <table class="panel-table">
      <thead>
        <tr>
          <th scope="col">{DIMENSIONS[dimension][1]}</th>
          {dimension === 'path' && <th scope="col" class="number" title="How much of the page is scrolled through, on average">Read</th>}
          <th scope="col" class="number">{counted}</th><th scope="col" class="number">Visitors</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ value, visitors, views, depth }) => (
          <tr key={value}>
            <th scope="row">
              <svg class="panel-bar" aria-hidden="true" width="100%" height="100%" preserveAspectRatio="none"><rect width={`${(100 * visitors) / most}%`} height="100%" rx="5" /></svg>
              <Name dimension={dimension} value={value} />
            </th>
            {dimension === 'path' && <td class="number soft">{depth === null ? '' : `${depth} %`}</td>}
            <td class="number soft">{count(views)}</td>
            <td class="number" title={`${percent(visitors, total)} of all visitors`}>{count(visitors)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name({ dimension, value }) {
  const text = nameOf(dimension, value);
  const isFilter = FILTERS.includes(dimension) && value !== '(other)' && question.value.filters[dimension] !== value;
  if (!isFilter) return <span class="panel-name">{text}</span>;
  return <button type="button" class="panel-name" title={`Show only these visits: ${text}`} onClick={() => setFilter(dimension, value)}>{text}</button>;
}
