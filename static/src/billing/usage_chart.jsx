/* Who used what on which day: bars for the eyes, a table for everybody. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { usageByDay } from '../lib/tables/billing.js';
import { Async, resource } from '../lib/ui.jsx';

const DAYS = 30;
const KINDS = { ai: 'Questions to the AI', publish: 'Publishes' };
const HEIGHT = 120;
const dayBefore = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

export function UsageChart({ view }) {
  const { organization, names } = view;
  const usage = useMemo(() => resource(() => usageByDay(organization.id, dayBefore(DAYS - 1))), [organization.id]);
  useEffect(() => { usage.load(); }, [usage]);
  return (
    <section class="card" aria-labelledby="days-heading">
      <div class="card-head"><h2 id="days-heading">The last {DAYS} days</h2></div>
      <Async of={usage} skeleton={<div class="card-main" role="status" aria-label="Loading the usage"><span class="bone bone-line" /></div>}>
        {(rows) => (rows.length === 0 ? <p class="card-main soft">Nobody has asked the AI or published anything in this time.</p> : <Days rows={rows} names={names} />)}
      </Async>
    </section>
  );
}

function Days({ rows, names }) {
  const person = useSignal('');
  const [shown, setShown] = useState(false);
  const people = [...new Set(rows.map(({ user_id: id }) => id))];
  const chosen = rows.filter(({ user_id: id }) => !person.value || id === person.value);
  const nameOf = (id) => names.get(id) || 'Somebody who has left';
  return (
    <div class="card-main days">
      <label class="days-who"><span>Member</span>
        <select class="form-select" value={person.value} onChange={(event) => { person.value = event.currentTarget.value; }}>
          <option value="">Everybody</option>
          {people.filter(Boolean).map((id) => <option key={id} value={id}>{nameOf(id)}</option>)}
        </select>
      </label>
      <Bars rows={chosen} />
      <p class="legend" aria-hidden="true">{Object.entries(KINDS).map(([kind, label]) => <span key={kind}><i class={`swatch kind-${kind}`} />{label}</span>)}</p>
      <button type="button" class="btn btn-sm" aria-expanded={shown} aria-controls="usage-table" onClick={() => setShown(!shown)}>{shown ? 'Hide the table' : 'Show as a table'}</button>
      <div id="usage-table" hidden={!shown} class="table-scroll">
        <table class="table">
          <caption class="visually-hidden">Calls by day, member and kind</caption>
          <thead><tr><th>Day</th><th>Member</th><th>Kind</th><th class="number">Calls</th><th class="number">AI tokens</th></tr></thead>
          <tbody>
            {chosen.toReversed().map(({ day, user_id: id, kind, calls, units }) => (
              <tr key={`${day} ${id} ${kind}`}><td>{day}</td><td>{nameOf(id)}</td><td>{KINDS[kind]}</td><td class="number">{calls}</td><td class="number">{kind === 'ai' ? units.toLocaleString('en') : ''}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Bars({ rows }) {
  const days = Array.from({ length: DAYS }, (_, at) => dayBefore(DAYS - 1 - at));
  const count = (day, kind) => rows.filter((row) => row.day === day && row.kind === kind).reduce((sum, { calls }) => sum + calls, 0);
  const bars = days.map((day) => ({ day, ai: count(day, 'ai'), publish: count(day, 'publish') }));
  const most = Math.max(1, ...bars.map(({ ai, publish }) => ai + publish));
  const total = rows.reduce((sum, { calls }) => sum + calls, 0);
  const width = 100 / DAYS;
  return (
    <svg class="bars" viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${total} calls in ${DAYS} days, at most ${most} on one day. The table below has every number.`}>
      {bars.map(({ day, ai, publish }, at) => {
        const high = [ai, publish].map((calls) => (calls / most) * (HEIGHT - 4));
        return (
          <g key={day}>
            <title>{`${day}: ${ai} ${KINDS.ai.toLowerCase()}, ${publish} ${KINDS.publish.toLowerCase()}`}</title>
            <rect class="bar-floor" x={at * width + 0.3} width={width - 0.6} y={HEIGHT - 2} height="2" />
            <rect class="kind-ai" x={at * width + 0.3} width={width - 0.6} y={HEIGHT - high[0]} height={high[0]} />
            <rect class="kind-publish" x={at * width + 0.3} width={width - 0.6} y={HEIGHT - high[0] - high[1]} height={high[1]} />
          </g>
        );
      })}
    </svg>
  );
}
