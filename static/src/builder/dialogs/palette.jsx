/* The command palette: type a few letters of anything the builder can do, Enter does it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem } from '../../lib/problems.js';
import { toastProblem } from '../../lib/ui.jsx';
import { matching, paletteCommands } from '../palette_commands.js';

const SHOWN = 60;

function Option({ each, index, isActive, onRun, onPoint, before }) {
  return (
    <>
      {before !== each.group && <li class="b-palette-group" role="presentation">{each.group}</li>}
      <li id={`palette-${index}`} role="option" class="b-palette-option" aria-selected={isActive} onMouseMove={onPoint} onClick={() => onRun(each)}>
        <span>{each.name}</span>{each.hint && <small>{each.hint}</small>}{each.keys && <kbd>{each.keys}</kbd>}
      </li>
    </>
  );
}

export default function Palette({ onClose }) {
  const dialog = useRef(null);
  const list = useRef(null);
  const [typed, setTyped] = useState('');
  const [all, setAll] = useState([]);
  const [at, setAt] = useState(0);
  const shown = matching(all, typed).slice(0, SHOWN);

  useEffect(() => {
    dialog.current.showModal();
    paletteCommands().then(setAll, (error) => toastProblem(asProblem(error)));
  }, []);
  useEffect(() => { list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }); }, [at, typed]);

  const run = (each) => {
    onClose();
    // After the dialog has left, so that one that a command opens is not closed with it.
    queueMicrotask(() => Promise.resolve(each.run()).catch((error) => toastProblem(asProblem(error))));
  };
  const onKey = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) setAt((at + step + shown.length) % shown.length);
    else if (event.key === 'Enter' && shown[at]) run(shown[at]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} class="b-palette" aria-label="Command palette" onCancel={(event) => { event.preventDefault(); onClose(); }} onMouseDown={(event) => { if (event.target === dialog.current) onClose(); }}>
      <input
        class="form-control" role="combobox" aria-label="Command" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
        aria-activedescendant={shown.length ? `palette-${at}` : undefined} placeholder="What do you want to do?" autoComplete="off" spellcheck={false} autoFocus
        value={typed} onInput={(event) => { setTyped(event.currentTarget.value); setAt(0); }} onKeyDown={onKey}
      />
      <ul ref={list} id="palette-list" role="listbox" aria-label="Commands">
        {shown.map((each, index) => (
          <Option key={`${each.group}${each.name}`} each={each} index={index} isActive={index === at} onRun={run} onPoint={() => setAt(index)} before={shown[index - 1]?.group} />
        ))}
      </ul>
      <p class="b-palette-none" role="status">{all.length > 0 && !shown.length ? `Nothing is called “${typed}”.` : ''}</p>
    </dialog>
  );
}
