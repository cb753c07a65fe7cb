/* Two states of the page against each other: side by side, one over the other, or in words. */
import { useMemo, useState } from 'preact/hooks';
import { SafeFrame } from './frame.jsx';
import { compareLines, markupOf, stylesOf, textOf, withoutTheRest } from './text.js';

const VIEWS = { side: 'Side by side', overlay: 'Overlay', text: 'Words' };

export function ViewChoice({ view, onChoose }) {
  return (
    <div class="segments" role="group" aria-label="How to compare">
      {Object.entries(VIEWS).map(([id, name]) => (
        <button key={id} type="button" aria-pressed={view === id} onClick={() => onChoose(id)}>{name}</button>
      ))}
    </div>
  );
}

function Line({ line }) {
  if (line.kind === 'gap') return <li class="b-diff-gap" aria-label="Unchanged lines">⋯</li>;
  if (line.kind === 'added') return <li data-kind="added"><ins>{line.text}</ins></li>;
  if (line.kind === 'removed') return <li data-kind="removed"><del>{line.text}</del></li>;
  if (line.kind === 'same') return <li>{line.text}</li>;
  return <li data-kind="changed">{line.pieces.map(({ kind, text }, at) => ({ same: text, added: <ins key={at}>{text}</ins>, removed: <del key={at}>{text}</del> }[kind]))}</li>;
}

function Lines({ title, before, after, isOpen }) {
  const lines = useMemo(() => withoutTheRest(compareLines(before, after)), [before, after]);
  const count = lines.filter(({ kind }) => kind !== 'same' && kind !== 'gap').length;
  return (
    <details class="b-diff" open={isOpen && count > 0}>
      <summary>{title}: {count === 0 ? 'nothing changed' : count === 1 ? '1 line changed' : `${count} lines changed`}</summary>
      {count > 0 && <ol>{lines.map((line, at) => <Line key={at} line={line} />)}</ol>}
    </details>
  );
}

function Words({ older, newer }) {
  const sides = useMemo(() => [older, newer].map((side) => ({ text: textOf(side), markup: markupOf(side), styles: stylesOf(side) })), [older, newer]);
  const [was, is] = sides;
  return (
    <div class="b-diffs">
      <Lines title="Text" before={was.text} after={is.text} isOpen />
      <Lines title="Markup" before={was.markup} after={is.markup} />
      <Lines title="Styles" before={was.styles} after={is.styles} />
    </div>
  );
}

function Overlay({ older, newer }) {
  const [share, setShare] = useState(50);
  return (
    <div class="b-overlay-compare">
      <label class="b-overlay-slider"><span>Older</span><input type="range" min="0" max="100" value={share} aria-label="How much of the newer state shows" onInput={(event) => setShare(Number(event.currentTarget.value))} /><span>Newer</span></label>
      <div class="b-overlay-frames">
        <SafeFrame of={older} title="The older state" />
        <SafeFrame of={newer} title="The newer state" style={{ opacity: share / 100 }} />
      </div>
    </div>
  );
}

export function Compare({ view, older, newer, names }) {
  if (!older || !newer) return <div class="b-compare bone" aria-busy="true" />;
  if (view === 'text') return <Words older={older} newer={newer} />;
  if (view === 'overlay') return <Overlay older={older} newer={newer} />;
  return (
    <div class="b-sides">
      <figure><figcaption>{names[0]}</figcaption><SafeFrame of={older} title={`Older: ${names[0]}`} /></figure>
      <figure><figcaption>{names[1]}</figcaption><SafeFrame of={newer} title={`Newer: ${names[1]}`} /></figure>
    </div>
  );
}
