/* All panels of a report, for members and for whoever holds a link. */
import { useState } from 'preact/hooks';
import chart from 'icon:chart-bar';
import { Async, Icon } from '../lib/ui.jsx';
import { Bar } from './bar.jsx';
import { Chart } from './chart.jsx';
import { Panel } from './panel.jsx';
import { clearFilters, question } from './question.js';
import { Totals } from './totals.jsx';
import { Vitals } from './vitals.jsx';
import { count } from './words.js';

const PANELS = [
  ['Pages', ['path', 'entry', 'not_found']],
  ['Sources', ['referrer', 'utm_source', 'utm_medium', 'utm_campaign']],
  ['Devices', ['device', 'browser', 'os', 'screen']],
  ['Countries', ['country']],
  ['Events', ['event', 'outbound']],
];

/** `nothing` says what to do where nobody has come yet. */
export function Report({ report, name, publishes = [], nothing, children }) {
  const [metric, setMetric] = useState('visitors');
  return (
    <Async of={report} skeleton={<span class="bone bone-block" role="status" aria-label="Loading the visits" />}>
      {(value) => (
        <div class="stack report" aria-busy={report.status.value.state === 'loading'}>
          <Bar report={value} name={name} />
          <Totals report={value} />
          {value.totals.views === 0 && <Nothing>{nothing}</Nothing>}
          <Chart report={value} publishes={publishes} metric={metric} onMetric={setMetric} />
          <div class="panels">
            {PANELS.map(([title, dimensions]) => <Panel key={title} report={value} title={title} dimensions={dimensions} />)}
            {children}
            <Vitals report={value} />
          </div>
          <Unverified rows={value.panels.unverified_host ?? []} />
        </div>
      )}
    </Async>
  );
}

function Nothing({ children }) {
  const narrowed = Object.keys(question.value.filters).length > 0;
  return (
    <div class="empty-state">
      <Icon of={chart} size={40} />
      {narrowed
        ? <><h2>No such visits</h2><p>None of the visits in these days fits the filters.</p><button type="button" class="btn" onClick={clearFilters}>Show everything</button></>
        : <><h2>No visits in these days</h2>{children}</>}
    </div>
  );
}

const said = (views) => (views === 1 ? 'one page view' : `${count(views)} page views`);

function Unverified({ rows }) {
  if (!rows.length) return null;
  return (
    <details class="card card-main unverified">
      <summary>Not counted: {said(rows.reduce((all, { views }) => all + views, 0))} from addresses that are not known to be this site’s</summary>
      <p class="soft">Somebody may have copied a page. If one of these is yours, enter it as your domain in the site’s settings.</p>
      <ul>{rows.map(({ value, views }) => <li key={value}>{value || 'An address that was not told'}: {count(views)}</li>)}</ul>
    </details>
  );
}
