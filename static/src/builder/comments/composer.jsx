/* Where a comment is written. @ offers the people of the organization. */
import { useRef, useState } from 'preact/hooks';
import { asProblem } from '../../lib/problems.js';
import { useUniqueId } from '../../lib/ui/unique_id.js';
import { me } from '../state.js';
import { people } from './talk.js';

const LONGEST = 4000;
const MOST_OFFERED = 6;

/** The word behind an @ that the caret stands in, and where it begins. */
function calledAt(text, caret) {
  const found = /(^|\s)@([^\s@]{0,40}(?: [^\s@]{0,40})?)$/u.exec(text.slice(0, caret));
  return found ? { from: caret - found[2].length, word: found[2].toLowerCase() } : null;
}

/** Only those whose name still stands in the text. */
export const mentionsIn = (text, called) => [...new Set(called.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id))].slice(0, 20);

export function Composer({ label, placeholder, action, initial = '', called = [], onSubmit, onCancel, children }) {
  const field = useRef(null);
  const listId = useUniqueId();
  const [text, setText] = useState(initial);
  const [known, setKnown] = useState(called);
  const [at, setAt] = useState(null);
  const [chosen, setChosen] = useState(0);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);

  const offered = at ? people.value.filter(({ id, name }) => id !== me.value.id && name.toLowerCase().includes(at.word)).slice(0, MOST_OFFERED) : [];
  const look = () => {
    setAt(calledAt(field.current.value, field.current.selectionStart));
    setChosen(0);
  };
  const call = (person) => {
    const end = field.current.selectionStart;
    const next = `${text.slice(0, at.from)}${person.name} ${text.slice(end)}`;
    setText(next);
    setKnown([...known, person]);
    setAt(null);
    const caret = at.from + person.name.length + 1;
    requestAnimationFrame(() => { field.current?.focus(); field.current?.setSelectionRange(caret, caret); });
  };
  const submit = async () => {
    if (!text.trim() || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await onSubmit({ body: text.trim(), mentions: mentionsIn(text, known) });
      setText('');
      setKnown([]);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event) => {
    if (offered.length && ['ArrowDown', 'ArrowUp', 'Enter', 'Tab', 'Escape'].includes(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === 'Escape') setAt(null);
      else if (event.key === 'Enter' || event.key === 'Tab') call(offered[chosen]);
      else setChosen((chosen + (event.key === 'ArrowDown' ? 1 : -1) + offered.length) % offered.length);
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    }
  };
  return (
    <form class="b-composer" onSubmit={(event) => { event.preventDefault(); submit(); }}>
      {children}
      <div class="b-composer-field">
        <textarea
          ref={field} class="form-control" rows="3" maxLength={LONGEST} aria-label={label} placeholder={placeholder} value={text}
          role="combobox" aria-autocomplete="list" aria-expanded={offered.length > 0} aria-controls={listId} aria-activedescendant={offered.length ? `${listId}-${chosen}` : undefined}
          onInput={(event) => { setText(event.currentTarget.value); look(); }} onClick={look} onKeyDown={onKeyDown} onBlur={() => setTimeout(() => setAt(null), 150)}
        />
        <ul id={listId} class="b-people" role="listbox" aria-label="People" hidden={!offered.length}>
          {offered.map((person, index) => (
            <li key={person.id} id={`${listId}-${index}`} role="option" aria-selected={index === chosen} onPointerDown={(event) => { event.preventDefault(); call(person); }}>{person.name}</li>
          ))}
        </ul>
      </div>
      {problem && <p class="field-error" role="alert">{problem.message}</p>}
      <div class="b-buttons">
        {onCancel && <button type="button" class="btn btn-sm" disabled={busy} onClick={onCancel}>Cancel</button>}
        <button type="submit" class="btn btn-primary btn-sm" disabled={!text.trim() || busy} aria-busy={busy}>{action}</button>
      </div>
    </form>
  );
}
