/* Somebody else changed the same blocks that were changed here. Both are shown side by side; neither is lost, whatever
   is chosen: theirs stays in the page's history, mine can be put back. What only one of them changed is joined already. */
import { useMemo, useState } from 'preact/hooks';
import { Dialog } from '../../lib/ui.jsx';
import { ago } from '../../lib/times.js';
import { useAuthor } from '../author.js';
import { saveState } from '../state.js';
import { labelOfKind } from '../canvas/labels.js';
import { markupOfNode } from '../canvas/markup.js';
import { blocksOf } from '../save/blocks.js';
import { downloadDraft } from '../save/download.js';
import { decideConflict } from '../workspace.js';
import { Still } from './still.jsx';

const SIDES = { theirs: 'Theirs', mine: 'Mine' };

/** What a side of a conflict looks like: the one block, or the whole page where it is about all of it. */
function sightOf({ id, kind }, side) {
  const block = blocksOf(side.content).find((each) => each.id === id)?.node;
  const isWhole = kind === 'order' || kind === 'page' || (kind === 'style' && !block);
  if (isWhole) return { html: side.html, css: side.css };
  return block ? { html: markupOfNode(block), css: side.css } : null;
}

function titleOf({ id, kind }, sides) {
  if (kind === 'order') return 'The order of the blocks';
  const block = sides.map(({ content }) => blocksOf(content).find((each) => each.id === id)?.node).find(Boolean);
  return block ? labelOfKind(block.attributes?.['data-rb-block'], 'Block') : 'Style of the page';
}

function Side({ name, group, of, isChosen, onChoose }) {
  return (
    <label class="b-choice" data-side={name}>
      <span><input type="radio" name={group} checked={isChosen} onChange={onChoose} /> <b>{SIDES[name]}</b></span>
      {of ? <Still of={of} title={`${SIDES[name]}: how it looks`} /> : <span class="b-choice-none">Deleted</span>}
    </label>
  );
}

function Question({ conflict, theirs, mine, choice, onChoose }) {
  const sights = useMemo(() => ({ theirs: sightOf(conflict, theirs), mine: sightOf(conflict, mine) }), [conflict]);
  return (
    <fieldset class="b-conflict">
      <legend>{titleOf(conflict, [mine, theirs])}</legend>
      <div class="b-versions">
        {Object.keys(SIDES).map((name) => (
          <Side key={name} name={name} group={conflict.id} of={sights[name]} isChosen={choice === name} onChoose={() => onChoose(name)} />
        ))}
      </div>
    </fieldset>
  );
}

export default function Conflict({ theirs, mine, conflicts, onClose }) {
  const [choices, setChoices] = useState({});
  const [busy, setBusy] = useState(false);
  const author = useAuthor(theirs.updated_by);
  const everywhere = (side) => Object.fromEntries(conflicts.map(({ id }) => [id, side]));
  const decide = async (chosen) => {
    setBusy(true);
    onClose();
    await decideConflict({ theirs, choices: chosen });
  };
  const later = () => {
    saveState.value = { kind: 'conflict', message: 'Somebody saved this page. Your work is kept on this device.' };
    onClose();
  };
  const count = conflicts.length;
  const isComplete = conflicts.every(({ id }) => choices[id]);
  const foot = (
    <>
      <button type="button" class="btn btn-ghost" disabled={busy} onClick={() => downloadDraft(mine)}>Download mine</button>
      <button type="button" class="btn" disabled={busy} onClick={() => decide(everywhere('theirs'))}>Load theirs</button>
      <button type="button" class="btn" disabled={busy} onClick={() => decide(everywhere('mine'))}>Keep mine</button>
      <button type="submit" class="btn btn-primary" disabled={busy || !isComplete}>Use what I chose</button>
    </>
  );
  return (
    <Dialog title="Somebody saved this page" width="860px" onClose={later} onSubmit={() => isComplete && decide(choices)} busy={busy} foot={foot}>
      <p class="soft"><b>{author}</b> saved it {ago(theirs.updated_at)} and changed {count === 1 ? 'something' : `${count} things`} that you changed too. Choose which to use. Everything else is joined already; theirs stays in the page’s history, and yours can be put back.</p>
      {conflicts.map((conflict) => (
        <Question key={conflict.id} conflict={conflict} theirs={theirs} mine={mine} choice={choices[conflict.id]} onChoose={(side) => setChoices({ ...choices, [conflict.id]: side })} />
      ))}
    </Dialog>
  );
}
