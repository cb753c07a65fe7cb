/* A publish for later, at a time that is meant in a named time zone. */
import { Field } from '../lib/ui.jsx';

export const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
const zones = () => [...new Set([browserZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])];

/** How far a zone is from UTC at a moment, in milliseconds. */
function offset(moment, zone) {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(moment);
  const at = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second) - Math.floor(moment / 1000) * 1000;
}

/** '2026-12-24T18:00' as meant in a zone → the moment, in ISO form. Asked twice, for nights when clocks change. */
export function inZone(local, zone) {
  const wanted = Date.parse(`${local}:00Z`);
  const first = wanted - offset(wanted, zone);
  return new Date(wanted - offset(first, zone)).toISOString();
}

export function inItsZone(iso, zone) {
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: zone || undefined }).format(new Date(iso));
}

export function Schedule({ choices, choose }) {
  const { later, at, zone } = choices;
  const least = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  return (
    <>
      <label class="check">
        <input type="checkbox" checked={later} onChange={(event) => choose({ later: event.currentTarget.checked })} />
        <span>Publish later</span>
      </label>
      {later && (
        <div class="pair">
          <Field label="When"><input class="form-control" type="datetime-local" value={at} min={least} onInput={(event) => choose({ at: event.currentTarget.value })} /></Field>
          <Field label="Time zone">
            <select class="form-select" value={zone} onChange={(event) => choose({ zone: event.currentTarget.value })}>
              {zones().map((name) => <option key={name} value={name}>{name.replaceAll('_', ' ')}</option>)}
            </select>
          </Field>
        </div>
      )}
    </>
  );
}
