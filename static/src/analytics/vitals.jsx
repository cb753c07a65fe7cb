/* How fast the pages were for three of four visits (https://web.dev/articles/vitals). */
import { VITALS, count, grade, nameOf } from './words.js';

const WORDS = { good: 'good', fair: 'needs work', poor: 'poor' };

export function Vitals({ report }) {
  const { vitals } = report;
  return (
    <section class="card panel panel-wide" aria-labelledby="vitals-heading">
      <div class="panel-head"><h2 id="vitals-heading">Web Vitals</h2><p class="soft small">What three of four visits were no slower than.</p></div>
      {vitals.length === 0 ? <p class="soft panel-none">Nothing measured in these days.</p> : (
        <div class="table-scroll" tabindex="0" role="region" aria-label="Web Vitals by page">
          <table class="panel-table">
            <thead><tr><th scope="col">Page</th>{Object.entries(VITALS).map(([metric, [name]]) => <th key={metric} scope="col" class="number">{name} <abbr>{metric.toUpperCase()}</abbr></th>)}<th scope="col" class="number">Measured</th></tr></thead>
            <tbody>
              {vitals.map((row) => (
                <tr key={row.path}>
                  <th scope="row"><span class="panel-name">{nameOf('path', row.path)}</span></th>
                  {Object.entries(VITALS).map(([metric, [, , , say]]) => <td key={metric} class="number">{row[metric] === undefined ? <span class="soft">–</span> : <Value metric={metric} value={row[metric]} say={say} />}</td>)}
                  <td class="number soft">{count(row.times)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Value({ metric, value, say }) {
  const found = grade(metric, value);
  return <span class={`vital is-${found}`} title={WORDS[found]}>{say(value)}<span class="visually-hidden">, {WORDS[found]}</span></span>;
}
