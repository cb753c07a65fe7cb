/* Who else is on this page: a face for each, and in words who is changing it. */
import { useEffect, useRef } from 'preact/hooks';
import { announce, others } from './state.js';

const MOST = 3;
const initials = (name) => name.trim().split(/\s+/).slice(0, 2).map((word) => word[0]).join('').toUpperCase();
const sentence = ({ name, is_editing: edits }) => `${name} is ${edits ? 'editing' : 'looking at'} this page`;

export function Presence() {
  const people = others.value;
  const told = useRef(new Set());
  useEffect(() => {
    const now = new Set(people.map(sentence));
    const fresh = [...now].filter((each) => !told.current.has(each));
    told.current = now;
    if (fresh.length) announce(`${fresh.join('. ')}.`);
  }, [people]);
  if (!people.length) return null;
  const more = people.length - MOST;
  return (
    <ul class="b-others" aria-label="Others on this page">
      {people.slice(0, MOST).map((person) => (
        <li key={person.user_id} class="b-person" data-editing={person.is_editing} title={sentence(person)}>
          <span aria-hidden="true">{initials(person.name)}</span><span class="visually-hidden">{sentence(person)}</span>
        </li>
      ))}
      {more > 0 && <li class="b-person" title={people.slice(MOST).map(sentence).join('\n')}>+{more}</li>}
    </ul>
  );
}
