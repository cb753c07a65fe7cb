/* Person, kind, action, days, and one thing. */
import close from 'icon:x';
import { Field, Icon } from '../lib/ui.jsx';
import { clearFilters, filters, isNarrowed, setFilters } from './filters.js';
import { ACTIONS, KINDS, actorOf } from './words.js';

export function FilterBar({ people, entries }) {
  const { person, kind, action, object, from, to } = filters.value;
  const set = (name) => (event) => setFilters({ [name]: event.currentTarget.value });
  const actions = Object.keys(ACTIONS).filter((each) => !kind || each.startsWith(`${kind}.`));
  const known = new Set(['service', 'operator', '', ...people.map(({ id }) => id)]);
  return (
    <form class="card card-main filters" role="search" aria-label="Filter the activity" onSubmit={(event) => event.preventDefault()}>
      <Field label="Person">
        <select class="form-select" value={person} onChange={set('person')}>
          <option value="">Everybody</option>
          {people.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          {!known.has(person) && <option value={person}>{nameOfFormer(person, entries)}</option>}
          <option value="service">Roseram Builder itself</option>
          <option value="operator">An operator of the database</option>
        </select>
      </Field>
      <Field label="Kind">
        <select class="form-select" value={kind} onChange={(event) => setFilters({ kind: event.currentTarget.value, action: '' })}>
          <option value="">Everything</option>
          {Object.entries(KINDS).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
        </select>
      </Field>
      <Field label="Action">
        <select class="form-select" value={action} onChange={set('action')}>
          <option value="">All actions</option>
          {actions.map((each) => <option key={each} value={each}>{ACTIONS[each][1]}</option>)}
          {action && !actions.includes(action) && <option value={action}>{action}</option>}
        </select>
      </Field>
      <Field label="From"><input class="form-control" type="date" value={from} max={to || undefined} onChange={set('from')} /></Field>
      <Field label="To"><input class="form-control" type="date" value={to} min={from || undefined} onChange={set('to')} /></Field>
      {isNarrowed() && (
        <div class="cluster filter-foot">
          {object && <button type="button" class="btn btn-sm" onClick={() => setFilters({ object: '' })}>Only {entries.find(({ object_id }) => object_id === object)?.object_label || 'one thing'}<Icon of={close} /></button>}
          <button type="button" class="btn btn-sm btn-ghost" onClick={clearFilters}>Show everything</button>
        </div>
      )}
    </form>
  );
}

function nameOfFormer(person, entries) {
  const entry = entries.find(({ actor_id }) => actor_id === person);
  return entry ? `${actorOf(entry)} (has left)` : 'Somebody who has left';
}
