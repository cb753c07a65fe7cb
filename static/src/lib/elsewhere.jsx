/* The addresses at other hosts that a deletion here does not reach, and the way to take them down before. */
import { HOSTS } from './hosts.js';
import { canGoDown } from './use_elsewhere.js';

const STATES = {
  live: ['badge badge-live', 'Online'], busy: ['badge badge-busy', 'Going down'], down: ['badge', 'Not online'], failed: ['badge badge-failed', 'Still online'],
};

/** `fate` says of one place what the deletion does to it there. */
export function Elsewhere({ of, fate, children }) {
  if (of.problem) {
    return <p class="notice notice-failed" role="alert"><span>What is online at other hosts could not be read. {of.problem.message} <button type="button" class="btn btn-sm" onClick={of.load}>Try again</button></span></p>;
  }
  if (!of.isKnown) return <span class="bone bone-line" role="status" aria-label="Looking at what is online at other hosts" />;
  if (!of.places.length) return null;
  const waiting = of.places.filter(canGoDown).length;
  const busy = of.places.filter(({ state }) => state === 'busy').length;
  return (
    <section class="elsewhere" aria-label="At other hosts">
      {children}
      <ul>{of.places.map((each) => <Place key={each.key} place={each} fate={fate} />)}</ul>
      {(waiting > 0 || busy > 0) && (
        <div><button type="button" class="btn btn-sm" disabled={of.isBusy} aria-busy={of.isBusy} onClick={of.takeDown}>{of.places.some(({ state }) => state === 'failed') ? 'Try again to unpublish these' : 'Unpublish these first'}</button></div>
      )}
      <p class="visually-hidden" role="status">{busy > 0 ? `${busy} going down` : ''}</p>
    </section>
  );
}

function Place({ place, fate }) {
  const { site, host, url, state, message } = place;
  const [look, word] = STATES[state];
  return (
    <li>
      <div class="elsewhere-place">
        {url ? <a href={url} target="_blank" rel="noopener noreferrer">{url.replace(/^https:\/\/|\/$/g, '')}</a> : <span>{site}</span>}
        <span class="elsewhere-what">{fate ? `${HOSTS[host].name}. ${fate(place)}` : `${site} · ${HOSTS[host].name}`}</span>
        {message && <span class="field-error">{message}</span>}
      </div>
      <span class={look}>{word}</span>
    </li>
  );
}

/** Whoever leaves sites online beyond reach says so. */
export function KeepOnline({ of, checked, onChange }) {
  if (!of.online.length) return null;
  return (
    <label class="check">
      <input class="form-check-input" type="checkbox" checked={checked} disabled={of.isBusy} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>Leave {of.online.length === 1 ? 'it' : 'them'} online<span class="field-hint">I take {of.online.length === 1 ? 'it' : 'them'} down at the host myself if need be.</span></span>
    </label>
  );
}
