/* The numbers at the top, each beside the period before, and how many are here now. */
import { figures } from './words.js';

export function Totals({ report }) {
  return (
    <dl class="totals">
      {figures(report.totals, report.previous).map(({ name, label, text, change, less }) => (
        <div key={name} class="card total">
          <dt>{label}</dt>
          <dd><span class="total-number">{text}</span><Change change={change} less={less} /></dd>
        </div>
      ))}
      <div class="card total">
        <dt>Here now</dt>
        <dd><span class="total-number">{report.live}</span><span class="small soft">in the last 5 minutes</span></dd>
      </div>
    </dl>
  );
}

function Change({ change, less = false }) {
  if (change === null) return <span class="small soft">nothing to compare with</span>;
  const better = less ? change < 0 : change > 0;
  const looks = change === 0 ? 'soft' : better ? 'is-better' : 'is-worse';
  const arrow = change > 0 ? '↑' : change < 0 ? '↓' : '';
  return <span class={`small ${looks}`}>{arrow} {Math.abs(change)} %<span class="visually-hidden"> {change < 0 ? 'less' : 'more'}</span> <span class="soft">than before</span></span>;
}
