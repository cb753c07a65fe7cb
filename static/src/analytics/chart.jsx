/* Bars over time, drawn as SVG: arrow keys walk along them, marks show publishes, and the same numbers are a table. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { seriesOf, topOf } from './series.js';
import { compact, count } from './words.js';

const HEIGHT = 220;
const BELOW = 34;
const LEFT = 44;
const METRICS = { visitors: 'Visitors', views: 'Page views' };

/** The width that the drawing has on this screen, so that its letters keep their size. */
function useWidth() {
  const place = useRef(null);
  const [width, setWidth] = useState(720);
  useEffect(() => {
    const watcher = new ResizeObserver(([{ contentRect }]) => setWidth(Math.max(240, Math.round(contentRect.width))));
    watcher.observe(place.current);
    return () => watcher.disconnect();
  }, []);
  return [place, width];
}

export function Chart({ report, publishes, metric, onMetric }) {
  const points = seriesOf(report, publishes);
  return (
    <section class="card card-main stack" aria-labelledby="chart-heading">
      <div class="cluster">
        <h2 id="chart-heading">{report.days.length > 1 ? 'By day' : 'By hour'}</h2>
        <span class="soft small">UTC</span>
        <div class="segments push" role="group" aria-label="What the chart shows">
          {Object.entries(METRICS).map(([name, label]) => (
            <button key={name} type="button" aria-pressed={metric === name} onClick={() => onMetric(name)}>{label}</button>
          ))}
        </div>
      </div>
      <Drawing points={points} metric={metric} />
      <Table points={points} />
    </section>
  );
}

function Drawing({ points, metric }) {
  const [place, width] = useWidth();
  const [at, setAt] = useState(null);
  const top = topOf(points, metric);
  const step = (width - LEFT) / points.length;
  const y = (value) => HEIGHT - (value / top) * (HEIGHT - 10);
  const move = (event) => {
    const next = { ArrowRight: (at ?? -1) + 1, ArrowLeft: (at ?? points.length) - 1, Home: 0, End: points.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(points.length - 1, next)));
  };
  const point = points[at];
  return (
    <div class="chart" ref={place}>
      <svg
        width={width} height={HEIGHT + BELOW} tabindex="0" role="group" aria-roledescription="chart" onKeyDown={move}
        aria-label={`${METRICS[metric]} over time. Arrow keys go from bar to bar; the same numbers are in the table below.`}
        onBlur={() => setAt(null)} onPointerLeave={() => setAt(null)}
      >
        {[0, 0.5, 1].map((share) => (
          <g key={share} aria-hidden="true">
            <line class="chart-rule" x1={LEFT} x2={width} y1={y(top * share)} y2={y(top * share)} />
            <text class="chart-text" x={LEFT - 8} y={y(top * share) + 4} text-anchor="end">{compact(top * share)}</text>
          </g>
        ))}
        {points.map((each, index) => (
          <g key={each.key} aria-hidden="true" onPointerEnter={() => setAt(index)}>
            <rect class="chart-column" x={LEFT + index * step} y="0" width={step} height={HEIGHT + 16} />
            <rect class={index === at ? 'chart-bar is-at' : 'chart-bar'} x={LEFT + index * step + step * 0.12} y={y(each[metric])} width={Math.max(1, step * 0.76)} height={HEIGHT - y(each[metric])} rx={Math.min(3, step * 0.3)} />
            {each.publishes.length > 0 && <path class="chart-mark" d={`M${LEFT + (index + 0.5) * step} ${HEIGHT + 3}l4.5 8h-9z`} />}
          </g>
        ))}
        {points.map((each, index) => index % Math.ceil(points.length / Math.max(2, Math.floor(width / 90))) === 0 && (
          <text key={each.key} class="chart-text" aria-hidden="true" x={LEFT + (index + 0.5) * step} y={HEIGHT + 29} text-anchor={index === 0 ? 'start' : 'middle'}>{each.label}</text>
        ))}
      </svg>
      <p class="chart-told small" aria-live="polite">
        {point
          ? <><b>{point.full}</b> {count(point.visitors)} {point.visitors === 1 ? 'visitor' : 'visitors'}, {count(point.views)} {point.views === 1 ? 'page view' : 'page views'}{point.publishes.length > 0 && <> · {published(point.publishes)}</>}</>
          : <span class="soft">{points.some((each) => each.publishes.length) ? <><svg class="chart-key" width="11" height="9" aria-hidden="true"><path class="chart-mark" d="M5.5 0l4.5 8h-9z" /></svg> the site was published</> : ' '}</span>}
      </p>
    </div>
  );
}

const published = (publishes) => (publishes.length === 1 ? `published${publishes[0].message ? `: ${publishes[0].message}` : ''}` : `published ${publishes.length} times`);

function Table({ points }) {
  return (
    <details class="chart-table">
      <summary>The numbers as a table</summary>
      <div class="table-scroll" tabindex="0" role="region" aria-label="The numbers as a table">
        <table class="table">
          <thead><tr><th scope="col">When</th><th scope="col">Visitors</th><th scope="col">Page views</th><th scope="col">Publishes</th></tr></thead>
          <tbody>
            {points.map(({ key, full, visitors, views, publishes }) => (
              <tr key={key}><th scope="row">{full}</th><td>{count(visitors)}</td><td>{count(views)}</td><td>{publishes.length ? published(publishes) : ''}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
